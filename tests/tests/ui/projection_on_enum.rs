use purlin::Projection;

#[derive(Projection)]
#[projection(entity = Parcel)]
enum ParcelByWeight {
    Heavy,
}

fn main() {}
