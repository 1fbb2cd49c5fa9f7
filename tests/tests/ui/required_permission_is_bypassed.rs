use purlin::{Context, Permissions, Request, Response, Result, require_permission};

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("order:create")]
    OrderCreate,
}

#[require_permission(order::create)]
async fn create(_: Request) -> Result<Response> {
    Ok(Response::no_content())
}

async fn around(_: Context, request: Request) -> Result<Response> {
    create(request).await
}

fn main() {}
