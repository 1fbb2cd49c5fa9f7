use purlin::{Permissions, Permit, Request, Response, Result, require_permission};

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("order:create")]
    OrderCreate,
}

#[require_permission]
async fn none(_: Request) -> Result<Response> {
    Ok(Response::no_content())
}

#[require_permission("order:create")]
async fn text(_: Request) -> Result<Response> {
    Ok(Response::no_content())
}

#[require_permission(create)]
async fn alone(_: Request) -> Result<Response> {
    Ok(Response::no_content())
}

#[require_permission(order::create)]
async fn twice(permit: Permit<order::Create>, _: Request) -> Result<Response> {
    let _ = permit;
    Ok(Response::no_content())
}

#[require_permission(order::create)]
struct NoFunction;

fn main() {}
