//! What differs between two contracts of one version, as far as it breaks readers.

use serde_json::{Map, Value};

/// What is wrong with a committed contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// It is not JSON, for this reason.
    Unreadable(String),
    /// Its version is no longer there.
    Gone,
    /// Something that it promises no longer holds.
    Broken(Broken),
}

/// A promise that no longer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// The names in JSON that lead to the field, those of lists' items left out; none where it is the event itself.
    pub(super) field: Vec<String>,
    /// The field as messages have it: `lines[].sku`.
    spelling: String,
    /// The keys that lead to what was promised of it.
    pub(super) pointer: Vec<String>,
    /// What has become of it.
    what: String,
}

impl Broken {
    pub(super) fn message(&self, event: &str) -> String {
        let Self { spelling, what, .. } = self;
        match spelling.as_str() {
            "" => format!("event `{event}` {what}"),
            spelling => format!("field `{spelling}` of event `{event}` {what}"),
        }
    }
}

/// Where the contract says its version.
pub(super) fn version() -> Vec<String> {
    metadata("version")
}

fn metadata(name: &str) -> Vec<String> {
    ["properties", "metadata", "properties", name].map(String::from).into()
}

/// What `before` promises that `now` does not keep.
pub(super) fn between(before: &Value, now: &Value) -> Vec<Difference> {
    let mut found = Found::default();
    let at = Spot { pointer: vec!["properties".into(), "data".into()], ..Spot::default() };
    let data = |contract: &Value| contract.pointer("/properties/data").cloned().unwrap_or_default();
    schemas(&at, &data(before), &data(now), &mut found);
    // Rules of the bus pick events by their source.
    let source = |contract: &Value| {
        let source = contract.pointer("/properties/metadata/properties/source/const");
        source.and_then(Value::as_str).map(str::to_owned)
    };
    if let (Some(before), Some(now)) = (source(before), source(now))
        && before != now
    {
        let at = Spot { pointer: metadata("source"), ..Spot::default() };
        found.add(&at, format!("came from `{before}`, and now comes from `{now}`"));
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Difference>);

impl Found {
    fn add(&mut self, at: &Spot, what: String) {
        let Spot { field, spelling, pointer } = at.clone();
        self.0.push(Difference::Broken(Broken { field, spelling, pointer, what }));
    }
}

/// A place within a contract.
#[derive(Clone, Default)]
struct Spot {
    field: Vec<String>,
    spelling: String,
    pointer: Vec<String>,
}

impl Spot {
    fn property(&self, name: &str) -> Self {
        let mut spot = self.below(&["properties", name]);
        spot.field.push(name.to_owned());
        let dot = if self.spelling.is_empty() { "" } else { "." };
        spot.spelling = format!("{}{dot}{name}", self.spelling);
        spot
    }

    fn items(&self, keyword: &str) -> Self {
        let mut spot = self.below(&[keyword]);
        spot.spelling += "[]";
        spot
    }

    fn below(&self, keys: &[&str]) -> Self {
        let mut spot = self.clone();
        spot.pointer.extend(keys.iter().map(ToString::to_string));
        spot
    }
}

/// The keyword that holds the schema of each item.
const ITEMS: [&str; 2] = ["items", "additionalProperties"];

fn schemas(at: &Spot, before: &Value, now: &Value, found: &mut Found) {
    let (was, is) = (word(before), word(now));
    if was != is {
        return found.add(at, format!("was {was}, and is {is} now"));
    }
    for keyword in ["pattern", "format"] {
        let (was, is) = (text(before, keyword), text(now, keyword));
        // What was any text may well be of one form now.
        if let Some(was) = was.filter(|was| is != Some(*was)) {
            let is = is.map_or("may be anything now".into(), |is| format!("has `{is}` now"));
            found.add(&at.below(&[keyword]), format!("had the {keyword} `{was}`, and {is}"));
        }
    }
    values(at, before, now, found);
    limits(at, before, now, found);
    properties(at, before, now, found);
    for keyword in ITEMS {
        if let (Some(before), Some(now)) = (before.get(keyword), now.get(keyword)) {
            schemas(&at.items(keyword), before, now, found);
        }
    }
}

/// What a schema is of, in the language's own words.
fn word(schema: &Value) -> String {
    let has = |keyword: &str| schema.get(keyword).is_some();
    let known = match schema.get("type") {
        None => "any JSON",
        Some(Value::String(kind)) => match kind.as_str() {
            "string" if has("enum") => "an enum",
            "string" if has("pattern") => "an id",
            "string" if text(schema, "format") == Some("date-time") => "a timestamp",
            "string" => "a string",
            "integer" => "an integer",
            "number" => "a number",
            "boolean" => "a boolean",
            "array" if has("uniqueItems") => "a set",
            "array" => "a list",
            "object" if has("additionalProperties") => "a map",
            "object" => "an object",
            other => return format!("`{other}`"),
        },
        Some(other) => return format!("`{other}`"),
    };
    known.to_owned()
}

fn text<'a>(schema: &'a Value, keyword: &str) -> Option<&'a str> {
    schema.get(keyword).and_then(Value::as_str)
}

fn texts<'a>(schema: &'a Value, keyword: &str) -> Vec<&'a str> {
    let list = schema.get(keyword).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn values(at: &Spot, before: &Value, now: &Value, found: &mut Found) {
    let (known, kept) = (texts(before, "enum"), texts(now, "enum"));
    let only = |of: &[&str], not_of: &[&str]| {
        let only = of.iter().filter(|value| !not_of.contains(value));
        only.map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
    };
    let (unknown, lost) = (only(&kept, &known), only(&known, &kept));
    if !unknown.is_empty() {
        found.add(&at.below(&["enum"]), format!("may now be {unknown}, which no reader knows"));
    }
    if !lost.is_empty() {
        let what = format!("is no longer {lost}, and events that are under way may be");
        found.add(&at.below(&["enum"]), what);
    }
}

/// Limits as JSON Schema and as the language has them; first come the least ones.
const LIMITS: [(&str, &str); 8] = [
    ("minimum", "minimum"),
    ("minLength", "min_length"),
    ("minItems", "min_items"),
    ("minProperties", "min_items"),
    ("maximum", "maximum"),
    ("maxLength", "max_length"),
    ("maxItems", "max_items"),
    ("maxProperties", "max_items"),
];

/// How many of these are the least ones.
const LEAST: usize = 4;

fn limits(at: &Spot, before: &Value, now: &Value, found: &mut Found) {
    for (index, (keyword, name)) in LIMITS.into_iter().enumerate() {
        // There is nothing of which there are fewer than none.
        let says = |was: &&Value| {
            was.is_number() && (name == "minimum" || index >= LEAST || was.as_u64() != Some(0))
        };
        let Some(was) = before.get(keyword).filter(says) else { continue };
        let is = now.get(keyword);
        let kept = is.is_some_and(|is| match index < LEAST {
            true => at_most(was, is),
            false => at_most(is, was),
        });
        if !kept {
            let is = is.map_or("is gone".to_owned(), |is| format!("is {is} now"));
            found.add(&at.below(&[keyword]), format!("had `{name} = {was}`, which {is}"));
        }
    }
}

/// Whether a number is no greater than another; whole ones are compared exactly.
fn at_most(one: &Value, other: &Value) -> bool {
    let whole =
        |value: &Value| value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one <= other,
        _ => one.as_f64() <= other.as_f64(),
    }
}

/// Readers of ours know the newest form alone, and read events that were under way when it came.
const NEW: &str = "is new and always there, and events that are under way do not have it";
const LACKED: &str =
    "may have been absent, as from events that are under way, and is always there now";

fn properties(at: &Spot, before: &Value, now: &Value, found: &mut Found) {
    let none = Map::new();
    let of = |schema: &'_ Value| schema.get("properties").and_then(Value::as_object).cloned();
    let (known, kept) = (of(before), of(now));
    let (known, kept) = (known.as_ref().unwrap_or(&none), kept.as_ref().unwrap_or(&none));
    let (was_required, is_required) = (texts(before, "required"), texts(now, "required"));
    for (name, before) in known {
        let spot = at.property(name);
        let Some(now) = kept.get(name) else {
            found.add(&spot, "is gone".to_owned());
            continue;
        };
        let name = name.as_str();
        if was_required.contains(&name) && !is_required.contains(&name) {
            found.add(&spot, "was always there, and may be absent now".to_owned());
        }
        if !was_required.contains(&name) && is_required.contains(&name) {
            found.add(&spot, LACKED.to_owned());
        }
        schemas(&spot, before, now, found);
    }
    for name in kept.keys().filter(|name| !known.contains_key(*name)) {
        if is_required.contains(&name.as_str()) {
            found.add(&at.property(name), NEW.to_owned());
        }
    }
}
