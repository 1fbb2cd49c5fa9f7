use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
struct Permission;

fn main() {}
