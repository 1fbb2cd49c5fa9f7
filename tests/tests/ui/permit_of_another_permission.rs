use purlin::{Permissions, Permit};

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("order:create")]
    OrderCreate,
    #[permission("order:read")]
    OrderRead,
}

fn create(_: Permit<order::Create>) {}

fn read(permit: Permit<order::Read>) {
    create(permit);
}

fn main() {}
