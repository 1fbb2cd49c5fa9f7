#[automatically_derived]
impl ::purlin::Permissions for Permission {
    const ALL: &'static [Self] = &[
        Self::ParcelRead,
        Self::ParcelUpdate,
        Self::DepotRead,
    ];
    const ROLES: &'static [&'static str] = &["admin", "courier"];
    fn name(self) -> &'static str {
        match self {
            Self::ParcelRead => "parcel:read",
            Self::ParcelUpdate => "parcel:update",
            Self::DepotRead => "depot:read",
        }
    }
    fn index(self) -> u32 {
        self as u32
    }
    fn grants(__role: &str) -> ::core::option::Option<::purlin::Grants> {
        ::core::option::Option::Some(
            match __role {
                "admin" => {
                    const {
                        ::purlin::Grants::NONE
                            .any(Self::ParcelRead as u32)
                            .any(Self::ParcelUpdate as u32)
                            .any(Self::DepotRead as u32)
                    }
                }
                "courier" => {
                    const {
                        ::purlin::Grants::NONE
                            .own(Self::ParcelRead as u32)
                            .own(Self::ParcelUpdate as u32)
                            .any(Self::DepotRead as u32)
                    }
                }
                _ => return ::core::option::Option::None,
            },
        )
    }
}
