use purlin::Projection;

struct Parcel {
    weight: i64,
}

#[derive(Projection)]
#[projection(entity = Parcel)]
struct ParcelByWeight {
    weight: i64,
}

fn main() {}
