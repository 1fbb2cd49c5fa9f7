//! `#[derive(Permissions)]` and `#[require_permission]`: what a role holds, and a type for each permission.

use purlin::{Operation, PermissionType, Permissions, Request, Response, require_permission};

#[derive(Clone, Copy, Debug, PartialEq, Permissions)]
#[permissions(everything = "admin:*")]
#[permissions(role(admin, "admin:*"), role(courier, "parcel:*", "depot:read:any"))]
#[permissions(role(nobody))]
enum Permission {
    #[permission("parcel:read")]
    ParcelRead,
    #[permission("parcel:update")]
    ParcelUpdate,
    #[permission("depot:read")]
    DepotRead,
    #[permission("depot:close")]
    DepotClose,
}

#[test]
fn a_permission_is_a_type_in_the_module_of_its_resource() {
    assert_eq!(<depot::Close as PermissionType>::PERMISSION, Permission::DepotClose);
    assert_eq!(<parcel::Read as PermissionType>::PERMISSION, Permission::ParcelRead);
}

#[require_permission(parcel::update)]
async fn reroute(request: Request) -> purlin::Result<Response> {
    let _ = request;
    Response::ok(&permit.subject::<String>()?)
}

#[require_permission(depot::close)]
async fn close(_: Request) -> purlin::Result<Response> {
    Ok(Response::no_content())
}

#[test]
fn a_handler_that_requires_a_permission_makes_an_operation_of_it() {
    let operations = [
        Operation::new("parcels.reroute", "POST", "/parcels/reroute", reroute),
        Operation::new("depots.close", "POST", "/depots/close", close),
    ];
    let needed: Vec<_> = operations.iter().map(Operation::permission).collect();
    assert_eq!(needed, [Some("parcel:update"), Some("depot:close")]);
}

#[test]
fn a_role_holds_what_its_grants_say() {
    use Permission::{DepotClose, DepotRead, ParcelRead, ParcelUpdate};

    assert_eq!(Permission::ALL, [ParcelRead, ParcelUpdate, DepotRead, DepotClose]);
    assert_eq!(Permission::ROLES, ["admin", "courier", "nobody"]);
    assert_eq!((DepotRead.name(), DepotRead.index()), ("depot:read", 2));
    let reach = |role: &str| {
        let grants = Permission::grants(role)?;
        let reach = |permission: &Permission| {
            let index = permission.index();
            match (grants.holds(index), grants.reaches_any(index)) {
                (true, true) => "any",
                (true, false) => "own",
                _ => "-",
            }
        };
        Some(Permission::ALL.iter().map(reach).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(reach("admin").as_deref(), Some("any any any any"));
    assert_eq!(reach("courier").as_deref(), Some("own own any -"));
    assert_eq!(reach("nobody").as_deref(), Some("- - - -"));
    assert_eq!(reach("root"), None);
}
