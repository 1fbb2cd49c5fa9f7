//! The derives on types written by hand: what is written is read back, and under the names that
//! JSON has.

mod paths;
mod permissions;
mod projection;
mod rules;
mod visibility;

use std::collections::{BTreeMap, BTreeSet};

use purlin::dynamodb::AttributeValue;
use purlin::{Attribute, Entity, Event, Id, KeyKind, KeyPart, Part, Patch, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

type ParcelId = Id<Parcel>;

/// A parcel on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "DEPOT#{depot}", sort = "PARCEL#{parcel_id}", id = "parcel")]
#[entity(version = version, owner = sender)]
#[entity(index(by_sender, on = GSI1, partition = "SENDER#{sender}", sort = "SENT#{sent_at}", descending))]
#[entity(index(by_city, on = GSI2, partition = "CITY#{label.city}", sort = "FLOOR#{label.door_lines.floor}"))]
#[entity(index(by_courier, on = GSI3, partition = "COURIER#{courier}#{state}", sort = "PARCEL"))]
#[entity(access(of_depot))]
struct Parcel {
    depot: i64,
    parcel_id: ParcelId,
    sender: String,
    state: State,
    label: Label,
    courier: Option<String>,
    tags: BTreeSet<String>,
    weights: Vec<f64>,
    notes: BTreeMap<String, Value>,
    #[serde(rename = "fragile")]
    is_fragile: bool,
    #[serde(default = "one")]
    r#type: i64,
    #[entity(set = on_create)]
    sent_at: Timestamp,
    #[entity(set = on_write)]
    updated_at: Timestamp,
    version: u64,
}

fn one() -> i64 {
    1
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Attribute)]
#[serde(rename_all = "snake_case")]
enum State {
    InTransit,
    #[serde(rename = "DONE")]
    Delivered,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Attribute)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
struct Label {
    #[serde(rename = "Town")]
    city: String,
    door_lines: Option<Box<Lines>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Attribute)]
#[serde(rename_all = "PascalCase", default)]
struct Lines {
    street_name: String,
    floor: Option<i64>,
}

/// An entity whose key has one field, and an index key that is the same for all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[entity(partition = "DEPOT#{name}", sort = "METADATA")]
#[entity(index(all, on = GSI1, partition = "DEPOTS", sort = "DEPOT#{name}"))]
struct Depot {
    name: String,
}

/// An entity of which there is one.
#[derive(Clone, Debug, PartialEq, Entity)]
#[entity(partition = "SETTINGS", sort = "SETTINGS")]
struct Settings {}

fn parcel() -> Parcel {
    Parcel {
        depot: -7,
        parcel_id: "parcel_01h455vb4pex5vsknk084sn02q".parse().expect("an id"),
        sender: "user_1".to_owned(),
        state: State::InTransit,
        label: Label {
            city: "Ghent".to_owned(),
            door_lines: Some(Box::new(Lines {
                street_name: "Veldstraat".to_owned(),
                floor: Some(3),
            })),
        },
        courier: Some("Ann".to_owned()),
        tags: BTreeSet::from(["cold".to_owned(), "small".to_owned()]),
        weights: vec![0.5, 2.0],
        notes: BTreeMap::from([("door".to_owned(), json!({ "ring": [1, true, null] }))]),
        is_fragile: true,
        r#type: 4,
        sent_at: "2026-01-02T03:04:05.678Z".parse().expect("a time"),
        updated_at: "2026-01-03T03:04:05.678Z".parse().expect("a time"),
        version: 9,
    }
}

/// What stands at `path` of an item, as the text of a string.
fn text<'a>(item: &'a purlin::Item, path: &[&str]) -> Option<&'a str> {
    let (first, rest) = path.split_first()?;
    let found =
        rest.iter().try_fold(item.get(*first)?, |value, name| value.as_m().ok()?.get(*name))?;
    found.as_s().ok().map(String::as_str)
}

#[test]
fn an_entity_is_read_back_as_it_was_written() {
    let full = parcel();
    assert_eq!(Parcel::from_item(full.to_item()).expect("it is whole"), full);

    let bare = Parcel {
        courier: None,
        tags: BTreeSet::new(),
        weights: Vec::new(),
        notes: BTreeMap::new(),
        label: Label { city: String::new(), door_lines: None },
        state: State::Delivered,
        ..full
    };
    let item = bare.to_item();
    assert!(
        !item.contains_key("courier") && !item.contains_key("tags"),
        "absent, not null: {item:?}"
    );
    assert_eq!(Parcel::from_item(item).expect("it is whole"), bare);

    let settings = Settings {};
    assert_eq!(Settings::from_item(settings.to_item()).expect("it is whole"), settings);
}

#[test]
fn attributes_have_the_names_that_json_has() {
    let json = serde_json::to_value(parcel()).expect("it is JSON");
    let item = parcel().to_item();
    let names = |value: &Value| {
        value.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>()
    };
    assert_eq!(item.keys().cloned().collect::<BTreeSet<_>>(), names(&json));
    // `serde_json::Value` is an attribute itself, so the whole of both can be compared.
    let stored = Value::from_attribute(AttributeValue::M(item)).expect("any item is JSON");
    assert_eq!(stored["label"], json["label"]);
    assert_eq!(stored["state"], json["state"]);
    let done = AttributeValue::S("DONE".to_owned());
    assert_eq!(State::from_attribute(done).expect("a state"), State::Delivered);
}

#[test]
fn defaults_are_those_of_serde() {
    let mut item = parcel().to_item();
    item.remove("type");
    let label = BTreeMap::from([("Town", json!("Ghent")), ("DOOR-LINES", json!({}))]);
    let label = serde_json::to_value(label).expect("it is JSON").to_attribute();
    item.insert("label".to_owned(), label.expect("it is present"));
    let read = Parcel::from_item(item).expect("what is left out has a default");
    assert_eq!(read.r#type, 1);
    assert_eq!(read.label.door_lines, Some(Box::default()));
}

#[test]
fn an_item_that_is_not_the_entity_says_where() {
    let error = |change: &dyn Fn(&mut purlin::Item)| {
        let mut item = parcel().to_item();
        change(&mut item);
        Parcel::from_item(item).expect_err("it is not whole").to_string()
    };
    let missing = error(&|item| drop(item.remove("sender")));
    assert!(missing.contains("sender"), "{missing}");
    let unknown =
        error(&|item| drop(item.insert("state".into(), AttributeValue::S("lost".into()))));
    assert!(unknown.contains("state") && unknown.contains("in_transit"), "{unknown}");
    let wrong = error(&|item| drop(item.insert("label".into(), AttributeValue::Bool(true))));
    assert!(wrong.contains("label"), "{wrong}");
}

#[test]
fn the_constants_name_attributes() {
    assert_eq!(Parcel::NAME, "Parcel");
    assert_eq!((Parcel::VERSION, Parcel::OWNER), (Some("version"), Some("sender")));
    assert_eq!(Parcel::SET_ON_WRITE, ["updatedAt"]);
    assert_eq!(Parcel::KEY_ATTRIBUTES, ["depot", "parcelId"]);
    assert_eq!(
        Parcel::PARTITION,
        [Part::Literal("DEPOT#"), Part::Field { path: &["depot"], kind: KeyKind::Integer }]
    );
    let indexes: Vec<_> = Parcel::INDEXES
        .iter()
        .map(|index| (index.name, index.pattern, index.partition_attribute, index.sort_attribute))
        .collect();
    assert_eq!(
        indexes,
        [
            ("GSI1", "by_sender", "GSI1PK", "GSI1SK"),
            ("GSI2", "by_city", "GSI2PK", "GSI2SK"),
            ("GSI3", "by_courier", "GSI3PK", "GSI3SK"),
        ]
    );
}

#[test]
fn the_path_to_a_nested_field_leads_to_its_value() {
    let index = Parcel::INDEXES[1];
    assert_eq!(
        index.partition,
        [Part::Literal("CITY#"), Part::Field { path: &["label", "Town"], kind: KeyKind::Text }]
    );
    assert_eq!(
        index.sort,
        [
            Part::Literal("FLOOR#"),
            Part::Field { path: &["label", "DOOR-LINES", "Floor"], kind: KeyKind::Integer }
        ]
    );
    assert_eq!(text(&parcel().to_item(), &["label", "Town"]), Some("Ghent"));
}

#[test]
fn a_key_is_its_fields_borrowed() {
    let parcel = parcel();
    let (depot, id): (&i64, &ParcelId) = parcel.key();
    assert_eq!((depot, id), (&parcel.depot, &parcel.parcel_id));
    let values = Parcel::key_values(parcel.key());
    assert_eq!(values.iter().map(|(name, _)| *name).collect::<Vec<_>>(), Parcel::KEY_ATTRIBUTES);
    assert_eq!(values[0].1, AttributeValue::N("-7".to_owned()));
    assert_eq!(parcel.version(), Some(9));

    let depot = Depot { name: "north".to_owned() };
    let name: &String = depot.key();
    assert_eq!(name, "north");
    assert_eq!(depot.version(), None);
    let () = Settings {}.key();
}

#[test]
fn an_access_pattern_renders_its_partition() {
    let shown = |access: &dyn std::fmt::Debug| format!("{access:?}");
    let by_sender = shown(&Parcel::by_sender("user 1"));
    assert!(
        by_sender.contains("by_sender") && by_sender.contains("SENDER#user$201"),
        "{by_sender}"
    );
    assert!(by_sender.contains("Descending"), "{by_sender}");
    let by_city = shown(&Parcel::by_city("Ghent"));
    assert!(by_city.contains("CITY#Ghent") && by_city.contains("Ascending"), "{by_city}");
    let by_courier = shown(&Parcel::by_courier("Ann", &State::Delivered));
    assert!(by_courier.contains("COURIER#Ann#DONE"), "{by_courier}");
    let of_depot = shown(&Parcel::of_depot(&-7));
    assert!(of_depot.contains("of_depot") && of_depot.contains("DEPOT#n"), "{of_depot}");
    assert!(shown(&Depot::all()).contains("DEPOTS"));
}

#[test]
fn an_enum_is_a_text_in_a_key() {
    let mut key = String::new();
    State::Delivered.write(&mut key);
    assert_eq!((State::KIND, key.as_str()), (KeyKind::Text, "DONE"));
}

/// What an update of a parcel may change.
#[derive(Clone, Debug, Default, Deserialize, Patch)]
#[serde(rename_all = "camelCase", default)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    state: Option<State>,
    courier: Option<Option<String>>,
    #[serde(rename = "fragile")]
    is_fragile: Option<bool>,
}

#[test]
fn a_patch_changes_the_fields_it_holds() {
    let changes = |patch: ParcelPatch| {
        let mut update = purlin::Update::default();
        patch.apply(&mut update);
        format!("{update:?}")
    };
    let none = changes(ParcelPatch::default());
    assert!(!none.contains("state") && !none.contains("courier"), "{none}");
    let some = changes(ParcelPatch {
        state: Some(State::Delivered),
        courier: Some(None),
        is_fragile: Some(false),
    });
    for (attribute, action) in
        [("state", r#"Set(S("DONE"))"#), ("courier", "Remove"), ("fragile", "Set(Bool(false))")]
    {
        let change = format!("\"{attribute}\", steps: [] }}, {action})");
        assert!(some.contains(&change), "{change} in {some}");
    }
}

/// A parcel was sent.
#[derive(Serialize, Event)]
#[event(source = "parcel-service.parcels", version = 2)]
struct ParcelSent<'a> {
    parcel_id: &'a ParcelId,
}

/// A parcel was lost; the first version of the event.
#[derive(Serialize, Event)]
#[event(source = "parcel-service.parcels")]
struct ParcelLost<T: Serialize + Sync> {
    parcel_id: T,
}

#[test]
fn an_event_tells_its_source_and_version() {
    fn told<E: Event>(event: &E) -> (&'static str, &'static str, u32, Value) {
        let json = serde_json::to_value(event).expect("it is JSON");
        (E::SOURCE, E::DETAIL_TYPE, E::VERSION, json)
    }
    let parcel_id = parcel().parcel_id;
    let data = json!({ "parcel_id": "parcel_01h455vb4pex5vsknk084sn02q" });
    assert_eq!(
        told(&ParcelSent { parcel_id: &parcel_id }),
        ("parcel-service.parcels", "ParcelSent", 2, data.clone())
    );
    assert_eq!(told(&ParcelLost { parcel_id }), ("parcel-service.parcels", "ParcelLost", 1, data));
}
