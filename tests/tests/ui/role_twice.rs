use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
#[permissions(role(courier, "parcel:read"))]
#[permissions(role(courier, "parcel:update"), role("driver", "parcel:read"), roles(driver))]
enum Permission {
    #[permission("parcel:read")]
    ParcelRead,
    #[permission("parcel:update")]
    ParcelUpdate,
}

fn main() {}
