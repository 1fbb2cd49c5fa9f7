//! Keys: no two values make one key, and byte order is value order.

use aws_sdk_dynamodb::types::AttributeValue;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::entity::Shape;
use crate::{Attribute, Index, IndexProjection, Item, Timestamp};

fn written(part: impl KeyPart) -> String {
    let mut out = String::new();
    part.write(&mut out);
    out
}

/// Texts of the characters that could forge or misplace a separator, and of any others.
fn texts() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "#", "{", "}", "$", "$23", "$24", "\0", "\u{1}", " ", "%", "a", "b", "A", "~", "\u{7f}",
        "é", "漢", "🦀",
    ]);
    prop_oneof![
        any::<String>(),
        vec(nasty, 0..8).prop_map(|parts| parts.concat()),
        Just("x".repeat(3000))
    ]
}

fn check(part: impl KeyPart, expected: &str) {
    assert_eq!(written(part), expected);
}

#[test]
fn parts_are_written_as_documented() {
    check("agent_01h455vb4pex5vsknk084sn02q", "agent_01h455vb4pex5vsknk084sn02q");
    check("a#b c$d\0é{}", "a$23b$20c$24d$00é{}");
    check("", "");
    check(0_i64, "p0000000000000000000");
    check(7_u8, "p0000000000000000007");
    check(-1_i32, "n9223372036854775807");
    check(i64::MIN, "n0000000000000000000");
    check(i64::MAX, "p9223372036854775807");
    check(u64::MAX, "q18446744073709551615");
    check(0.0, "8000000000000000");
    check(-0.0, "8000000000000000");
    check(1.0, "bff0000000000000");
    check(f64::NAN, "");
    check(true, "true");
    check(Timestamp::from_millis(0).expect("in range"), "1970-01-01T00:00:00.000Z");
}

proptest! {
    #[test]
    fn different_texts_never_collide_and_keep_their_order(a in texts(), b in texts()) {
        let (left, right) = (written(a.as_str()), written(b.as_str()));
        prop_assert_eq!(left.as_bytes().cmp(right.as_bytes()), a.as_bytes().cmp(b.as_bytes()));
        // Also where another part follows, which is what a longer text of the same start competes with.
        let (left, right) = (left + "#z", right + "#a");
        prop_assert_eq!(left.cmp(&right), a.as_bytes().cmp(b.as_bytes()).then("z".cmp("a")));
        prop_assert!(!written(a.as_str()).contains('#'));
    }

    #[test]
    fn different_tuples_never_collide(a in vec(texts(), 3), b in vec(texts(), 3)) {
        prop_assert_eq!(rendered_tuple(&a) == rendered_tuple(&b), a == b);
    }

    #[test]
    fn tuples_cut_elsewhere_never_collide(text in texts(), cut in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
        let cuts: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        let (a, b) = (*cut.get(&cuts), *other.get(&cuts));
        let tuple = |at: usize| vec![text[..at].to_owned(), text[at..].to_owned(), String::new()];
        prop_assert_eq!(rendered_tuple(&tuple(a)) == rendered_tuple(&tuple(b)), a == b);
    }

    #[test]
    fn integers_keep_their_order(a in any::<i64>(), b in any::<i64>()) {
        prop_assert_eq!(written(a).cmp(&written(b)), a.cmp(&b));
    }

    #[test]
    fn unsigned_integers_keep_their_order_beside_signed_ones(a in any::<u64>(), b in any::<u64>(), c in any::<i64>()) {
        prop_assert_eq!(written(a).cmp(&written(b)), a.cmp(&b));
        prop_assert_eq!(written(a).cmp(&written(c)), i128::from(a).cmp(&i128::from(c)));
    }

    #[test]
    fn small_integers_keep_their_order(a in -20_i64..20, b in -20_i64..20) {
        prop_assert_eq!(written(a).cmp(&written(b)), a.cmp(&b));
    }

    #[test]
    fn numbers_keep_their_order(a in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO, b in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
        prop_assert_eq!(Some(written(a).cmp(&written(b))), a.partial_cmp(&b));
    }

    #[test]
    fn a_template_writes_what_the_part_writes(text in texts(), integer in any::<i64>(), unsigned in any::<u64>(), number in -1e100..1e100_f64, flag: bool) {
        let values = [("text", text.to_attribute()), ("integer", integer.to_attribute()), ("unsigned", unsigned.to_attribute()), ("number", number.to_attribute()), ("flag", flag.to_attribute())];
        let item: Item = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        const TEMPLATE: Template = &[
            field(&["text"], KeyKind::Text), Part::Literal("#"),
            field(&["integer"], KeyKind::Integer), Part::Literal("#"),
            field(&["unsigned"], KeyKind::Integer), Part::Literal("#"),
            field(&["number"], KeyKind::Number), Part::Literal("#"),
            field(&["flag"], KeyKind::Boolean),
        ];
        let expected = [written(text), written(integer), written(unsigned), written(number), written(flag)].join("#");
        prop_assert_eq!(render(TEMPLATE, &item).expect("it renders"), Some(expected));
    }
}

const fn field(path: &'static [&'static str], kind: KeyKind) -> Part {
    Part::Field { path, kind }
}

fn rendered_tuple(values: &[String]) -> String {
    const TEMPLATE: Template = &[
        Part::Literal("TENANT#"),
        field(&["a"], KeyKind::Text),
        Part::Literal("#"),
        field(&["b"], KeyKind::Text),
        Part::Literal("#"),
        field(&["c"], KeyKind::Text),
    ];
    let values: Vec<_> =
        ["a", "b", "c"].into_iter().zip(values.iter().cloned().map(AttributeValue::S)).collect();
    render(TEMPLATE, values.as_slice()).expect("it renders").expect("all parts are there")
}

const SHAPE: Shape = Shape {
    name: "Thing",
    attributes: &[],
    partition: &[field(&["owner"], KeyKind::Text)],
    sort: Some(&[field(&["name"], KeyKind::Text)]),
    indexes: &[Index {
        name: "GSI1",
        pattern: "by_model",
        partition: &[Part::Literal("MODEL#"), field(&["configuration", "model"], KeyKind::Text)],
        sort: &[field(&["rank"], KeyKind::Integer)],
        partition_attribute: "GSI1PK",
        sort_attribute: "GSI1SK",
        projection: IndexProjection::All,
    }],
    version: None,
    owner: None,
    set_on_write: &[],
    key_attributes: &["owner", "name"],
    ttl: None,
    soft_delete: None,
    unique: &[],
};

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn primary_key(owner: String, name: String) -> crate::Result<PrimaryKey> {
    PrimaryKey::render(&SHAPE, [("owner", text(owner)), ("name", text(name))].as_slice())
}

#[test]
fn keys_over_dynamodbs_limits_and_empty_ones_are_refused() {
    assert!(primary_key("o".repeat(2048), "n".repeat(1024)).is_ok());
    for (owner, name, message) in [
        (2049, 1, "PK has 2049 bytes; a key of its kind has at most 2048"),
        (1, 1025, "SK has 1025 bytes; a key of its kind has at most 1024"),
        (0, 1, "PK is empty, which no key can be"),
        (1, 0, "SK is empty, which no key can be"),
    ] {
        let error =
            primary_key("o".repeat(owner), "n".repeat(name)).expect_err("the key is refused");
        assert!(error.is_invalid());
        assert_eq!((error.code(), error.to_string().as_str()), ("invalid-key", message));
    }
    // What counts is the encoded length.
    assert!(primary_key("#".repeat(683), "n".to_owned()).is_err());
    assert!(check_partition("").is_err());
}

#[test]
fn an_absent_part_leaves_the_item_out_of_the_index() {
    let keys = |item: &Item| {
        SHAPE
            .indexes
            .iter()
            .flat_map(Index::keys)
            .map(|key| key.render(item).expect("it renders"))
            .collect::<Vec<_>>()
    };
    let mut item = Item::new();
    assert_eq!(keys(&item), [None, None]);
    item.insert(
        "configuration".to_owned(),
        AttributeValue::M(Item::from([("model".to_owned(), text("m#1"))])),
    );
    item.insert("rank".to_owned(), AttributeValue::Null(true));
    assert_eq!(keys(&item), [Some(text("MODEL#m$231")), None]);
    item.insert("rank".to_owned(), AttributeValue::N("-1".to_owned()));
    assert_eq!(keys(&item)[1], Some(text("n9223372036854775807")));
}

#[test]
fn a_value_of_another_kind_is_an_error_and_no_key() {
    for (kind, value) in [
        (KeyKind::Text, AttributeValue::N("1".to_owned())),
        (KeyKind::Integer, AttributeValue::N("1.5".to_owned())),
        (KeyKind::Number, AttributeValue::N("NaN".to_owned())),
        (KeyKind::Boolean, text("true")),
    ] {
        let template = [Part::Field { path: &["a"], kind }];
        assert!(render(&template, [("a", value)].as_slice()).is_err(), "{kind:?}");
    }
}
