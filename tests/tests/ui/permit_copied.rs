use purlin::{Permissions, Permit};

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("order:create")]
    OrderCreate,
}

fn copy(permit: &Permit<order::Create>) -> Permit<order::Create> {
    permit.clone()
}

fn main() {}
