use purlin::Attribute;

#[derive(Attribute)]
struct City(String);

fn main() {}
