//! Ids: the TypeID specification's vectors, and nothing that only looks like one.

use super::*;

/// An id with a prefix of its own, for each prefix in the specification's vectors.
macro_rules! prefix {
    ($name:ident = $prefix:literal) => {
        struct $name;

        impl IdPrefix for $name {
            const PREFIX: &'static str = $prefix;
        }
    };
}

prefix!(None = "");
prefix!(Prefix = "prefix");
prefix!(PreFix = "pre_fix");

fn check_valid<T: IdPrefix>(text: &str, uuid: &str) {
    let uuid: Uuid = uuid.parse().expect("the vector is a UUID");
    assert_eq!(text.parse::<Id<T>>().map(Id::uuid), Ok(uuid), "{text}");
    assert_eq!(Id::<T>::from_uuid(uuid).to_string(), text);
}

fn check_invalid<T: IdPrefix>(text: &str) {
    assert_eq!(text.parse::<Id<T>>(), Err(IdError { prefix: T::PREFIX }), "{text}");
}

#[test]
fn the_valid_ids_of_the_specification_are_read_and_written() {
    check_valid::<None>("00000000000000000000000000", "00000000-0000-0000-0000-000000000000");
    check_valid::<None>("00000000000000000000000001", "00000000-0000-0000-0000-000000000001");
    check_valid::<None>("0000000000000000000000000a", "00000000-0000-0000-0000-00000000000a");
    check_valid::<None>("0000000000000000000000000g", "00000000-0000-0000-0000-000000000010");
    check_valid::<None>("00000000000000000000000010", "00000000-0000-0000-0000-000000000020");
    check_valid::<None>("7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff");
    check_valid::<Prefix>(
        "prefix_0123456789abcdefghjkmnpqrs",
        "0110c853-1d09-52d8-d73e-1194e95b5f19",
    );
    check_valid::<Prefix>(
        "prefix_01h455vb4pex5vsknk084sn02q",
        "01890a5d-ac96-774b-bcce-b302099a8057",
    );
    check_valid::<PreFix>(
        "pre_fix_00000000000000000000000000",
        "00000000-0000-0000-0000-000000000000",
    );
}

#[test]
fn the_invalid_ids_of_the_specification_are_refused() {
    for text in [
        "PREFIX_00000000000000000000000000",
        "12345_00000000000000000000000000",
        "pre.fix_00000000000000000000000000",
        "préfix_00000000000000000000000000",
        "  prefix_00000000000000000000000000",
        "_00000000000000000000000000",
        "_",
        "",
        "prefix_1234567890123456789012345",
        "prefix_123456789012345678901234567",
        "prefix_1234567890123456789012345 ",
        "prefix_0123456789ABCDEFGHJKMNPQRS",
        "prefix_123456789-123456789-123456",
        "prefix_ooooooiiiiiiuuuuuuulllllll",
        "prefix_i23456789ol23456789oi23456",
        "prefix_123456789-0123456789-0123456",
        "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "_prefix_00000000000000000000000000",
        "prefix__00000000000000000000000000",
    ] {
        check_invalid::<Prefix>(text);
        check_invalid::<None>(text);
    }
}

#[test]
fn an_id_of_another_type_is_refused() {
    check_invalid::<PreFix>("prefix_01h455vb4pex5vsknk084sn02q");
    check_invalid::<Prefix>("01h455vb4pex5vsknk084sn02q");
    check_invalid::<None>("prefix_01h455vb4pex5vsknk084sn02q");
}

#[test]
fn prefixes_are_those_of_the_specification() {
    let longest = "a".repeat(63);
    for valid in ["", "a", "agent", "api_key", "a__b", longest.as_str()] {
        assert!(valid_prefix(valid), "{valid}");
    }
    let too_long = "a".repeat(64);
    for invalid in ["_", "_a", "a_", "Agent", "a1", "a-b", "é", too_long.as_str()] {
        assert!(!valid_prefix(invalid), "{invalid}");
    }
}

#[test]
fn new_ids_sort_by_their_creation_as_values_and_as_texts() {
    let ids: Vec<Id<Prefix>> = (0..1000).map(|_| Id::new()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
    assert!(ids.is_sorted_by_key(Id::to_string));
    assert_eq!(ids[0].uuid().get_version_num(), 7);
}

#[test]
fn json_and_attributes_hold_the_text() {
    let id: Id<Prefix> = "prefix_01h455vb4pex5vsknk084sn02q".parse().expect("the id is valid");
    let json = serde_json::to_string(&id).expect("an id serializes");
    assert_eq!(json, "\"prefix_01h455vb4pex5vsknk084sn02q\"");
    assert_eq!(serde_json::from_str::<Id<Prefix>>(&json).ok(), Some(id));
    assert_eq!(
        serde_json::from_str::<Id<Prefix>>("\"other\"").expect_err("it is no id").to_string(),
        "expected an id like `prefix_01h455vb4pex5vsknk084sn02q` at line 1 column 7"
    );
    let attribute = id.to_attribute().expect("an id is never absent");
    assert_eq!(Id::<Prefix>::from_attribute(attribute), Ok(id));
    assert_eq!(
        Id::<Prefix>::from_attribute(AttributeValue::S("other".to_owned()))
            .expect_err("no id")
            .to_string(),
        "expected an id of `prefix`, found `other`"
    );
}
