use purlin::Patch;

#[derive(Patch)]
#[patch(entity = "Parcel", of = Parcel)]
struct ParcelPatch {
    note: Option<String>,
}

fn main() {}
