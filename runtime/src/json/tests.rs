//! Bodies that must be refused, what their refusal says, and that no bytes at all make the reader panic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

#[derive(Debug, PartialEq, Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
struct Thing {
    #[garde(length(chars, min = 1, max = 4))]
    name: String,
    #[serde(default)]
    #[garde(range(max = 9))]
    max_count: u64,
    #[serde(default)]
    #[garde(dive)]
    parts: Vec<Part>,
    #[serde(default)]
    #[garde(dive)]
    main_part: Option<Part>,
    #[serde(default)]
    #[garde(dive)]
    by_name: BTreeMap<String, Part>,
    #[serde(default, deserialize_with = "distinct")]
    tags: BTreeSet<String>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    free: Value,
}

#[derive(Debug, PartialEq, Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
#[garde(allow_unvalidated)]
struct Part {
    #[garde(range(min = 0.0))]
    unit_price: f64,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Plain,
    VeryFancy,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ThingPatch {
    #[serde(deserialize_with = "some")]
    name: Option<String>,
    #[serde(deserialize_with = "some")]
    note: Option<Option<String>>,
    #[serde(deserialize_with = "some_distinct")]
    tags: Option<BTreeSet<String>>,
}

/// What the caller is told: the detail, or each pointer with its own.
fn refusal(body: &[u8]) -> String {
    let error = read::<Thing>(body).expect_err("the body is refused");
    assert!(error.is_invalid());
    assert_eq!(error.code(), "invalid-body");
    match error.fields() {
        [] => error.to_string(),
        fields => {
            let lines: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.pointer, field.detail)).collect();
            lines.join("\n")
        }
    }
}

#[test]
fn a_good_body_is_read() {
    let thing: Thing = read(
        br#"{"name": "bolt", "maxCount": 9, "parts": [{"unitPrice": 0.5}], "tags": ["b", "a"],
            "kind": "very_fancy", "byName": {"some_key": {"unitPrice": 1}}, "free": {"any": [null]}}"#,
    )
    .expect("it is good");
    assert_eq!((thing.max_count, thing.parts[0].unit_price, thing.kind), (9, 0.5, Kind::VeryFancy));
}

#[test]
fn a_null_byte_in_a_text_is_a_character_like_others() {
    assert_eq!(read::<Thing>(br#"{"name": "\u0000"}"#).expect("it is JSON").name, "\0");
}

#[test]
fn what_is_not_json_is_refused() {
    for (body, says) in [
        (&b""[..], "the body is not JSON"),
        (b" ", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"\0", "the body is not JSON"),
        (b"{\"name\": \"a\0\"}", "control character"),
        (b"{\"name\": \"a\"}\0", "trailing characters"),
        (b"{\"name\": \"a\"} garbage", "trailing characters"),
        (b"{\"name\": \"a\"}{}", "trailing characters"),
        (b"{\"maxCount\": NaN}", "the body is not JSON"),
        (b"{\"maxCount\": Infinity}", "the body is not JSON"),
        (b"{\"maxCount\": 1e999}", "out of range"),
        (b"{\"name\": \"\\ud800\"}", "the body is not JSON"),
        (b"{'name': 1}", "the body is not JSON"),
        (b"{\"name\": \"a\",}", "the body is not JSON"),
        (b"\xef\xbb\xbf{\"name\": \"a\"}", "the body is not JSON"),
        (b"{\"name\": \"\xff\"}", "not UTF-8 at byte 10"),
        (b"{\"unknown\": \"\xff\"}", "not UTF-8"),
        (b"{\"name\": \"\xed\xa0\x80\"}", "not UTF-8"),
    ] {
        let refusal = refusal(body);
        assert!(refusal.contains(says), "{}: {refusal}", String::from_utf8_lossy(body));
    }
}

#[test]
fn every_unknown_field_is_named_at_any_depth() {
    assert_eq!(
        refusal(
            br#"{"version": 7, "name": "a", "owner": {"deep": 1}, "parts": [{"unitPrice": 1}, {"unitPrice": 1, "a/b~c": 1}],
                "mainPart": {"unitPrice": 1, "extra": 1}, "byName": {"k": {"unitPrice": 1, "extra": []}}}"#
        ),
        "/version: is not known\n\
         /owner: is not known\n\
         /parts/1/a~1b~0c: is not known\n\
         /mainPart/extra: is not known\n\
         /byName/k/extra: is not known"
    );
}

#[test]
fn every_key_given_twice_is_named_at_any_depth() {
    assert_eq!(
        refusal(br#"{"name": "a", "n\u0061me": "b", "free": [{"x": {"y": 1, "y": 2}}, {"z": 1, "z": 1, "z": 1}]}"#),
        "/name: is given more than once\n\
         /free/0/x/y: is given more than once\n\
         /free/1/z: is given more than once\n\
         /free/1/z: is given more than once"
    );
    // Under a field that is not even known.
    assert_eq!(
        refusal(br#"{"name": "a", "unknown": {"y": 1, "y": 2}}"#),
        "/unknown/y: is given more than once"
    );
}

#[test]
fn the_first_wrong_type_is_named_with_what_is_unknown_before_it() {
    for (body, says) in [
        (r#"{"name": 7}"#, "/name: is `7`, not a string"),
        (r#"{"name": null}"#, "/name: is null, not a string"),
        (r#"{}"#, "/name: is required"),
        (r#"{"name": "a", "mainPart": {}}"#, "/mainPart/unitPrice: is required"),
        (r#"{"name": "a", "maxCount": -1}"#, "/maxCount: is `-1`, not a whole number from 0"),
        (r#"{"name": "a", "maxCount": 1.5}"#, "/maxCount: is `1.5`, not a whole number from 0"),
        (
            r#"{"name": "a", "maxCount": 18446744073709551616}"#,
            "/maxCount: is `18446744073709552000`, not a whole number from 0",
        ),
        (r#"{"name": "a", "parts": {}}"#, "/parts: is an object, not an array"),
        (r#"{"name": "a", "parts": [{"unitPrice": 1}, 7]}"#, "/parts/1: is `7`, not an object"),
        (
            r#"{"name": "a", "parts": [{"unitPrice": "1"}]}"#,
            "/parts/0/unitPrice: is the string `1`, not a number",
        ),
        (r#"{"name": "a", "byName": {"a/b": true}}"#, "/byName/a~1b: is `true`, not an object"),
        (r#"{"name": "a", "kind": "odd"}"#, "/kind: is `odd`, not one of `plain`, `very_fancy`"),
        (r#"{"name": "a", "kind": 7}"#, "/kind: is `7`, not a string"),
        (r#"{"name": "a", "kind": {"plain": null}}"#, "/kind: is an object, not a string"),
        (r#"{"name": "a", "tags": ["x", "y", "x"]}"#, "/tags/2: is in the array already"),
        (r#"{"name": "a", "tags": "x"}"#, "/tags: is the string `x`, not an array"),
        (
            r#"{"name": "a", "odd": 1, "maxCount": ""}"#,
            "/odd: is not known\n/maxCount: is the string ``, not a whole number from 0",
        ),
        // Serde's own reader would take the values of a struct's fields in their order.
        (r#"["bolt"]"#, ": is an array, not an object"),
        (r#"{"name": "a", "parts": [[1]]}"#, "/parts/0: is an array, not an object"),
        ("7", ": is `7`, not an object"),
        ("null", ": is null, not an object"),
    ] {
        assert_eq!(refusal(body.as_bytes()), says, "{body}");
    }
}

#[test]
fn every_limit_broken_is_named_in_the_bodys_own_words() {
    assert_eq!(
        refusal(
            br#"{"name": "", "maxCount": 10, "parts": [{"unitPrice": 0}, {"unitPrice": -1}], "mainPart": {"unitPrice": -1},
                "byName": {"some_key": {"unitPrice": -1}, "a/b": {"unitPrice": -1}}}"#
        ),
        "/byName/a~1b/unitPrice: lower than 0\n\
         /byName/some_key/unitPrice: lower than 0\n\
         /mainPart/unitPrice: lower than 0\n\
         /maxCount: greater than 9\n\
         /name: length is lower than 1\n\
         /parts/1/unitPrice: lower than 0"
    );
}

#[test]
fn nesting_stops_at_the_limit() {
    let nested = |levels: usize| {
        // The outermost object is the first level.
        let inner = levels - 1;
        format!(r#"{{"name": "a", "free": {}{}}}"#, "[".repeat(inner), "]".repeat(inner))
    };
    assert!(read::<Thing>(nested(MAX_DEPTH).as_bytes()).is_ok());
    let refused = refusal(nested(MAX_DEPTH + 1).as_bytes());
    assert_eq!(refused, format!("/free{}: is nested more than 32 levels deep", "/0".repeat(31)));
    for levels in [1_000, 1_000_000] {
        assert!(
            refusal("[".repeat(levels).as_bytes()).ends_with("is nested more than 32 levels deep")
        );
        assert!(
            refusal("{\"a\":".repeat(levels).as_bytes())
                .ends_with("is nested more than 32 levels deep")
        );
    }
}

#[test]
fn a_refusal_stays_small_whatever_the_body() {
    let unknown: Vec<String> = (0..20_000).map(|i| format!("\"key{i}\": 1")).collect();
    let body = format!("{{\"name\": \"a\", {}}}", unknown.join(","));
    let error = read::<Thing>(body.as_bytes()).expect_err("nothing of this is known");
    assert_eq!(error.fields().len(), 100);
    assert!(
        error
            .to_string()
            .starts_with("the body has 20000 invalid fields, the first 100 of which are named")
    );

    let long = "é".repeat(500_000);
    for body in
        [format!("{{\"name\": \"a\", \"{long}\": {{}}}}"), format!("{{\"maxCount\": \"{long}\"}}")]
    {
        let error = read::<Thing>(body.as_bytes()).expect_err("refused");
        assert!(error.to_string().len() < 2_000, "{} bytes", error.to_string().len());
    }
}

#[test]
fn many_faults_under_a_long_key_do_not_repeat_it_each_time() {
    let twice = "\"a\":0,".repeat(80_000);
    let body = format!(r#"{{"{}": {{{twice}"a":0}}}}"#, "k".repeat(500_000));
    assert!(refusal(body.as_bytes()).len() < 100_000);
}

#[test]
fn a_hundred_thousand_keys_are_read_in_no_more_than_linear_time() {
    let keys: Vec<String> = (0..100_000).map(|i| format!("\"{i}\":0")).collect();
    let body = format!(r#"{{"name": "a", "free": {{{}}}}}"#, keys.join(","));
    assert!(read::<Thing>(body.as_bytes()).is_ok());
}

#[test]
fn a_patch_tells_absent_from_null() {
    let patch = |body: &str| from_slice::<ThingPatch>(body.as_bytes());
    assert_eq!(patch("{}").expect("nothing changes"), ThingPatch::default());
    assert_eq!(patch(r#"{"note": null}"#).expect("it may be removed").note, Some(None));
    assert_eq!(patch(r#"{"note": "x"}"#).expect("it is set").note, Some(Some("x".to_owned())));
    let error = patch(r#"{"name": null}"#).expect_err("it cannot be removed");
    assert_eq!(error.fields()[0].pointer, "/name");
    let error = patch(r#"{"tags": ["a", "a"]}"#).expect_err("they are not distinct");
    assert_eq!(error.fields()[0].pointer, "/tags/1");
    assert_eq!(patch(r#"{"tags": []}"#).expect("it is emptied").tags, Some(BTreeSet::new()));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read::<Thing>(&bytes);
    }

    #[test]
    fn nothing_like_json_makes_the_reader_panic(text in r#"([\[\]{}:,"\\]|name|maxCount|parts|é|null|-?[0-9]{1,25}|1e[0-9]{1,4}|\\u[0-9a-f]{4}| ){0,60}"#) {
        let _ = read::<Thing>(text.as_bytes());
    }

    #[test]
    fn what_serde_reads_without_us_we_read_alike(name in ".{1,4}", count in 0_u64..10, tags in proptest::collection::btree_set(".{0,3}", 0..4)) {
        let body = serde_json::json!({ "name": name, "maxCount": count, "tags": tags }).to_string();
        let ours: Thing = read(body.as_bytes()).expect("it keeps within the limits");
        let theirs: Thing = serde_json::from_str(&body).expect("it is JSON");
        prop_assert_eq!(ours, theirs);
    }
}

#[test]
fn a_field_that_is_withheld_is_denied_with_its_pointer() {
    #[derive(Debug, Default, Deserialize, Validate)]
    #[serde(default)]
    struct Priced {
        #[garde(skip)]
        price: Option<u32>,
        #[garde(skip)]
        name: Option<String>,
    }
    let read = |text: &str| {
        read_without::<Priced>(text.as_bytes(), &[("price", "price:set"), ("a/b", "price:set")])
    };
    let taken = read(r#"{"name": "bolt"}"#).expect("nothing is withheld");
    assert_eq!((taken.name.as_deref(), taken.price), (Some("bolt"), None));
    // Taking the field away is giving it, too.
    for text in [r#"{"price": 7}"#, r#"{"price": null}"#, r#"{"name": 1, "price": "x"}"#] {
        let error = read(text).expect_err(text);
        assert_eq!((error.code(), error.is_denied()), ("permission-denied", true));
        assert_eq!(error.fields()[0].pointer, "/price");
        assert!(error.fields()[0].detail.contains("price:set"), "{error}");
    }
    let error = read(r#"{"a/b": 1, "price": 1}"#).expect_err("two");
    assert_eq!(error.fields().len(), 2);
    assert_eq!(error.fields()[1].pointer, "/a~1b");
    // What is no JSON says nothing of fields.
    assert_eq!(read("{\"price\": 7").expect_err("malformed").code(), "invalid-body");
}
