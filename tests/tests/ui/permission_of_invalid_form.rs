use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
#[permissions(everything = "admin")]
enum Permission {
    #[permission("ParcelRead")]
    ParcelRead,
}

fn main() {}
