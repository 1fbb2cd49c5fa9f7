use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("type:read")]
    TypeRead,
    #[permission("order:self")]
    OrderSelf,
}

fn main() {}
