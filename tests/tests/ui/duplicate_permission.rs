use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
enum Permission {
    #[permission("parcel:read")]
    ParcelRead,
    #[permission("parcel:read")]
    ReadParcel,
}

fn main() {}
