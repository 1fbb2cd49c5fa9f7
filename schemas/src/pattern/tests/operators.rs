//! Each operator of the User Guide: what it matches and what not.

use serde_json::{Value, json};

use super::matches;

/// A field with these tests matches these values, and not those.
fn check(tests: Value, yes: &[Value], no: &[Value]) {
    let pattern = json!({ "detail": { "field": tests } });
    let event = |value: &Value| json!({ "detail": { "field": value } });
    for value in yes {
        assert!(matches(&pattern, &event(value)), "{pattern} must match {value}");
    }
    for value in no {
        assert!(!matches(&pattern, &event(value)), "{pattern} must not match {value}");
    }
}

fn values<const N: usize>(values: [Value; N]) -> [Value; N] {
    values
}

#[test]
fn exact_values_match_themselves_alone() {
    check(
        json!(["sent"]),
        &values([json!("sent"), json!(["lost", "sent"])]),
        &values([json!("Sent"), json!("sent "), json!(""), json!(null), json!({ "sent": 1 })]),
    );
    check(json!([""]), &values([json!("")]), &values([json!(" "), json!(null), json!([])]));
    check(json!([null]), &values([json!(null)]), &values([json!("null"), json!(0), json!("")]));
    check(json!([true]), &values([json!(true)]), &values([json!(false), json!("true"), json!(1)]));
    check(json!([false, "x"]), &values([json!(false), json!("x")]), &values([json!(true)]));
}

#[test]
fn numbers_match_however_they_are_written() {
    check(
        json!([300]),
        &values([json!(300), json!(300.0), json!(3.0e2)]),
        &values([json!("300"), json!(300.5), json!(-300)]),
    );
    check(json!([-0.5]), &values([json!(-0.5)]), &values([json!(0.5), json!(0)]));
    check(json!([0]), &values([json!(-0.0), json!(0)]), &values([json!(false), json!("")]));
    // The last digits of long numbers count, such as those of an account.
    check(
        json!([9_007_199_254_740_993_u64]),
        &values([json!(9_007_199_254_740_993_u64)]),
        &values([json!(9_007_199_254_740_992_u64)]),
    );
}

#[test]
fn prefix_and_suffix_match_text_alone() {
    check(
        json!([{ "prefix": "par" }]),
        &values([json!("par"), json!("parcel"), json!(["x", "part"])]),
        &values([json!("Parcel"), json!("pa"), json!("a par"), json!(5), json!(null)]),
    );
    check(
        json!([{ "suffix": ".png" }]),
        &values([json!("a.png"), json!(".png")]),
        &values([json!("a.PNG"), json!("a.png.gz"), json!("png"), json!(true)]),
    );
    check(json!([{ "prefix": "5" }]), &values([json!("55")]), &values([json!(5), json!(55)]));
    check(json!([{ "prefix": "" }]), &values([json!(""), json!("x")]), &values([json!(0)]));
}

#[test]
fn case_is_ignored_where_asked() {
    check(
        json!([{ "equals-ignore-case": "alice" }]),
        &values([json!("alice"), json!("ALICE"), json!("aLiCe")]),
        &values([json!("alice "), json!("alic"), json!(7)]),
    );
    check(
        json!([{ "prefix": { "equals-ignore-case": "EventB" } }]),
        &values([json!("eventbridge"), json!("EVENTBRIDGE"), json!("eVeNtB")]),
        &values([json!("event"), json!("an eventb")]),
    );
    check(
        json!([{ "suffix": { "equals-ignore-case": ".Png" } }]),
        &values([json!("A.PNG"), json!("a.png")]),
        &values([json!("a.pn"), json!("a.png2")]),
    );
    // The cases of a letter may differ in length, and only the operand's are tried.
    check(
        json!([{ "equals-ignore-case": "straße" }]),
        &values([json!("straße"), json!("STRASSE"), json!("straSSe")]),
        &values([json!("strasse"), json!("straẞe")]),
    );
    check(
        json!([{ "suffix": { "equals-ignore-case": "ße" } }]),
        &values([json!("große"), json!("GROSSE")]),
        &values([json!("grosse")]),
    );
    check(
        json!([{ "equals-ignore-case": "ÉCLAIR" }]),
        &values([json!("éclair"), json!("Éclair")]),
        &values([json!("eclair")]),
    );
}

#[test]
fn anything_but_matches_every_other_value_that_is_there() {
    check(
        json!([{ "anything-but": "lost" }]),
        &values([
            json!("sent"),
            json!("Lost"),
            json!(1),
            json!(null),
            json!(true),
            json!(["lost", "sent"]),
        ]),
        &values([json!("lost"), json!(["lost", "lost"]), json!([]), json!({})]),
    );
    check(
        json!([{ "anything-but": 123 }]),
        &values([json!(124), json!("123")]),
        &values([json!(123), json!(123.0)]),
    );
    check(
        json!([{ "anything-but": ["stopped", "overloaded"] }]),
        &values([json!("running")]),
        &values([json!("stopped"), json!("overloaded")]),
    );
    check(
        json!([{ "anything-but": [100, 200.5] }]),
        &values([json!(200), json!(300)]),
        &values([json!(100), json!(200.5)]),
    );
    assert!(!matches(
        &json!({ "detail": { "field": [{ "anything-but": "lost" }] } }),
        &json!({ "detail": { "other": 1 } }),
    ));
}

#[test]
fn anything_but_negates_operators() {
    check(
        json!([{ "anything-but": { "prefix": "init" } }]),
        &values([json!("running"), json!("Init"), json!(5)]),
        &values([json!("init"), json!("initial")]),
    );
    check(
        json!([{ "anything-but": { "prefix": ["a", "b"] } }]),
        &values([json!("c")]),
        &values([json!("a1"), json!("b1")]),
    );
    check(
        json!([{ "anything-but": { "suffix": [".png", ".jpg"] } }]),
        &values([json!("a.txt")]),
        &values([json!("a.png"), json!("a.jpg")]),
    );
    check(
        json!([{ "anything-but": { "suffix": ".png" } }]),
        &values([json!("a.PNG")]),
        &values([json!("a.png")]),
    );
    check(
        json!([{ "anything-but": { "equals-ignore-case": ["init", "STOPPED"] } }]),
        &values([json!("running"), json!(0)]),
        &values([json!("INIT"), json!("stopped")]),
    );
    check(
        json!([{ "anything-but": { "wildcard": "*/lib/*" } }]),
        &values([json!("/usr/bin/x"), json!("lib")]),
        &values([json!("/usr/lib/x"), json!("/lib/")]),
    );
    check(
        json!([{ "anything-but": { "wildcard": ["*a*", "b*"] } }]),
        &values([json!("cb")]),
        &values([json!("xay"), json!("bx")]),
    );
}

#[test]
fn numeric_compares_numbers_alone() {
    check(
        json!([{ "numeric": [">", 0, "<=", 5] }]),
        &values([json!(0.1), json!(5), json!(5.0), json!([9, 3])]),
        &values([json!(0), json!(5.000001), json!("3"), json!(null), json!(true)]),
    );
    check(
        json!([{ "numeric": [">=", 0, "<", 5] }]),
        &values([json!(0), json!(4.999999)]),
        &values([json!(-1), json!(5)]),
    );
    check(
        json!([{ "numeric": ["<", 10] }]),
        &values([json!(9), json!(-1e9)]),
        &values([json!(10)]),
    );
    check(json!([{ "numeric": ["<=", 10] }]), &values([json!(10)]), &values([json!(10.5)]));
    check(json!([{ "numeric": [">", 10] }]), &values([json!(11)]), &values([json!(10)]));
    check(json!([{ "numeric": [">=", 10] }]), &values([json!(10)]), &values([json!(9)]));
    check(
        json!([{ "numeric": ["=", 3.018e2] }]),
        &values([json!(301.8)]),
        &values([json!(301), json!(302)]),
    );
    // Beyond the numbers that EventBridge compares.
    check(
        json!([{ "numeric": [">", 0] }]),
        &values([json!(5.0e9)]),
        &values([json!(5_000_000_001_i64), json!(1e300)]),
    );
}

#[test]
fn cidr_matches_addresses_within_the_block() {
    check(
        json!([{ "cidr": "10.0.0.0/24" }]),
        &values([json!("10.0.0.0"), json!("10.0.0.255"), json!("010.0.0.7")]),
        &values([
            json!("10.0.1.0"),
            json!("9.255.255.255"),
            json!("10.0.0"),
            json!("10.0.0.0/24"),
            json!("10.0.0.256"),
            json!("10.0.0.+1"),
            json!("10.0.0.0.0"),
            json!("host"),
            json!("::10.0.0.0"),
            json!(167_772_160),
        ]),
    );
    check(
        json!([{ "cidr": "2001:db8::/33" }]),
        &values([json!("2001:db8::1"), json!("2001:0DB8:7fff::")]),
        &values([json!("2001:db8:8000::"), json!("2001:db9::"), json!("10.0.0.1"), json!("::g")]),
    );
    check(json!([{ "cidr": "0.0.0.0/0" }]), &values([json!("255.1.2.3")]), &values([json!("::1")]));
    check(
        json!([{ "cidr": "::/0" }]),
        &values([json!("::1")]),
        &values([json!("1.2.3.4"), json!("::1.2.3.4")]),
    );
    // Bits beyond the mask do not count.
    check(
        json!([{ "cidr": "10.0.0.9/24" }]),
        &values([json!("10.0.0.1")]),
        &values([json!("10.0.1.9")]),
    );
    check(
        json!([{ "cidr": "10.0.0.2/31" }]),
        &values([json!("10.0.0.3")]),
        &values([json!("10.0.0.4")]),
    );
}

#[test]
fn exists_asks_for_a_value_at_the_end_of_the_path() {
    check(
        json!([{ "exists": true }]),
        &values([json!(""), json!(null), json!(false), json!([1])]),
        &values([json!({ "a": 1 }), json!([]), json!([{}])]),
    );
    check(
        json!([{ "exists": false }]),
        &values([json!({ "a": 1 }), json!([]), json!([[], {}])]),
        &values([json!(""), json!(null), json!([0])]),
    );
    let absent = json!({ "detail": { "field": [{ "exists": false }] } });
    assert!(matches(&absent, &json!({ "detail": { "other": 1 } })));
    assert!(matches(&absent, &json!({ "source": "x" })));
    assert!(matches(&absent, &json!({ "detail": "text" })));
    // It stands beside other tests, of which one suffices.
    check(
        json!([{ "exists": false }, "x"]),
        &values([json!("x"), json!({})]),
        &values([json!("y")]),
    );
}

#[test]
fn a_wildcard_stands_for_any_text() {
    check(
        json!([{ "wildcard": "dir/*.png" }]),
        &values([json!("dir/a.png"), json!("dir/.png"), json!("dir/a/b.png"), json!("dir/\n.png")]),
        &values([json!("dir/a.pn"), json!("a/dir/a.png"), json!("dir.png"), json!(1)]),
    );
    check(json!([{ "wildcard": "*" }]), &values([json!(""), json!("x")]), &values([json!(1)]));
    check(json!([{ "wildcard": "" }]), &values([json!("")]), &values([json!("x")]));
    check(json!([{ "wildcard": "a" }]), &values([json!("a")]), &values([json!("ab"), json!("")]));
    check(
        json!([{ "wildcard": "*ab*ab*" }]),
        &values([json!("abab"), json!("xabyabz")]),
        &values([json!("ab"), json!("aab"), json!("abba")]),
    );
    // Head and tail do not overlap.
    check(json!([{ "wildcard": "ab*ba" }]), &values([json!("abba")]), &values([json!("aba")]));
    check(
        json!([{ "wildcard": r"a\*\\*" }]),
        &values([json!(r"a*\"), json!(r"a*\x")]),
        &values([json!(r"ab\"), json!("a*"), json!(r"a\*\")]),
    );
    // Nothing but the star is special.
    check(json!([{ "wildcard": "a?[b]*" }]), &values([json!("a?[b]")]), &values([json!("axb")]));
}

#[test]
fn or_takes_one_of_its_alternatives_and_everything_outside() {
    let pattern = json!({
        "source": ["shop"],
        "$or": [
            { "detail": { "kg": [{ "numeric": [">", 20] }], "fragile": [true] } },
            { "detail-type": ["Lost"], "$or": [{ "region": ["a"] }, { "region": ["b"] }] },
        ],
    });
    let check = |event: Value, expected: bool| {
        assert_eq!(matches(&pattern, &event), expected, "{event}");
    };
    let heavy = json!({ "kg": 21, "fragile": true });
    check(json!({ "source": "shop", "detail": heavy }), true);
    check(json!({ "source": "other", "detail": heavy }), false);
    check(json!({ "source": "shop", "detail": { "kg": 21, "fragile": false } }), false);
    check(json!({ "source": "shop", "detail-type": "Lost", "region": "b" }), true);
    check(json!({ "source": "shop", "detail-type": "Lost", "region": "c" }), false);
    check(json!({ "source": "shop", "detail-type": "Lost" }), false);
    check(json!({ "source": "shop" }), false);
    // Within a field, too.
    let within = json!({ "detail": { "$or": [{ "a": [1] }, { "b": [2] }] } });
    assert!(matches(&within, &json!({ "detail": { "b": 2 } })));
    assert!(!matches(&within, &json!({ "a": 1, "detail": { "b": 1 } })));
}
