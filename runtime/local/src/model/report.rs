//! What a failure says: the sequence that led to it, and both answers.

use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{Entity, Expected, Item, Order};

use super::call::{Answer, Call, Changes, Found, Meddling, Question, Read, Refusal};
use super::foresee::{Prediction, Rows};
use super::shape::Shape;

/// Characters of a text that is told whole.
const SHOWN: usize = 40;

/// A call, as one line.
pub(super) fn call<E: Entity>(shape: &Shape<E>, call: &Call<E>) -> String {
    let key = |of: &E| {
        let mut item = of.to_item();
        item.retain(|name, _| shape.key_attributes.contains(&name.as_str()));
        self::item(&item)
    };
    match call {
        Call::Create(entity) => format!("create {}", item(&entity.to_item())),
        Call::Get(of) => format!("get {}", key(of)),
        Call::BatchGet(of) => {
            let keys: Vec<_> = of.iter().map(key).collect();
            format!("batch get [{}]", keys.join(", "))
        }
        Call::Update { of, changes, expected } => {
            format!("update {}: {}{}", key(of), changed(changes), version(*expected))
        }
        Call::Transition { of, step, changes, expected } => {
            let with = if changes.0.is_empty() { "" } else { ", with " };
            let changes = if changes.0.is_empty() { String::new() } else { changed(changes) };
            format!("{} {}{with}{changes}{}", step.name(), key(of), version(*expected))
        }
        Call::Delete { of, expected } => format!("delete {}{}", key(of), version(*expected)),
        Call::Restore { of, expected } => format!("restore {}{}", key(of), version(*expected)),
        Call::Purge { of, expected } => format!("purge {}{}", key(of), version(*expected)),
        Call::Query(question) => query(shape, question),
        Call::Bounded { owner, call } => {
            format!("{}, by {owner:?}, who reaches its own", self::call(shape, call))
        }
        Call::Sweep => "DynamoDB removes what has expired".to_owned(),
        Call::Meddle { of, with: Meddling::Stranger } => {
            format!("another writer puts an item of its own beside {}", key(of))
        }
        Call::Meddle { of, with: Meddling::Unknown(value) } => {
            format!("another writer adds `unknown` to {}: {}", key(of), self::value(value))
        }
    }
}

fn query<E: Entity>(shape: &Shape<E>, question: &Question<E>) -> String {
    let Question { access, of, order, filter, read } = question;
    let asked = of.to_item();
    let (partition, _) = shape.keys(*access);
    let mut fields = asked.clone();
    fields.retain(|name, _| {
        partition.iter().any(|part| {
            matches!(part, purlin::Part::Field { path, .. } if path.first() == Some(&name.as_str()))
        })
    });
    let mut text = format!("query {} of {}", shape.accesses[*access].0, item(&fields));
    text.push_str(match order {
        None => "",
        Some(Order::Ascending) => ", ascending",
        Some(Order::Descending) => ", descending",
    });
    if let Some(name) = filter {
        let wanted = asked.get(*name).map_or_else(|| "absent".to_owned(), value);
        // Writing to a `String` cannot fail.
        let _ = write!(text, ", where {name} is {wanted}");
    }
    match read {
        Read::First => text.push_str(", the first"),
        Read::Count => text.push_str(", how many"),
        Read::Pages(limit) => {
            let _ = write!(text, ", pages of {limit}");
        }
    }
    text
}

/// What the repository answered.
pub(super) fn answer<E: Entity>(answer: &Answer<E>) -> String {
    match answer {
        Answer::Done => "done".to_owned(),
        Answer::One(entity) => item(&entity.to_item()),
        Answer::Maybe(entity) => maybe(entity.as_ref().map(E::to_item).as_ref()),
        Answer::Many(entities) => {
            many(entities.iter().map(|entity| maybe(entity.as_ref().map(E::to_item).as_ref())))
        }
        Answer::Pages(pages) => {
            let page = |page: &Vec<Found>| many(page.iter().map(|found| found.text.clone()));
            pages.iter().map(page).collect::<Vec<_>>().join(" then ")
        }
        Answer::First(found) => {
            found.as_ref().map_or_else(|| "nothing".to_owned(), |found| found.text.clone())
        }
        Answer::Count(count) => count.to_string(),
        Answer::Refused(refusal) => refused(refusal),
    }
}

/// What the model says it should have.
pub(super) fn prediction(prediction: &Prediction) -> String {
    match prediction {
        Prediction::Done => "done".to_owned(),
        Prediction::One { item, stamped } if stamped.is_empty() => self::item(item),
        Prediction::One { item, stamped } => {
            let mut item = item.clone();
            item.retain(|name, _| !stamped.contains(&name.as_str()));
            format!("{} and now as {}", self::item(&item), stamped.join(", "))
        }
        Prediction::Maybe(item) => maybe(item.as_ref()),
        Prediction::Many(items) => many(items.iter().map(|item| maybe(item.as_ref()))),
        Prediction::Rows(Rows { groups, read: Read::Count }) => {
            groups.iter().map(Vec::len).sum::<usize>().to_string()
        }
        Prediction::Rows(Rows { groups, .. }) if groups.is_empty() => "nothing".to_owned(),
        Prediction::Rows(Rows { groups, .. }) => {
            let group = |group: &Vec<Item>| match group.as_slice() {
                [one] => item(one),
                several => format!("in any order {}", many(several.iter().map(item))),
            };
            many(groups.iter().map(group))
        }
        Prediction::Refused(refusals) => {
            refusals.iter().map(refused).collect::<Vec<_>>().join(" or ")
        }
    }
}

/// Items, each on a line.
pub(super) fn items(items: &[Item]) -> String {
    let mut lines: Vec<_> = items.iter().map(item).collect();
    lines.sort();
    many(lines.into_iter())
}

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound => "refused, not found".to_owned(),
        Refusal::Stale => "refused, stale".to_owned(),
        Refusal::Conflict => "refused, a conflict".to_owned(),
        Refusal::NotUnique => "refused, a value is taken".to_owned(),
        Refusal::Denied => "refused, denied".to_owned(),
        Refusal::Invalid => "refused, invalid".to_owned(),
        Refusal::Other(error) => format!("failed: {error}"),
    }
}

fn maybe(item: Option<&Item>) -> String {
    item.map_or_else(|| "nothing".to_owned(), self::item)
}

fn many(texts: impl Iterator<Item = String>) -> String {
    let lines: Vec<_> = texts.map(|text| format!("\n      {text}")).collect();
    if lines.is_empty() { "an empty page".to_owned() } else { lines.concat() }
}

fn changed(changes: &Changes) -> String {
    if changes.0.is_empty() {
        return "nothing".to_owned();
    }
    let change = |(name, value): &(&str, Option<AttributeValue>)| match value {
        Some(value) => format!("{name} = {}", self::value(value)),
        None => format!("no {name}"),
    };
    changes.0.iter().map(change).collect::<Vec<_>>().join(", ")
}

fn version(expected: Expected) -> String {
    match expected {
        Expected::Any => String::new(),
        Expected::Version(version) => format!(", expecting version {version}"),
    }
}

pub(super) fn item(item: &Item) -> String {
    let mut fields: Vec<_> =
        item.iter().map(|(name, value)| format!("{name}: {}", self::value(value))).collect();
    fields.sort();
    format!("{{{}}}", fields.join(", "))
}

fn value(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{:?}… ({} bytes)", &text[..end], text.len()),
            None => format!("{text:?}"),
        },
        AttributeValue::N(digits) => digits.clone(),
        AttributeValue::Bool(value) => value.to_string(),
        AttributeValue::Null(_) => "null".to_owned(),
        AttributeValue::L(values) => {
            format!("[{}]", values.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        AttributeValue::M(map) => item(map),
        AttributeValue::Ss(texts) => format!("set {texts:?}"),
        AttributeValue::Ns(numbers) => format!("set [{}]", numbers.join(", ")),
        other => format!("{other:?}"),
    }
}
