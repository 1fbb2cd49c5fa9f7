use purlin::Permissions;

#[derive(Clone, Copy, Permissions)]
enum Permission {}

fn main() {}
