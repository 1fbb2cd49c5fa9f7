use purlin::Attribute;

#[derive(Attribute)]
struct Label<T> {
    city: T,
}

fn main() {}
