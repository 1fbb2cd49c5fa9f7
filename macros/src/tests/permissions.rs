///The permissions over `parcel`, as types.
mod parcel {
    pub(super) enum Read {}
    #[automatically_derived]
    impl ::purlin::PermissionType for Read {
        type Catalogue = super::Permission;
        const PERMISSION: super::Permission = super::Permission::ParcelRead;
    }
    pub(super) enum Update {}
    #[automatically_derived]
    impl ::purlin::PermissionType for Update {
        type Catalogue = super::Permission;
        const PERMISSION: super::Permission = super::Permission::ParcelUpdate;
    }
}
///The permissions over `depot`, as types.
mod depot {
    pub(super) enum Read {}
    #[automatically_derived]
    impl ::purlin::PermissionType for Read {
        type Catalogue = super::Permission;
        const PERMISSION: super::Permission = super::Permission::DepotRead;
    }
}
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
        match __role {
            "admin" => {
                ::core::option::Option::Some(const {
                    ::purlin::Grants::NONE
                        .any(Self::ParcelRead as u32)
                        .any(Self::ParcelUpdate as u32)
                        .any(Self::DepotRead as u32)
                })
            }
            "courier" => {
                ::core::option::Option::Some(const {
                    ::purlin::Grants::NONE
                        .own(Self::ParcelRead as u32)
                        .own(Self::ParcelUpdate as u32)
                        .any(Self::DepotRead as u32)
                })
            }
            _ => ::core::option::Option::None,
        }
    }
    fn is_privileged(self) -> bool {
        ::core::matches!(self, Self::ParcelUpdate)
    }
}
