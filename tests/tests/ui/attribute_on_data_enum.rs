use purlin::Attribute;

#[derive(Attribute)]
enum State {
    Waiting,
    Delivered { at: i64 },
}

fn main() {}
