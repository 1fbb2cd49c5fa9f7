use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
enum Permission {
    #[permission("parcel:read")]
    ParcelRead = 7,
}

fn main() {}
