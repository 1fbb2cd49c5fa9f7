use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
enum Permission {
    #[permission("parcel:read")]
    ParcelRead,
    ParcelUpdate,
    #[permission(name = "parcel:delete")]
    ParcelDelete,
}

fn main() {}
