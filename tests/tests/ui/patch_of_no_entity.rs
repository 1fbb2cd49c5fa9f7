use purlin::Patch;

struct Parcel {
    note: String,
}

#[derive(Patch)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    note: Option<String>,
}

fn main() {}
