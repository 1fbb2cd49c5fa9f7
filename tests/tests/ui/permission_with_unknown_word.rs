use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
enum Permission {
    #[permission("parcel:update", privileged)]
    ParcelUpdate,
    #[permission("parcel:delete", privileges)]
    ParcelDelete,
    #[permission("parcel:read", privileged = true)]
    ParcelRead,
}

fn main() {}
