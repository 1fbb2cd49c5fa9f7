use purlin::Attribute;

#[derive(Attribute)]
enum State {}

fn main() {}
