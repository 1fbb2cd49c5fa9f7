use purlin::{Context, Operation, Permissions, Request, Response, Result};

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("order:create")]
    OrderCreate,
}

async fn create(_: Context, _: Request) -> Result<Response> {
    Ok(Response::no_content())
}

fn main() {
    Operation::new("orders.create", "POST", "/orders", create);
}
