use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
#[permissions(role(courier, "parcel:reed", "depot:*", "parcel:read:all", 7))]
enum Permission {
    #[permission("parcel:read")]
    ParcelRead,
}

fn main() {}
