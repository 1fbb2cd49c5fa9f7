//! Values at the limits of a field: each limit one below, at and above it, and values of other types.

use purlin_schema::Model;
use purlin_schema::model::{Field, Type};

use crate::codegen::emit::rules::{integer, number};
use crate::codegen::emit::value::{self, Amount, digits_of, distinct, least, literal, variety};

/// The most items that are written out one by one.
const FEW: u64 = 4;

/// A value to put at a place of the body, and whether the operation takes it.
pub(super) struct Row {
    pub(super) pointer: String,
    /// What stands within `json!(…)`.
    pub(super) value: String,
    pub(super) fits: bool,
}

/// A value within `json!(…)`, and whether it fits.
type Sample = (String, bool);

/// The rows of a field and, where it is an object, of those within.
pub(super) fn of_field(model: &Model, field: &Field, above: &str, rows: &mut Vec<Row>) {
    let pointer = format!("{above}/{}", field.name().camel());
    if let Type::Object { fields } = field.kind() {
        let mut row = |value: &str, fits| {
            rows.push(Row { pointer: pointer.clone(), value: value.into(), fits })
        };
        row("null", *field.optional());
        row("[]", false);
        return fields.iter().for_each(|field| of_field(model, field, &pointer, rows));
    }
    let row = |(value, fits)| Row { pointer: pointer.clone(), value, fits };
    rows.extend(samples(model, field).into_iter().map(row));
}

fn samples(model: &Model, field: &Field) -> Vec<Sample> {
    let mut found = of_type(model, field.kind());
    // Any JSON may be null, where it may be absent; null is then its absence.
    found.insert(0, ("null".into(), *field.optional() || matches!(field.kind(), Type::Json)));
    found
}

fn of_type(model: &Model, kind: &Type) -> Vec<Sample> {
    let mut found: Vec<Sample> = Vec::new();
    let mut sample = |value: String, fits: bool| found.push((value, fits));
    match kind {
        Type::String { min_length, max_length, email } => {
            sample("1".into(), false);
            if *email {
                sample("\"nobody\"".into(), false);
                if let Some(most) = max_length {
                    sample(format!("format!(\"ada@{{}}.com\", \"x\".repeat({most}))"), false);
                }
                return found;
            }
            for (length, fits) in around(*min_length, *max_length) {
                sample(letters(length), fits);
            }
        }
        Type::Integer { minimum, maximum } => {
            sample("\"1\"".into(), false);
            sample("0.5".into(), false);
            if let Some(least) = *minimum {
                least.checked_sub(1).into_iter().for_each(|below| sample(integer(below), false));
                sample(integer(least), true);
            }
            if let Some(most) = *maximum {
                sample(integer(most), true);
                most.checked_add(1).into_iter().for_each(|above| sample(integer(above), false));
            }
        }
        Type::Number { minimum, maximum } => {
            sample("\"1\"".into(), false);
            let step = |limit: f64| (limit.abs() * 0.001).max(0.001);
            if let Some(least) = *minimum {
                sample(number(least - step(least)), false);
                sample(number(least), true);
            }
            if let Some(most) = *maximum {
                sample(number(most), true);
                sample(number(most + step(most)), false);
            }
        }
        Type::Boolean => sample("\"true\"".into(), false),
        Type::Enum { values } => {
            sample("\"no such value\"".into(), false);
            values.iter().for_each(|value| sample(format!("{:?}", value.as_str()), true));
        }
        Type::Timestamp => sample("\"yesterday\"".into(), false),
        Type::Ref { .. } => sample("\"no such id\"".into(), false),
        Type::Object { fields } => {
            sample("[]".into(), false);
            found.extend(fields.iter().flat_map(|field| within_object(model, fields, field)));
        }
        Type::List { items, min_items, max_items } => {
            sample("{}".into(), false);
            for (count, fits) in around(*min_items, *max_items) {
                sample(listed(model, items, count), fits);
            }
            let others = min_items.unwrap_or(0).saturating_sub(1);
            found.extend(within_items(model, items, others, |texts| {
                format!("[{}]", texts.join(", "))
            }));
        }
        Type::Set { items, min_items, max_items } => {
            sample("{}".into(), false);
            for (count, fits) in around(*min_items, *max_items) {
                if count <= variety(items) {
                    sample(apart(model, items, count), fits);
                }
            }
            let one = distinct(model, items, 1).first().map(literal).unwrap_or_default();
            sample(format!("[{one}, {one}]"), false);
            if min_items.unwrap_or(0) <= 1 {
                found.extend(within_items(model, items, 0, |texts| {
                    format!("[{}]", texts.join(", "))
                }));
            }
        }
        Type::Map { items, min_items, max_items } => {
            sample("[]".into(), false);
            for (count, fits) in
                around(*min_items, *max_items).into_iter().filter(|(count, _)| *count <= FEW)
            {
                let item = literal(&value::of_type(model, items, "item", Amount::Everything));
                sample(keyed(&vec![item; count as usize]), fits);
            }
            let others = min_items.unwrap_or(0).saturating_sub(1);
            found.extend(within_items(model, items, others, keyed));
        }
        _ => {}
    }
    found
}

/// One below the least, the least, the most, one above it: those there are.
fn around(least: Option<u64>, most: Option<u64>) -> Vec<(u64, bool)> {
    let mut found = Vec::new();
    if let Some(least) = least.filter(|least| *least > 0) {
        found.extend([(least - 1, false), (least, true)]);
    }
    if let Some(most) = most {
        found.extend([(most, true), (most + 1, false)]);
    }
    found
}

/// The samples of one field, in an object whose other fields are as they should be.
fn within_object(model: &Model, fields: &[Field], field: &Field) -> Vec<Sample> {
    let wrap = |text: &str| {
        let entry = |other: &Field| match other.name() == field.name() {
            true => text.to_owned(),
            false => literal(&value::value(model, other, Amount::Everything)),
        };
        let entries: Vec<String> = fields
            .iter()
            .map(|other| format!("{:?}: {}", other.name().camel(), entry(other)))
            .collect();
        format!("{{ {} }}", entries.join(", "))
    };
    samples(model, field).into_iter().map(|(text, fits)| (wrap(&text), fits)).collect()
}

/// The samples of one item, beside `others` that are as they should be.
fn within_items(
    model: &Model,
    items: &Type,
    others: u64,
    wrap: impl Fn(&[String]) -> String,
) -> Vec<Sample> {
    let other = literal(&value::of_type(model, items, "item", Amount::Everything));
    let several = |text: String| {
        let mut texts = vec![text];
        texts.extend((0..others).map(|_| other.clone()));
        wrap(&texts)
    };
    let null = (!matches!(items, Type::Json)).then(|| ("null".to_owned(), false));
    let of_items = null.into_iter().chain(of_type(model, items));
    of_items.map(|(text, fits)| (several(text), fits)).collect()
}

fn keyed(texts: &[String]) -> String {
    let entries: Vec<String> =
        texts.iter().enumerate().map(|(index, text)| format!("\"key{index}\": {text}")).collect();
    if entries.is_empty() { "{}".into() } else { format!("{{ {} }}", entries.join(", ")) }
}

/// A text of that many letters, each of two bytes: lengths are counted in letters.
fn letters(length: u64) -> String {
    if length <= FEW {
        format!("{:?}", "é".repeat(length as usize))
    } else {
        format!("\"é\".repeat({length})")
    }
}

/// That many items of a list.
fn listed(model: &Model, items: &Type, count: u64) -> String {
    let item = literal(&value::of_type(model, items, "item", Amount::Everything));
    if count <= FEW {
        return format!("[{}]", vec![item; count as usize].join(", "));
    }
    format!("vec![json!({item}); {count}]")
}

/// That many different items of a set.
fn apart(model: &Model, items: &Type, count: u64) -> String {
    match items {
        Type::String { email: false, .. } if count > FEW => {
            format!("texts({count}, {})", digits_of(items))
        }
        Type::Integer { .. } if count > FEW => {
            let start = least(items, count);
            format!("({}..{}).collect::<Vec<i64>>()", integer(start), integer(start + count as i64))
        }
        _ => format!(
            "[{}]",
            distinct(model, items, count).iter().map(literal).collect::<Vec<_>>().join(", ")
        ),
    }
}
