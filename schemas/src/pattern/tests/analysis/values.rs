//! Values that a field never has, for its type or its limits.

use expect_test::expect;
use serde_json::json;

use super::check;

#[test]
fn a_value_is_of_the_fields_type() {
    check(
        json!({ "state": [5] }),
        expect![[r#"
            cannot match
            never /state/0: `detail.data.state` holds text, which is never `5`
              help: known here: `waiting`, `under_way`, `delivered`
        "#]],
    );
    check(
        json!({ "kilograms": ["5"] }),
        expect![[r#"
        cannot match
        never /kilograms/0: `detail.data.kilograms` holds a number, which is never `"5"`
          help: write `5` without quotes
    "#]],
    );
    check(
        json!({ "fragile": ["true", 1, null] }),
        expect![[r#"
        cannot match
        never /fragile/0: `detail.data.fragile` holds `true` or `false`, which is never `"true"`
          help: write `true` without quotes
        never /fragile/1: `detail.data.fragile` holds `true` or `false`, which is never `1`
        never /fragile/2: `detail.data.fragile` is never null
          help: it holds `true` or `false`
    "#]],
    );
    check(
        json!({ "code": [12345, { "numeric": [">", 5] }] }),
        expect![[r#"
        cannot match
        never /code/0: `detail.data.code` holds text, which is never `12345`
          help: write `"12345"`
        never /code/1: `numeric` compares numbers, and `detail.data.code` holds text
    "#]],
    );
    check(
        json!({ "kilograms": [{ "prefix": "3" }, { "cidr": "10.0.0.0/8" }] }),
        expect![[r#"
        cannot match
        never /kilograms/0: `prefix` compares text, and `detail.data.kilograms` holds a number
        never /kilograms/1: `cidr` compares text, and `detail.data.kilograms` holds a number
    "#]],
    );
    check(
        json!({ "weighedAt": ["yesterday", { "wildcard": "Mon*" }, 5] }),
        expect![[r#"
        cannot match
        never /weighedAt/0: `detail.data.weighedAt` holds a timestamp, which is never `"yesterday"`
          help: timestamps are like `"2025-01-31T23:59:59.999Z"`
        never /weighedAt/1: `detail.data.weighedAt` holds a timestamp, which is never spelled so
          help: timestamps are like `2025-01-31T23:59:59.999Z`
        never /weighedAt/2: `detail.data.weighedAt` holds a timestamp, which is never `5`
          help: timestamps are like `"2025-01-31T23:59:59.999Z"`
    "#]],
    );
    check(
        json!({ "stops": [{ "exists": true }], "rates": [1] }),
        expect![[r#"
        cannot match
        never /rates/0: `detail.data.rates` holds an object, and conditions are met by values alone
          help: name an entry within it
        never /stops/0: `detail.data.stops` holds an object, and conditions are met by values alone
          help: name a field within it: `cityName`, `hours`
    "#]],
    );
}

#[test]
fn a_value_is_one_of_the_enums() {
    check(
        json!({ "state": ["underway"] }),
        expect![[r#"
        cannot match
        never /state/0: `detail.data.state` is never `underway`
          help: did you mean `under_way`?
    "#]],
    );
    check(
        json!({ "state": ["lost", { "prefix": "Under" }] }),
        expect![[r#"
        cannot match
        never /state/0: `detail.data.state` is never `lost`
          help: known here: `waiting`, `under_way`, `delivered`
        never /state/1: no value of `detail.data.state` passes this `prefix`
          help: known here: `waiting`, `under_way`, `delivered`
    "#]],
    );
    check(
        json!({ "state": [{ "anything-but": ["waiting", "under_way", "delivered"] }] }),
        expect![[r#"
            cannot match
            never /state/0: `anything-but` excludes every value of `detail.data.state`
              help: leave out a value that is to match
        "#]],
    );
    check(
        json!({ "state": [{ "anything-but": { "wildcard": "*" } }] }),
        expect![[r#"
        cannot match
        never /state/0: `anything-but` excludes every value of `detail.data.state`
          help: leave out a value that is to match
    "#]],
    );
    // One that exists is enough, and the other does nothing.
    check(
        json!({ "state": ["waiting", "delivred"] }),
        expect![[r#"
        can match
        idle /state/1: `detail.data.state` is never `delivred`
          help: did you mean `delivered`?
    "#]],
    );
}

#[test]
fn a_number_is_within_the_limits() {
    check(
        json!({ "kilograms": [{ "numeric": [">", 31.5] }] }),
        expect![[r#"
            cannot match
            never /kilograms/0: no value of `detail.data.kilograms` passes this `numeric`
              help: it is a number from 0 to 31.5
        "#]],
    );
    check(
        json!({ "kilograms": [{ "numeric": ["<", 0] }, -1, 32] }),
        expect![[r#"
            cannot match
            never /kilograms/0: no value of `detail.data.kilograms` passes this `numeric`
              help: it is a number from 0 to 31.5
            never /kilograms/1: `detail.data.kilograms` is never `-1`
              help: it is a number from 0 to 31.5
            never /kilograms/2: `detail.data.kilograms` is never `32`
              help: it is a number from 0 to 31.5
        "#]],
    );
    check(
        json!({ "floor": [{ "numeric": [">", 0, "<", 1] }, 0.5] }),
        expect![[r#"
            cannot match
            never /floor/0: no value of `detail.data.floor` passes this `numeric`
              help: it is a whole number from -2 to 2
            never /floor/1: `detail.data.floor` is never `0.5`
              help: it is a whole number from -2 to 2
        "#]],
    );
    check(
        json!({ "floor": [{ "numeric": [">", 2] }, { "numeric": ["<", -2] }] }),
        expect![[r#"
            cannot match
            never /floor/0: no value of `detail.data.floor` passes this `numeric`
              help: it is a whole number from -2 to 2
            never /floor/1: no value of `detail.data.floor` passes this `numeric`
              help: it is a whole number from -2 to 2
        "#]],
    );
    check(
        json!({ "floor": [{ "anything-but": [-2, -1, 0, 1, 2] }] }),
        expect![[r#"
        cannot match
        never /floor/0: `anything-but` excludes every value of `detail.data.floor`
          help: leave out a value that is to match
    "#]],
    );
    check(
        json!({ "version": [{ "numeric": ["<", 1] }] }),
        expect![[r#"
            cannot match
            never /version/0: no value of `detail.data.version` passes this `numeric`
              help: it is a whole number from 1
        "#]],
    );
}

#[test]
fn a_text_is_as_long_as_it_may_be_and_begins_as_it_must() {
    check(
        json!({ "code": ["A", { "prefix": "ABCDEF" }, { "wildcard": "AB*CD*EF" }] }),
        expect![[r#"
            cannot match
            never /code/0: `detail.data.code` has 3 characters at least
            never /code/1: `detail.data.code` has 5 characters at most
            never /code/2: `detail.data.code` has 5 characters at most
        "#]],
    );
    check(
        json!({ "parcelId": ["order_01h455vb4pex5vsknk084sn02q", { "prefix": "order" }] }),
        expect![[r#"
            cannot match
            never /parcelId/0: `detail.data.parcelId` always begins with `parcel_`
            never /parcelId/1: `detail.data.parcelId` always begins with `parcel_`
        "#]],
    );
    check(
        json!({ "beforeId": ["parcel_1", { "wildcard": "*" }] }),
        expect![[r#"
        can match
        idle /beforeId/0: `detail.data.beforeId` has 33 characters at least
    "#]],
    );
}
