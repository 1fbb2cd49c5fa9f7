use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
enum Permission {
    #[permission("parcel:read")]
    ParcelRead(u8),
}

fn main() {}
