//! From JSON to alternatives: fields, lists of tests, and `$or`.

mod operand;
mod operator;

use std::sync::Arc;

use serde_json::{Map, Value};

use self::operator::OPERATORS;
use super::MAX_COMBINATIONS;
use super::alternative::{Alternative, Clash, Leaf, Step};
use super::event::SEPARATOR;
use super::fault::{Fault, below, item};
use super::test::Test;

const OR: &str = "$or";

/// Names besides the operators' own that EventBridge keeps for itself within `$or`, where it would take them for a
/// sign that no alternatives are meant. Event Ruler: `RESERVED_FIELD_NAMES_IN_OR_RELATIONSHIP`.
const RESERVED: &[&str] = &[
    "exactly",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// Fields that must all pass, and alternatives of which one of each must.
#[derive(Default)]
struct Group {
    leaves: Vec<Arc<Leaf>>,
    ors: Vec<Vec<Group>>,
}

/// Reads a pattern of at most `size` characters.
pub(super) fn parse(json: &Value, size: usize) -> Result<Vec<Alternative>, Vec<Fault>> {
    let Value::Object(fields) = json else {
        return Err(vec![Fault::new(
            "",
            format!("an event pattern is an object, not {}", kind(json)),
            "write for example `{ \"detail-type\": [\"…\"] }`",
        )]);
    };
    let length = json.to_string().chars().count();
    if length > size {
        return Err(vec![Fault::new(
            "",
            format!("the pattern is {length} characters long, and EventBridge takes {size}"),
            "shorten it, or divide it among several rules",
        )]);
    }
    let mut faults = Vec::new();
    let group = read(&mut faults, fields, &[], "", false);
    let combinations = combinations(&group);
    if combinations > MAX_COMBINATIONS {
        faults.push(Fault::new(
            "",
            format!("the lists of `$or` make {combinations} combinations, and EventBridge takes {MAX_COMBINATIONS}"),
            "shorten the lists, or divide the pattern among several rules",
        ));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut alternatives = Vec::new();
    for leaves in expand(&group) {
        match Alternative::new(leaves) {
            Ok(alternative) => alternatives.push(alternative),
            Err(clash) => faults.push(twice(&clash)),
        }
    }
    // What is outside of `$or` is in each of its alternatives.
    faults.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    faults.dedup();
    if faults.is_empty() { Ok(alternatives) } else { Err(faults) }
}

/// Reads an object of the pattern, which is all of it, the fields of a field, or an alternative.
fn read(
    faults: &mut Vec<Fault>,
    fields: &Map<String, Value>,
    path: &[Step],
    pointer: &str,
    within_or: bool,
) -> Group {
    let mut group = Group::default();
    if fields.is_empty() {
        faults.push(Fault::new(
            pointer,
            "an object of a pattern cannot be empty",
            "name a field that must match, or leave the object out",
        ));
    }
    for (name, value) in fields {
        let pointer = below(pointer, name);
        if name == OR {
            group.ors.push(or(faults, value, path, &pointer));
            continue;
        }
        if within_or && is_reserved(name) {
            faults.push(Fault::new(
                &pointer,
                format!("`{name}` cannot be the name of a field within `$or`"),
                "EventBridge keeps this name for itself there; write the pattern without `$or`, in several rules",
            ));
        }
        let mut path = path.to_vec();
        path.extend(
            name.split(SEPARATOR)
                .map(|name| Step { name: name.to_owned(), pointer: pointer.clone() }),
        );
        match value {
            Value::Object(fields) => {
                let inner = read(faults, fields, &path, &pointer, within_or);
                group.leaves.extend(inner.leaves);
                group.ors.extend(inner.ors);
            }
            Value::Array(tests) => {
                let tests = list(faults, tests, &pointer);
                group.leaves.push(Arc::new(Leaf { path, pointer, tests }));
            }
            scalar => faults.push(bare(name, scalar, &pointer)),
        }
    }
    group
}

fn or(faults: &mut Vec<Fault>, value: &Value, path: &[Step], pointer: &str) -> Vec<Group> {
    let help = "write for example `\"$or\": [{ \"a\": [1] }, { \"b\": [2] }]`";
    let Value::Array(alternatives) = value else {
        let message = format!("`$or` needs a list of alternatives, not {}", kind(value));
        faults.push(Fault::new(pointer, message, help));
        return Vec::new();
    };
    if alternatives.len() < 2 {
        let message = "`$or` needs two alternatives or more";
        faults.push(Fault::new(pointer, message, help));
    }
    let mut groups = Vec::new();
    for (index, alternative) in alternatives.iter().enumerate() {
        let pointer = item(pointer, index);
        match alternative {
            Value::Object(fields) => groups.push(read(faults, fields, path, &pointer, true)),
            other => {
                let message = format!("an alternative of `$or` is an object, not {}", kind(other));
                faults.push(Fault::new(pointer, message, help));
            }
        }
    }
    groups
}

/// Reads the list of what a field may be.
fn list(faults: &mut Vec<Fault>, tests: &[Value], pointer: &str) -> Vec<(String, Test)> {
    if tests.is_empty() {
        faults.push(Fault::new(
            pointer,
            "a list of values cannot be empty",
            "name the values that match; for any value write `[{ \"exists\": true }]`",
        ));
    }
    let mut read = Vec::with_capacity(tests.len());
    for (index, test) in tests.iter().enumerate() {
        let pointer = item(pointer, index);
        let test = match test {
            Value::Object(operator) => operator::parse(operator, &pointer),
            Value::Array(_) => Err(Fault::new(
                &pointer,
                "a value of a pattern cannot be a list",
                "write its items into the outer list; a field that is a list matches if any of its items does",
            )),
            scalar => Ok(Test::Exact(scalar.clone())),
        };
        match test {
            Ok(test) => read.push((pointer, test)),
            Err(fault) => faults.push(fault),
        }
    }
    read
}

/// A value that stands without its list.
fn bare(name: &str, value: &Value, pointer: &str) -> Fault {
    let help = if OPERATORS.contains(&name) {
        format!("an operator stands in the list of a field: `[{{ \"{name}\": {value} }}]`")
    } else {
        format!("write `[{value}]`")
    };
    Fault::new(pointer, format!("`{name}` needs a list of values, not {}", kind(value)), help)
}

fn is_reserved(name: &str) -> bool {
    OPERATORS.contains(&name) || RESERVED.contains(&name)
}

fn twice(Clash(one, other): &Clash) -> Fault {
    let path = path(one);
    if one.path.len() == other.path.len() {
        return Fault::new(
            &other.pointer,
            format!("`{path}` has two conditions, here and at `{}`", one.pointer),
            "EventBridge takes one for each field: put what is true of all alternatives into each of them",
        );
    }
    let (short, long) = if one.path.len() < other.path.len() { (one, other) } else { (other, one) };
    Fault::new(
        &long.pointer,
        format!(
            "`{}` has values, at `{}`, so that it has no fields",
            self::path(short),
            short.pointer
        ),
        "leave out one of the two conditions",
    )
}

fn path(leaf: &Leaf) -> String {
    leaf.names().collect::<Vec<_>>().join(".")
}

/// How many combinations EventBridge counts: the product of the lengths of all lists of alternatives.
fn combinations(group: &Group) -> usize {
    group.ors.iter().fold(1, |product, or| {
        let within = or.iter().map(combinations).fold(1, usize::saturating_mul);
        product.saturating_mul(or.len().max(1)).saturating_mul(within)
    })
}

/// Every choice of one alternative from each `$or`, with the fields outside of them.
fn expand(group: &Group) -> Vec<Vec<Arc<Leaf>>> {
    group.ors.iter().fold(vec![group.leaves.clone()], |choices, or| {
        let more: Vec<Vec<Arc<Leaf>>> = or.iter().flat_map(expand).collect();
        choices
            .iter()
            .flat_map(|choice| more.iter().map(move |more| [&choice[..], &more[..]].concat()))
            .collect()
    })
}

/// What a value is, in a message.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
