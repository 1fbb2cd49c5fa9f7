use purlin::{Permissions, Permit, Request, Response, Result, require_permission};

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("order:create")]
    OrderCreate,
}

#[require_permission(order::crate_one)]
async fn create(_: Request) -> Result<Response> {
    Ok(Response::no_content())
}

#[require_permission(order::creat)]
async fn create_again(_: Request) -> Result<Response> {
    Ok(Response::no_content())
}

fn by_hand(_: Permit<order::Creat>) {}

fn main() {}
