//! Narrowing: a range holds exactly the keys whose values it was asked for.

use proptest::prelude::*;

use super::*;
use crate::KeyKind;

const SORT: Template = &[
    Part::Literal("NOTE#"),
    Part::Field { path: &["a"], kind: KeyKind::Text },
    Part::Literal("#"),
    Part::Field { path: &["b"], kind: KeyKind::Integer },
];

fn key(a: &str, b: i64) -> String {
    let mut key = "NOTE#".to_owned();
    KeyPart::write(a, &mut key);
    key.push('#');
    b.write(&mut key);
    key
}

fn holds(range: &Range, key: &str) -> bool {
    match range {
        Range::Prefix(start) => key.starts_with(start.as_str()),
        Range::Exactly(exact) => key == exact,
        Range::Between(low, high) => low.as_str() <= key && key <= high.as_str(),
        Range::AtLeast(low) => key >= low.as_str(),
        Range::AtMost(high) => key <= high.as_str(),
        Range::Nothing => false,
    }
}

fn range(narrow: impl FnOnce(&mut Narrowed)) -> Range {
    let mut narrowed = Narrowed::new(SORT);
    narrow(&mut narrowed);
    narrowed.range().clone()
}

/// Texts of characters beside the separator and the escape, and the greatest ones.
fn texts() -> impl Strategy<Value = String> {
    let characters =
        prop::sample::select(vec!["#", "$", "%", " ", "a", "b", "\u{10FFFF}", "\u{E000}", "é"]);
    prop::collection::vec(characters, 0..4).prop_map(|parts| parts.concat())
}

#[test]
fn a_template_alone_reads_what_begins_with_its_literal_and_a_constant_itself() {
    assert_eq!(*Narrowed::new(SORT).range(), Range::Prefix("NOTE#".to_owned()));
    let constant: Template = &[Part::Literal("METADATA")];
    assert_eq!(*Narrowed::new(constant).range(), Range::Exactly("METADATA".to_owned()));
    let bare: Template = &[Part::Field { path: &["a"], kind: KeyKind::Text }];
    assert_eq!(*Narrowed::new(bare).range(), Range::Prefix(String::new()));
}

#[test]
fn bounds_of_a_sort_key_without_a_literal_are_never_empty() {
    let bare: Template = &[Part::Field { path: &["a"], kind: KeyKind::Text }];
    let mut narrowed = Narrowed::new(bare);
    narrowed.between(None, Some(("b", true)));
    assert_eq!(*narrowed.range(), Range::AtMost("b".to_owned()));
    let mut narrowed = Narrowed::new(bare);
    narrowed.between(Some(("b", true)), None);
    assert_eq!(*narrowed.range(), Range::AtLeast("b".to_owned()));
}

proptest! {
    #[test]
    fn the_first_field_is_narrowed_by_value(a in texts(), b in any::<i64>(), x in texts(), y in texts()) {
        let key = key(&a, b);
        prop_assert_eq!(holds(&range(|n| n.eq(x.as_str())), &key), a == x);
        prop_assert_eq!(holds(&range(|n| n.begins_with(&x)), &key), a.starts_with(&x));
        let between = range(|n| n.between(Some((x.as_str(), true)), Some((y.as_str(), true))));
        prop_assert_eq!(holds(&between, &key), x <= a && a <= y);
        prop_assert_eq!(holds(&range(|n| n.between(None, Some((x.as_str(), false)))), &key), a < x);
        prop_assert_eq!(holds(&range(|n| n.between(None, Some((x.as_str(), true)))), &key), a <= x);
        prop_assert_eq!(holds(&range(|n| n.between(Some((x.as_str(), false)), None)), &key), a > x);
        prop_assert_eq!(holds(&range(|n| n.between(Some((x.as_str(), true)), None)), &key), a >= x);
    }

    #[test]
    fn the_last_field_is_narrowed_by_value(b in -3_i64..3, x in -3_i64..3, y in -3_i64..3) {
        let key = key("t#", b);
        let last = |narrow: &dyn Fn(&mut Narrowed)| range(|n| { n.eq("t#"); narrow(n); });
        prop_assert_eq!(holds(&last(&|n| n.eq(&x)), &key), b == x);
        prop_assert_eq!(holds(&last(&|n| n.between(Some((&x, true)), Some((&y, true)))), &key), x <= b && b <= y);
        prop_assert_eq!(holds(&last(&|n| n.between(None, Some((&x, false)))), &key), b < x);
        prop_assert_eq!(holds(&last(&|n| n.between(Some((&x, false)), None)), &key), b > x);
    }

    #[test]
    fn a_last_text_is_narrowed_by_value(a in texts(), x in texts()) {
        const TEXT: Template = &[Part::Literal("T#"), Part::Field { path: &["a"], kind: KeyKind::Text }];
        let mut key = "T#".to_owned();
        KeyPart::write(a.as_str(), &mut key);
        let last = |low, high| { let mut n = Narrowed::new(TEXT); n.between(low, high); n.range().clone() };
        prop_assert_eq!(holds(&last(None, Some((x.as_str(), false))), &key), a < x);
        prop_assert_eq!(holds(&last(None, Some((x.as_str(), true))), &key), a <= x);
        prop_assert_eq!(holds(&last(Some((x.as_str(), false)), None), &key), a > x);
    }
}
