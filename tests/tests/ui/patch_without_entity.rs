use purlin::Patch;

#[derive(Patch)]
struct ParcelPatch {
    note: Option<String>,
}

fn main() {}
