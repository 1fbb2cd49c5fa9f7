//! Each mistake is told with its place and with what to write instead.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::super::{DEFAULT_SIZE, MAX_SIZE, Pattern};

fn check(json: &Value, expected: Expect) {
    let faults = Pattern::parse_within(json, MAX_SIZE).err().unwrap_or_default();
    let mut text = String::new();
    for fault in faults {
        writeln!(text, "{}: {}\n  help: {}", fault.pointer, fault.message, fault.help)
            .expect("text grows");
    }
    expected.assert_eq(&text);
}

#[test]
fn a_pattern_is_an_object_of_fields_with_lists() {
    check(
        &json!(["a"]),
        expect![[r#"
        : an event pattern is an object, not a list
          help: write for example `{ "detail-type": ["…"] }`
    "#]],
    );
    check(
        &json!({}),
        expect![[r#"
        : an object of a pattern cannot be empty
          help: name a field that must match, or leave the object out
    "#]],
    );
    check(
        &json!({ "detail": {} }),
        expect![[r#"
        /detail: an object of a pattern cannot be empty
          help: name a field that must match, or leave the object out
    "#]],
    );
    check(
        &json!({ "source": "shop", "detail": { "a/b": 5, "prefix": "x" } }),
        expect![[r#"
        /detail/a~1b: `a/b` needs a list of values, not a number
          help: write `[5]`
        /detail/prefix: `prefix` needs a list of values, not a text
          help: an operator stands in the list of a field: `[{ "prefix": "x" }]`
        /source: `source` needs a list of values, not a text
          help: write `["shop"]`
    "#]],
    );
    check(
        &json!({ "a": [], "b": [["x"]] }),
        expect![[r#"
        /a: a list of values cannot be empty
          help: name the values that match; for any value write `[{ "exists": true }]`
        /b/0: a value of a pattern cannot be a list
          help: write its items into the outer list; a field that is a list matches if any of its items does
    "#]],
    );
}

#[test]
fn an_operator_is_known_and_alone() {
    check(
        &json!({ "a": [{ "prefx": "x" }] }),
        expect![[r#"
        /a/0/prefx: `prefx` is no operator that can stand here
          help: did you mean `prefix`?
    "#]],
    );
    check(
        &json!({ "a": [{ "not": "x" }] }),
        expect![[r#"
        /a/0/not: `not` is no operator that can stand here
          help: known here: `anything-but`, `cidr`, `equals-ignore-case`, `exists`, `numeric`, `prefix`, `suffix`, `wildcard`
    "#]],
    );
    check(
        &json!({ "a": [{}] }),
        expect![[r#"
        /a/0: an operator is missing
          help: write for example `{ "prefix": "…" }`
    "#]],
    );
    check(
        &json!({ "a": [{ "prefix": "x", "suffix": "y" }] }),
        expect![[r#"
        /a/0: there are several operators in one object
          help: EventBridge takes one: write each in an object of its own, of which one must match
    "#]],
    );
    check(
        &json!({ "a": [{ "prefix": { "suffix": "x" } }] }),
        expect![[r#"
        /a/0/prefix/suffix: `suffix` is no operator that can stand here
          help: known here: `equals-ignore-case`
    "#]],
    );
}

#[test]
fn an_operand_is_of_the_right_kind() {
    check(
        &json!({ "a": [{ "prefix": 5 }, { "suffix": ["x"] }, { "equals-ignore-case": null }, { "exists": "yes" }] }),
        expect![[r#"
            /a/0/prefix: `prefix` needs a text, not a number
              help: write `"5"` if the field holds text
            /a/1/suffix: `suffix` needs a text, not a list
              help: write `{ "suffix": "…" }`
            /a/2/equals-ignore-case: `equals-ignore-case` needs a text, not null
              help: write `{ "equals-ignore-case": "…" }`
            /a/3/exists: `exists` needs `true` or `false`, not a text
              help: write `{ "exists": true }` or `{ "exists": false }`
        "#]],
    );
    check(
        &json!({ "a": [{ "wildcard": "a**" }, { "wildcard": "a\\n" }, { "wildcard": "a\\" }] }),
        expect![[r#"
            /a/0/wildcard: `a**` has two stars in a row
              help: write one, which stands for any text; for a star itself write `\*`
            /a/1/wildcard: a backslash in `a\n` stands before neither `*` nor another backslash
              help: for a star itself write `\*`, for a backslash `\\`; JSON and TOML need each backslash doubled
            /a/2/wildcard: a backslash in `a\` stands before neither `*` nor another backslash
              help: for a star itself write `\*`, for a backslash `\\`; JSON and TOML need each backslash doubled
        "#]],
    );
    check(
        &json!({ "a": [{ "cidr": "10.0.0.1" }, { "cidr": "10.0/8" }, { "cidr": "10.0.0.0/32" }, { "cidr": "::/x" }] }),
        expect![[r#"
            /a/0/cidr: `10.0.0.1` is no block of addresses
              help: write an address, `/` and a number of bits: `10.0.0.0/24` or `2001:db8::/32`
            /a/1/cidr: `10.0/8` is no block of addresses
              help: before the `/` stands an IPv4 address such as `10.0.0.0`, or an IPv6 address such as `2001:db8::`
            /a/2/cidr: `10.0.0.0/32` is no block of addresses
              help: after the `/` stands a number of bits from 0 to 31; a single address is an exact value
            /a/3/cidr: `::/x` is no block of addresses
              help: after the `/` stands a number of bits from 0 to 127; a single address is an exact value
        "#]],
    );
}

#[test]
fn anything_but_excludes_texts_or_numbers() {
    check(
        &json!({ "a": [
            { "anything-but": [] }, { "anything-but": ["x", 1] }, { "anything-but": true },
            { "anything-but": [null] }, { "anything-but": 1e10 },
        ] }),
        expect![[r#"
            /a/0/anything-but: `anything-but` excludes nothing
              help: name what does not match; for any value write `{ "exists": true }`
            /a/1/anything-but: `anything-but` excludes texts or numbers, not both at once
              help: leave out those of one kind: a field that holds numbers is no text anyway
            /a/2/anything-but: `anything-but` excludes texts or numbers, not a truth value
              help: write a text, a number, a list of them, or for example `{ "prefix": "…" }`
            /a/3/anything-but/0: `anything-but` excludes texts or numbers, not null
              help: write a text, a number, a list of them, or for example `{ "prefix": "…" }`
            /a/4/anything-but: EventBridge does not compare with `10000000000.0`
              help: it takes numbers from -5.0e9 to 5.0e9
        "#]],
    );
    check(
        &json!({ "a": [
            { "anything-but": { "cidr": "10.0.0.0/8" } }, { "anything-but": { "prefix": "" } },
            { "anything-but": { "prefix": [] } }, { "anything-but": { "wildcard": ["a", "**"] } },
            { "anything-but": {} },
        ] }),
        expect![[r#"
            /a/0/anything-but/cidr: `cidr` is no operator that can stand here
              help: known here: `equals-ignore-case`, `prefix`, `suffix`, `wildcard`
            /a/1/anything-but/prefix: `anything-but` cannot exclude the empty `prefix`, which every text has
              help: name what the texts that do not match have in common
            /a/2/anything-but/prefix: `anything-but` excludes nothing
              help: name what does not match; for any value write `{ "exists": true }`
            /a/3/anything-but/wildcard/1: `**` has two stars in a row
              help: write one, which stands for any text; for a star itself write `\*`
            /a/4/anything-but: an operator is missing
              help: write for example `{ "prefix": "…" }`
        "#]],
    );
}

#[test]
fn numeric_is_a_comparison_or_a_range() {
    check(
        &json!({ "a": [
            { "numeric": 5 }, { "numeric": [] }, { "numeric": [">"] }, { "numeric": ["==", 5] },
            { "numeric": [">", "5"] }, { "numeric": ["<", 5, ">", 0] }, { "numeric": [">", 5, "<", 5] },
            { "numeric": [">", 6e9] }, { "numeric": [">", 0.0000001] }, { "numeric": [5, ">"] },
        ] }),
        expect![[r#"
            /a/0/numeric: `numeric` needs a list of one comparison or two, each an operator and a number
              help: write for example `{ "numeric": [">=", 0] }` or `{ "numeric": [">", 0, "<=", 5] }`
            /a/1/numeric: `numeric` needs a list of one comparison or two, each an operator and a number
              help: write for example `{ "numeric": [">=", 0] }` or `{ "numeric": [">", 0, "<=", 5] }`
            /a/2/numeric: `numeric` needs a list of one comparison or two, each an operator and a number
              help: write for example `{ "numeric": [">=", 0] }` or `{ "numeric": [">", 0, "<=", 5] }`
            /a/3/numeric/0: `==` is no comparison
              help: known here: `=`, `<`, `<=`, `>`, `>=`
            /a/4/numeric/1: `numeric` compares with a number, not a text
              help: write for example `{ "numeric": [">=", 0] }` or `{ "numeric": [">", 0, "<=", 5] }`
            /a/5/numeric: `<` and `>` are no lower bound and then an upper one
              help: write for example `{ "numeric": [">=", 0] }` or `{ "numeric": [">", 0, "<=", 5] }`
            /a/6/numeric: no range begins at 5 and ends at 5
              help: the lower bound must be less than the upper one; for one number write `["=", …]`
            /a/7/numeric/1: EventBridge does not compare with `6000000000.0`
              help: it takes numbers from -5.0e9 to 5.0e9
            /a/8/numeric/1: EventBridge does not compare with `1e-7`
              help: it takes six digits after the decimal point at most
            /a/9/numeric/0: `5` is no comparison
              help: known here: `=`, `<`, `<=`, `>`, `>=`
        "#]],
    );
}

#[test]
fn or_has_alternatives_of_its_own() {
    check(
        &json!({ "$or": { "a": [1] } }),
        expect![[r#"
        /$or: `$or` needs a list of alternatives, not an object
          help: write for example `"$or": [{ "a": [1] }, { "b": [2] }]`
    "#]],
    );
    check(
        &json!({ "$or": [{ "a": [1] }] }),
        expect![[r#"
        /$or: `$or` needs two alternatives or more
          help: write for example `"$or": [{ "a": [1] }, { "b": [2] }]`
    "#]],
    );
    check(
        &json!({ "$or": [{ "a": [1] }, 5] }),
        expect![[r#"
        /$or/1: an alternative of `$or` is an object, not a number
          help: write for example `"$or": [{ "a": [1] }, { "b": [2] }]`
    "#]],
    );
    check(
        &json!({ "$or": [{ "prefix": ["a"] }, { "b": { "regex": [1] } }] }),
        expect![[r#"
        /$or/0/prefix: `prefix` cannot be the name of a field within `$or`
          help: EventBridge keeps this name for itself there; write the pattern without `$or`, in several rules
        /$or/1/b/regex: `regex` cannot be the name of a field within `$or`
          help: EventBridge keeps this name for itself there; write the pattern without `$or`, in several rules
    "#]],
    );
    // EventBridge would heed one of the two conditions.
    check(
        &json!({ "a": [1], "$or": [{ "a": [2] }, { "b": [3] }] }),
        expect![[r#"
        /$or/0/a: `a` has two conditions, here and at `/a`
          help: EventBridge takes one for each field: put what is true of all alternatives into each of them
    "#]],
    );
    check(
        &json!({ "a": [1], "$or": [{ "a": { "c": [2] } }, { "b": [3] }] }),
        expect![[r#"
        /$or/0/a/c: `a` has values, at `/a`, so that it has no fields
          help: leave out one of the two conditions
    "#]],
    );
    check(
        &json!({ "a.b": [1], "a": { "b": [2] } }),
        expect![[r#"
        /a.b: `a.b` has two conditions, here and at `/a/b`
          help: EventBridge takes one for each field: put what is true of all alternatives into each of them
    "#]],
    );
}

#[test]
fn a_pattern_keeps_within_the_limits() {
    let or = |names: &[&str]| -> Value {
        names
            .iter()
            .map(|name| (0..10).map(|n| json!({ (format!("{name}{n}")): [n] })).collect::<Value>())
            .enumerate()
            .fold(json!({}), |mut all, (n, or)| {
                all[format!("f{n}")] = json!({ "$or": or });
                all
            })
    };
    check(&or(&["a", "b", "c"]), expect![[""]]);
    check(
        &or(&["a", "b", "c", "d"]),
        expect![[r#"
        : the lists of `$or` make 10000 combinations, and EventBridge takes 1000
          help: shorten the lists, or divide the pattern among several rules
    "#]],
    );

    let long = |length: usize| {
        let around = json!({ "a": [""] }).to_string().len();
        json!({ "a": ["é".repeat(length - around)] })
    };
    assert!(Pattern::parse(&long(DEFAULT_SIZE)).is_ok());
    assert!(Pattern::parse_within(&long(MAX_SIZE), usize::MAX).is_ok());
    check(
        &long(MAX_SIZE + 1),
        expect![[r#"
        : the pattern is 4097 characters long, and EventBridge takes 4096
          help: shorten it, or divide it among several rules
    "#]],
    );
    let faults = Pattern::parse(&long(DEFAULT_SIZE + 1)).err().unwrap_or_default();
    expect!["the pattern is 2049 characters long, and EventBridge takes 2048; shorten it, or divide it among several rules"].assert_eq(&faults.iter().map(ToString::to_string).collect::<String>());
}
