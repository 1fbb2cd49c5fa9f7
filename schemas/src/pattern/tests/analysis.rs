//! What of a pattern never matches an event of the schema, and what is said of it.

mod values;

use std::fmt::Write as _;
use std::fs;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::super::{FieldShape, Pattern, Shape, Weight};
use super::pattern;
use crate::Model;

const SERVICE: &str = r#"
[service]
name = "parcel-service"
"#;

const PERMISSIONS: &str = r#"
[permissions]
"parcel:read" = { description = "Read parcels.", by_hand = true }

[roles.courier]
grants = ["parcel:read"]
"#;

const PARCEL: &str = r#"
[entity]
name = "Parcel"
key = { partition = "PARCEL#{parcel_id}", sort = "METADATA" }
version = "version"

[fields]
parcel_id = { type = "id", prefix = "parcel" }
state = { type = "enum", values = ["waiting", "under_way", "delivered"] }
version = { type = "integer", minimum = 1 }
"#;

const EVENTS: &str = r#"
[family]
name = "parcels"

[events.ParcelWeighed]
entity = "Parcel"
carries = ["parcel_id", "state", "version"]
version = 3
upcast = { 1 = { custom = true }, 2 = { custom = true } }

[events.ParcelWeighed.fields]
before_id = { type = "ref", entity = "Parcel", optional = true }
kilograms = { type = "number", minimum = 0, maximum = 31.5 }
floor = { type = "integer", minimum = -2, maximum = 2 }
fragile = { type = "boolean" }
weighed_at = { type = "timestamp" }
code = { type = "string", min_length = 3, max_length = 5 }
remark = { type = "string", optional = true }
tags = { type = "set", items = { type = "string" } }
stops = { type = "list", min_items = 1, items = { type = "object", fields = { city_name = { type = "string" }, hours = { type = "integer", optional = true } } } }
rates = { type = "map", items = { type = "number" } }
extra = { type = "json" }
"#;

fn model() -> Model {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in [
        ("service.toml", SERVICE),
        ("permissions.toml", PERMISSIONS),
        ("entities/parcel.toml", PARCEL),
        ("events/parcels.toml", EVENTS),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    crate::compile(folder.path()).unwrap_or_else(|refusal| panic!("{}", refusal.render(false)))
}

fn shape() -> Shape {
    let model = model();
    let event = model.event("ParcelWeighed").expect("the event");
    Shape::of_event(&model, &model.families()[0], event)
}

/// What the publisher makes of such an event, and EventBridge of that.
fn event() -> Value {
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "ParcelWeighed",
        "source": "parcel-service.parcels",
        "account": "111122223333",
        "time": "2025-12-22T18:43:48Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {
            "metadata": {
                "eventId": "0192d3a4-0000-7000-8000-000000000000",
                "type": "ParcelWeighed",
                "version": 3,
                "source": "parcel-service.parcels",
                "time": "2025-12-22T18:43:47.123Z",
                "correlationId": "r1",
            },
            "data": {
                "parcelId": "parcel_01h455vb4pex5vsknk084sn02q",
                "state": "under_way",
                "version": 7,
                "kilograms": 31.5,
                "floor": -2,
                "fragile": true,
                "weighedAt": "2025-12-22T18:43:47Z",
                "code": "A-1",
                "tags": ["a"],
                "stops": [{ "cityName": "Ghent" }],
                "rates": { "day": 1.5 },
                "extra": null,
            },
        },
    })
}

/// The findings for a condition on a field of the event's own data, a line or two each.
fn check(condition: Value, expected: Expect) {
    let json = json!({ "detail": { "data": condition } });
    let analysis = pattern(&json).analyse(&shape());
    let mut text = String::new();
    for finding in analysis.findings() {
        assert_eq!(finding.field[0], "detail");
        let weight = if finding.weight == Weight::Never { "never" } else { "idle" };
        let pointer = finding.pointer.trim_start_matches("/detail/data");
        writeln!(text, "{weight} {pointer}: {}", finding.message).expect("text grows");
        if let Some(help) = &finding.help {
            writeln!(text, "  help: {help}").expect("text grows");
        }
    }
    let verdict = if analysis.can_match() { "can match\n" } else { "cannot match\n" };
    expected.assert_eq(&(verdict.to_owned() + &text));
}

#[test]
fn whatever_an_event_has_can_match() {
    let (shape, event) = (shape(), event());
    for json in [
        json!({ "source": ["parcel-service.parcels"], "detail-type": ["ParcelWeighed"] }),
        json!({ "source": [{ "prefix": "parcel-service." }], "version": ["0"] }),
        json!({ "time": [{ "prefix": "2025-12" }], "replay-name": [{ "exists": false }] }),
        json!({ "resources": [{ "exists": false }], "account": ["111122223333"] }),
        json!({ "detail": { "metadata": { "version": [3], "actor": [{ "exists": false }] } } }),
        json!({ "detail": { "data": { "parcelId": ["parcel_01h455vb4pex5vsknk084sn02q"] } } }),
        json!({ "detail": { "data": { "parcelId": [{ "prefix": "par" }, { "suffix": "x" }] } } }),
        json!({ "detail": { "data": { "parcelId": [{ "wildcard": "parcel_*q" }] } } }),
        json!({ "detail": { "data": { "parcelId": [{ "equals-ignore-case": "PARCEL_01H455VB4PEX5VSKNK084SN02Q" }] } } }),
        json!({ "detail": { "data": { "state": [{ "anything-but": ["waiting", "delivered"] }] } } }),
        json!({ "detail": { "data": { "state": [{ "suffix": "way" }] } } }),
        json!({ "detail": { "data": { "kilograms": [{ "numeric": [">=", 31.5] }] } } }),
        json!({ "detail": { "data": { "kilograms": [31.5] } } }),
        json!({ "detail": { "data": { "floor": [{ "numeric": ["<", -1] }] } } }),
        json!({ "detail": { "data": { "floor": [{ "anything-but": [-1, 0, 1, 2] }] } } }),
        json!({ "detail": { "data": { "fragile": [true] } } }),
        json!({ "detail": { "data": { "weighedAt": [{ "prefix": "2025-" }] } } }),
        json!({ "detail": { "data": { "weighedAt": [{ "suffix": { "equals-ignore-case": "z" } }] } } }),
        json!({ "detail": { "data": { "code": ["A-1"], "remark": [{ "exists": false }] } } }),
        json!({ "detail": { "data": { "tags": ["a"], "stops": { "cityName": ["Ghent"] } } } }),
        json!({ "detail": { "data": { "stops": { "hours": [{ "exists": false }] } } } }),
        json!({ "detail": { "data": { "rates": { "day": [1.5], "night": [{ "exists": false }] } } } }),
        json!({ "detail": { "data": { "extra": [null] } } }),
        json!({ "detail": { "data": { "extra": { "deep": [{ "exists": false }] } } } }),
    ] {
        let pattern = pattern(&json);
        assert!(pattern.matches(&event), "{json}");
        let analysis = pattern.analyse(&shape);
        assert!(analysis.can_match(), "{json}: {:?}", analysis.findings());
        assert!(!analysis.findings().iter().any(|finding| finding.weight == Weight::Never));
    }
}

#[test]
fn a_field_that_does_not_exist_is_never_there() {
    check(
        json!({ "stat": ["waiting"] }),
        expect![[r#"
        cannot match
        never /stat: `detail.data` has no field `stat`
          help: did you mean `state`?
    "#]],
    );
    check(
        json!({ "stops": { "city": ["Ghent"] } }),
        expect![[r#"
        cannot match
        never /stops/city: `detail.data.stops` has no field `city`
          help: known here: `cityName`, `hours`
    "#]],
    );
    check(
        json!({ "code": { "value": ["A-1"] } }),
        expect![[r#"
        cannot match
        never /code/value: `detail.data.code` holds text, and has no field `value`
          help: write the values that match: `["…"]`, not an object
    "#]],
    );
    // What is asked for is then always so, which is hardly what was meant.
    check(
        json!({ "remrk": [{ "exists": false }] }),
        expect![[r#"
        can match
        idle /remrk: `detail.data` has no field `remrk`
          help: did you mean `remark`?
    "#]],
    );
}

#[test]
fn the_envelope_is_known() {
    let shape = shape();
    let findings = |json: Value| {
        let analysis = pattern(&json).analyse(&shape);
        assert!(!analysis.can_match());
        analysis.findings().to_vec()
    };
    let found = findings(json!({ "detailtype": ["ParcelWeighed"] }));
    assert_eq!(found[0].message, "the event has no field `detailtype`");
    assert_eq!(found[0].help.as_deref(), Some("did you mean `detail-type`?"));
    assert_eq!((found[0].pointer.as_str(), &found[0].field[..]), ("/detailtype", &[][..]));
    let found = findings(json!({ "source": ["parcel-service.parcel"] }));
    assert_eq!(found[0].help.as_deref(), Some("did you mean `parcel-service.parcels`?"));
    let found = findings(json!({ "detail": { "metadata": { "version": [4] } } }));
    assert_eq!(found[0].help.as_deref(), Some("it is a whole number from 1 to 3"));
    let found = findings(json!({ "detail": { "state": ["waiting"] } }));
    assert_eq!(found[0].message, "`detail` has no field `state`");
    assert_eq!(found[0].field, ["detail"]);
}

#[test]
fn what_is_required_is_never_absent() {
    check(
        json!({ "code": [{ "exists": false }] }),
        expect![[r#"
        cannot match
        never /code/0: `detail.data.code` is in every event
          help: leave the condition out, or make the field optional
    "#]],
    );
    check(
        json!({ "stops": { "cityName": [{ "exists": false }] } }),
        expect![[r#"
        cannot match
        never /stops/cityName/0: `detail.data.stops.cityName` is in every event
          help: leave the condition out, or make the field optional
    "#]],
    );
    check(
        json!({ "remark": [{ "exists": false }], "tags": [{ "exists": false }] }),
        expect![[r#"
        can match
    "#]],
    );
}

#[test]
fn one_alternative_is_enough() {
    check(
        json!({ "$or": [{ "state": ["lost"] }, { "code": ["A-1"] }] }),
        expect![[r#"
        can match
        never /$or/0/state/0: `detail.data.state` is never `lost`
          help: known here: `waiting`, `under_way`, `delivered`
    "#]],
    );
    check(
        json!({ "$or": [{ "code": ["A-1"] }, { "state": ["lost"] }] }),
        expect![[r#"
        can match
        never /$or/1/state/0: `detail.data.state` is never `lost`
          help: known here: `waiting`, `under_way`, `delivered`
    "#]],
    );
    check(
        json!({ "state": ["lost"], "$or": [{ "code": ["A-1"] }, { "code": ["B-1"] }] }),
        expect![[r#"
            cannot match
            never /state/0: `detail.data.state` is never `lost`
              help: known here: `waiting`, `under_way`, `delivered`
        "#]],
    );
}

#[test]
fn a_list_without_items_is_no_value() {
    let list = |may_be_empty| {
        let items = Box::new(Shape::text());
        Shape::Object(vec![FieldShape::required("a", Shape::List { items, may_be_empty })])
    };
    let absent = Pattern::parse(&json!({ "a": [{ "exists": false }] })).expect("a pattern");
    assert!(absent.analyse(&list(true)).can_match());
    assert!(!absent.analyse(&list(false)).can_match());
}
