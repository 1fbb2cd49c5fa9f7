//! Typed paths: they lead to what stands in the item, under the names it has there.

use purlin::{Changes, Entity, Path};

use super::{Lines, Parcel, State, parcel};

/// Where a path leads, as DynamoDB would say it.
fn shown<E, T, M>(path: Path<E, T, M>) -> String {
    format!("{path:?}")
}

#[test]
fn a_path_has_the_names_of_the_attributes() {
    let fields = Parcel::fields();
    assert_eq!(shown(fields.parcel_id()), "Path(parcelId)");
    assert_eq!(shown(fields.is_fragile()), "Path(fragile)");
    assert_eq!(shown(fields.r#type()), "Path(type)");
    assert_eq!(shown(fields.weights().index(1)), "Path(weights[1])");
    assert_eq!(shown(fields.notes().key("door")), "Path(notes.door)");
}

#[test]
fn a_path_leads_into_objects_as_the_item_does() {
    let label = Parcel::fields().label().fields();
    assert_eq!(shown(label.city()), "Path(label.Town)");
    // An option and a box on the way change nothing of where a value stands.
    let lines = label.door_lines().fields();
    assert_eq!(shown(lines.street_name()), "Path(label.DOOR-LINES.StreetName)");
    assert_eq!(
        super::text(&parcel().to_item(), &["label", "DOOR-LINES", "StreetName"]),
        Some("Veldstraat")
    );
}

#[test]
fn a_path_has_the_type_of_its_field() {
    let fields = Parcel::fields();
    let _: Path<Parcel, String, purlin::Fixed> = fields.sender();
    let _: Path<Parcel, State, purlin::Indexed> = fields.state();
    let _: Path<Parcel, Option<String>, purlin::Indexed> = fields.courier();
    let _: Path<Parcel, Vec<f64>> = fields.weights();
    let label = fields.label().fields();
    let _: Path<Parcel, Option<Box<Lines>>, purlin::Indexed> = label.door_lines();
    let _: Path<Parcel, Option<i64>, purlin::Indexed> = label.door_lines().fields().floor();
}

#[test]
fn changes_and_conditions_are_made_of_paths() {
    let fields = Parcel::fields();
    let changes = Changes::new()
        .set(fields.state(), State::Delivered)
        .remove(fields.courier())
        .union(fields.tags(), ["fast".to_owned()])
        .append(fields.weights(), [1.5])
        .set(fields.label().fields().city(), "Bruges")
        .when(fields.is_fragile().eq(false));
    let shown = format!("{changes:?}");
    for part in
        ["state", "DONE", "courier", "Remove", "tags", "weights", "Town", "Bruges", "fragile"]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}
