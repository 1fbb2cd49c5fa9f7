//! Projections: some fields of an entity, under the names and with the defaults they have there.

use purlin::{Entity, Projection, Timestamp};

use super::{Label, Parcel, ParcelId, one, parcel};

/// What a list of parcels shows.
#[derive(Debug, PartialEq, Projection)]
#[projection(entity = Parcel)]
#[serde(rename_all = "camelCase")]
struct Listed {
    parcel_id: ParcelId,
    courier: Option<String>,
    label: Label,
    #[serde(rename = "fragile")]
    is_fragile: bool,
    #[serde(default = "one")]
    r#type: i64,
    sent_at: Timestamp,
}

/// No field at all, for who counts or wants the keys alone.
#[derive(Debug, PartialEq, Projection)]
#[projection(entity = Parcel)]
struct Nothing {}

fn listed(parcel: Parcel) -> Listed {
    let Parcel { parcel_id, courier, label, is_fragile, r#type, sent_at, .. } = parcel;
    Listed { parcel_id, courier, label, is_fragile, r#type, sent_at }
}

#[test]
fn a_projection_reads_the_fields_that_the_entity_wrote() {
    assert_eq!(Listed::ATTRIBUTES, ["parcelId", "courier", "label", "fragile", "type", "sentAt"]);
    let whole = parcel().to_item();
    assert_eq!(Listed::from_item(whole.clone()).expect("it is whole"), listed(parcel()));
    let mut part = whole.clone();
    part.retain(|name, _| Listed::ATTRIBUTES.contains(&name.as_str()) && name != "type");
    let expected = Listed { r#type: 1, ..listed(parcel()) };
    assert_eq!(Listed::from_item(part).expect("it is enough"), expected);
    assert!(Nothing::ATTRIBUTES.is_empty());
    assert_eq!(Nothing::from_item(whole).expect("nothing is enough"), Nothing {});
}

#[test]
fn what_is_not_held_is_missed_by_its_name() {
    let mut item = parcel().to_item();
    item.remove("sentAt");
    let error = Listed::from_item(item).expect_err("it is not whole").to_string();
    assert!(error.contains("sentAt"), "{error}");
}
