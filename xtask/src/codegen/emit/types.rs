//! Rust types of fields, and the attributes that give fields their limits and defaults.

use purlin_schema::Name;
use purlin_schema::draft::Scalar;
use purlin_schema::model::{Entity, Field, Type};

use super::rules::{integer, number, rules};
use super::visibility;
use super::words::{documented, sentence};
use crate::codegen::rust::{Code, Imports};

/// Where a type is written, which decides what it imports.
#[derive(Clone, Copy)]
pub(crate) struct Home<'a> {
    /// The entity whose types are meant, where there is one.
    pub(crate) entity: Option<&'a Entity>,
    /// What the names of its types begin with: `Agent`, or the event's name.
    pub(crate) prefix: &'a str,
    /// The path its types are imported from; empty where they stand in the same file.
    pub(crate) path: &'a str,
}

impl<'a> Home<'a> {
    /// The entity's own file.
    pub(crate) fn own(entity: &'a Entity) -> Self {
        Self { entity: Some(entity), prefix: entity.name().as_str(), path: "" }
    }

    /// A file that imports the entity's types from `path`.
    pub(crate) fn importing(entity: &'a Entity, path: &'a str) -> Self {
        Self { path, ..Self::own(entity) }
    }
}

/// The type of a field, without its optionality.
pub(crate) fn bare(home: Home<'_>, field: &Field, imports: &mut Imports) -> String {
    let counts = |entity: &Entity| {
        entity.name().as_str() == home.prefix && entity.version().as_ref() == Some(field.name())
    };
    if home.entity.is_some_and(counts) {
        return "u64".into();
    }
    of(home, &(home.prefix.to_owned() + &field.name().pascal()), field.kind(), imports)
}

/// The type of a field as a struct holds it.
pub(crate) fn held(home: Home<'_>, field: &Field, imports: &mut Imports) -> String {
    let bare = bare(home, field, imports);
    if *field.optional() { format!("Option<{bare}>") } else { bare }
}

/// The type named `name`, if it is one that has a name of its own.
fn of(home: Home<'_>, name: &str, kind: &Type, imports: &mut Imports) -> String {
    let mut local = |name: String| {
        if !home.path.is_empty() {
            imports.add(home.path, &name);
        }
        name
    };
    match kind {
        Type::Id { .. } => local(format!("{}Id", home.prefix)),
        Type::Ref { entity } => {
            let own = home.entity.is_some_and(|own| own.name() == entity);
            if own {
                return local(format!("{entity}Id"));
            }
            imports.add(&format!("crate::{}", entity.snake()), &format!("{entity}Id"));
            format!("{entity}Id")
        }
        Type::Enum { .. } | Type::Object { .. } => local(name.to_owned()),
        Type::String { .. } => "String".into(),
        Type::Integer { .. } => "i64".into(),
        Type::Number { .. } => "f64".into(),
        Type::Boolean => "bool".into(),
        Type::Timestamp => {
            imports.add("purlin", "Timestamp");
            "Timestamp".into()
        }
        Type::List { items, .. } => format!("Vec<{}>", of(home, name, items, imports)),
        Type::Set { items, .. } => {
            imports.add("std::collections", "BTreeSet");
            format!("BTreeSet<{}>", of(home, name, items, imports))
        }
        Type::Map { items, .. } => {
            imports.add("std::collections", "BTreeMap");
            format!("BTreeMap<String, {}>", of(home, name, items, imports))
        }
        _ => {
            imports.add("serde_json", "Value");
            "Value".into()
        }
    }
}

/// What a parameter of this type is written as: borrowed.
pub(crate) fn borrowed(home: Home<'_>, field: &Field, imports: &mut Imports) -> String {
    format!("&{}", referent(home, field, imports))
}

/// What a reference to a value of the field is to.
pub(crate) fn referent(home: Home<'_>, field: &Field, imports: &mut Imports) -> String {
    match field.kind() {
        Type::String { .. } => "str".into(),
        _ => bare(home, field, imports),
    }
}

/// The same for the field at `path`, from the entity down.
pub(crate) fn borrowed_at(
    home: Home<'_>,
    path: &[String],
    imports: &mut Imports,
) -> Option<String> {
    let (last, above) = path.split_last()?;
    let mut fields = home.entity?.fields();
    let mut prefix = home.prefix.to_owned();
    for name in above {
        let object = fields.iter().find(|field| field.name().as_str() == name)?;
        let Type::Object { fields: inner } = object.kind() else { return None };
        prefix += &object.name().pascal();
        fields = inner;
    }
    let field = fields.iter().find(|field| field.name().as_str() == last)?;
    Some(borrowed(Home { prefix: &prefix, ..home }, field, imports))
}

/// How a field's attributes are written, by what holds it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// An entity: what it holds has been checked already.
    Stored,
    /// An event, which tells what there was: nothing stands for what it does not tell.
    Told,
    /// A nested object: limits and defaults.
    Checked,
    /// A create's input, which is only ever read.
    Input,
    /// A patch: every field may be left out.
    Patch,
}

/// Writes a field of a struct: documentation, attributes, name and type.
pub(crate) fn write_field(
    code: &mut Code,
    home: Home<'_>,
    field: &Field,
    holder: Holder,
    imports: &mut Imports,
) {
    write_attributes(code, home, field, holder);
    write_declaration(code, home, field, holder, imports);
}

/// The documentation of a field, and what serde and garde are to know of it.
pub(crate) fn write_attributes(code: &mut Code, home: Home<'_>, field: &Field, holder: Holder) {
    let text = describe(field);
    code.doc(&visibility::describe(field).map_or(text.clone(), |who| format!("{text}\n\n{who}")));
    let mut serde: Vec<String> = Vec::new();
    let is_set = matches!(field.kind(), Type::Set { .. });
    if holder == Holder::Patch {
        let reader = if is_set { "some_distinct" } else { "some" };
        serde.push(format!("deserialize_with = \"purlin::json::{reader}\""));
    } else if *field.optional() {
        // A reader of one's own takes the leave to be absent away.
        serde.extend(is_set.then(|| "default".into()));
        if holder != Holder::Input && !field.hidden() {
            serde.push("skip_serializing_if = \"Option::is_none\"".into());
        }
    } else if let Some(default) = field.default().as_ref().filter(|_| holder != Holder::Told) {
        serde.push(match default_function(home.prefix, field, default) {
            Some(name) => format!(
                "default = \"{}{name}\"",
                if home.path.is_empty() { "" } else { "super::entity::" }
            ),
            None => "default".into(),
        });
    } else if field.kind().may_be_empty() {
        serde.push("default".into());
    }
    if holder == Holder::Stored && *field.hidden() {
        serde.insert(0, "skip_serializing".into());
    }
    if is_set && holder != Holder::Patch {
        serde.push("deserialize_with = \"purlin::json::distinct\"".into());
    }
    if !serde.is_empty() {
        code.attribute("serde", &serde);
    }
    let rules = rules(field.kind());
    if !matches!(holder, Holder::Stored | Holder::Told) && !rules.is_empty() {
        code.attribute("garde", &rules);
    }
}

/// `pub name: Type,`
pub(crate) fn write_declaration(
    code: &mut Code,
    home: Home<'_>,
    field: &Field,
    holder: Holder,
    imports: &mut Imports,
) {
    let held = held(home, field, imports);
    let text = if holder == Holder::Patch { format!("Option<{held}>") } else { held };
    code.field(&format!("pub {}", field.name()), &text);
}

/// What a field holds: its description, or its name made a sentence.
pub(crate) fn describe(field: &Field) -> String {
    documented(field.description(), || sentence(field.name()))
}

/// The function that gives a field's default, where `Default` does not.
pub(crate) fn default_function(prefix: &str, field: &Field, default: &Scalar) -> Option<String> {
    let trivial = matches!(field.kind(), Type::Enum { .. })
        || matches!(default, Scalar::Boolean(false) | Scalar::Integer(0))
        || matches!(default, Scalar::String(text) if text.is_empty());
    (!trivial).then(|| format!("default_{}_{}", Name::new(prefix).snake(), field.name()))
}

/// Writes the default functions of fields, for serde to call.
pub(crate) fn write_defaults(code: &mut Code, prefix: &str, fields: &[Field]) {
    for field in fields {
        if let Some(default) = field.default()
            && let Some(name) = default_function(prefix, field, default)
        {
            let (kind, value) = default_value(field, default);
            let text = value.strip_suffix(OWNED);
            code.blank();
            code.function(&format!("pub(super) fn {name}"), &[], kind, |code| match text {
                Some(text) => code.chain("", text, &[OWNED.to_owned()], ""),
                None => code.line(&value),
            });
        }
    }
}

/// What makes a literal a `String`.
const OWNED: &str = ".to_owned()";

/// A default's type and value, as Rust writes them.
pub(crate) fn default_value(field: &Field, default: &Scalar) -> (&'static str, String) {
    match (field.kind(), default) {
        (Type::Number { .. }, Scalar::Integer(value)) => ("f64", number(*value as f64)),
        (_, Scalar::Integer(value)) => ("i64", integer(*value)),
        (_, Scalar::Float(value)) => ("f64", number(*value)),
        (_, Scalar::Boolean(value)) => ("bool", value.to_string()),
        (_, Scalar::String(text)) if text.is_empty() => ("String", "String::new()".into()),
        (_, Scalar::String(text)) => ("String", format!("{text:?}{OWNED}")),
    }
}

/// Writes the named types that fields need: their objects and enums, and those within.
pub(crate) fn write_named(
    code: &mut Code,
    home: Home<'_>,
    fields: &[Field],
    imports: &mut Imports,
) {
    for field in fields {
        let name = home.prefix.to_owned() + &field.name().pascal();
        write_named_type(code, home, &name, field, field.kind(), imports);
    }
}

fn write_named_type(
    code: &mut Code,
    home: Home<'_>,
    name: &str,
    field: &Field,
    kind: &Type,
    imports: &mut Imports,
) {
    match kind {
        Type::Enum { values } => write_enum(code, name, field, values, imports),
        Type::Object { fields } => {
            let inner = Home { prefix: name, ..home };
            imports.all("serde", &["Deserialize", "Serialize"]);
            imports.add("garde", "Validate");
            imports.add("purlin", "Attribute");
            imports.add("schemars", "JsonSchema");
            code.blank();
            code.doc(&describe(field));
            code.line("#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Validate, Attribute)]");
            code.line("#[serde(rename_all = \"camelCase\")]");
            code.line("#[garde(allow_unvalidated)]");
            code.block(&format!("pub struct {name}"), |code| {
                for field in fields {
                    write_field(code, inner, field, Holder::Checked, imports);
                }
            });
            write_defaults(code, name, fields);
            write_named(code, inner, fields, imports);
        }
        Type::List { items, .. } | Type::Set { items, .. } | Type::Map { items, .. } => {
            write_named_type(code, home, name, field, items, imports);
        }
        _ => {}
    }
}

fn write_enum(code: &mut Code, name: &str, field: &Field, values: &[Name], imports: &mut Imports) {
    imports.all("serde", &["Deserialize", "Serialize"]);
    imports.add("purlin", "Attribute");
    imports.add("schemars", "JsonSchema");
    let mut derives =
        strings(&["Clone", "Copy", "Debug", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"]);
    let default = match field.default() {
        Some(Scalar::String(default)) => Some(default.as_str()),
        _ => None,
    };
    if default.is_some() {
        derives.insert(3, "Default".into());
    }
    code.blank();
    code.doc(&describe(field));
    code.line(format!("#[derive({})]", derives.join(", ")));
    code.line("#[derive(Serialize, Deserialize, JsonSchema, Attribute)]");
    code.line("#[serde(rename_all = \"snake_case\")]");
    code.block(&format!("pub enum {name}"), |code| {
        for value in values {
            code.doc(&format!("`{value}`"));
            if default == Some(value.as_str()) {
                code.line("#[default]");
            }
            // Serde's own rule loses the underscore before a digit.
            if Name::new(value.pascal()).snake() != value.as_str() {
                code.line(format!("#[serde(rename = \"{value}\")]"));
            }
            code.line(format!("{},", value.pascal()));
        }
    });
}

pub(crate) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
