use std::marker::PhantomData;

use purlin::{Context, Permissions, Permit, Scope};

#[derive(Clone, Copy, Permissions)]
pub enum Permission {
    #[permission("order:create")]
    OrderCreate,
}

fn forge(ctx: Context) -> Permit<order::Create> {
    Permit {
        ctx,
        subject: "user_1".to_owned(),
        scope: Scope::Any,
        permission: PhantomData,
    }
}

fn main() {}
