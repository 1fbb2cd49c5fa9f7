//! Keys: their fields exist and fit, and no two entities can write the same one.

use super::resolve::{Resolved, resolve};
use super::space::{Space, conflicts};
use super::view::{is_counter, is_optional};
use super::{EntityView, Kind, Scope, View};
use crate::draft::FieldDraft;
use crate::name::Name;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;
use crate::template::{Part, Placeholder, Template};

/// DynamoDB: the most bytes of a partition key and of a sort key.
pub(crate) const MAX_BYTES: [(&str, u64); 2] = [("partition", 2048), ("sort", 1024)];

/// What a primary key is made of.
const PRIMARY: &str = "use a field of the entity itself that every item has and none changes";

pub(crate) fn check_fields(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        let key = entity.document.entity.as_ref().and_then(|section| section.key.as_ref());
        let written =
            [key.and_then(|key| key.partition.as_ref()), key.and_then(|key| key.sort.as_ref())];
        one(entity, [&entity.partition, &entity.sort], written, true, view, problems);
        for access in &entity.accesses {
            let written = [access.draft.partition.as_ref(), access.draft.sort.as_ref()];
            one(entity, [&access.partition, &access.sort], written, false, view, problems);
        }
    }
}

/// Names of locals in the generated handlers and repositories, where a key's fields are locals, too.
const TAKEN_LOCALS: &[&str] =
    &["ctx", "expected", "input", "page", "patch", "permit", "request", "step"];

/// A key's field of such a name would hide what the generated code needs.
fn free(placeholder: &Placeholder, problems: &mut Problems) {
    let [name] = placeholder.path.as_slice() else { return };
    if TAKEN_LOCALS.contains(&name.as_str()) {
        let message = format!("`{name}` is a reserved word for a field of a key");
        problems.push(
            Problem::new(Code::ReservedWord, placeholder.place, message)
                .help("the generated code uses this name itself; rename the field"),
        );
    }
}

fn one(
    entity: &EntityView<'_>,
    templates: [&Option<Template>; 2],
    written: [Option<&Located<String>>; 2],
    primary: bool,
    view: &View<'_>,
    problems: &mut Problems,
) {
    for ((template, written), (which, most)) in templates.into_iter().zip(written).zip(MAX_BYTES) {
        let (Some(template), Some(written)) = (template, written) else { continue };
        let before = problems.len();
        for placeholder in template.placeholders() {
            fits(entity, placeholder, primary, problems);
            if view.scope == Scope::Whole {
                free(placeholder, problems);
            }
        }
        if view.scope == Scope::Whole && problems.len() == before {
            length(entity, template, written, (which, most), problems);
        }
    }
}

fn fits(
    entity: &EntityView<'_>,
    placeholder: &Placeholder,
    primary: bool,
    problems: &mut Problems,
) {
    let (field, optional) = match resolve(entity, &placeholder.path) {
        Resolved::Field(field, optional) => (field, optional),
        Resolved::Trusted if primary => {
            let message = format!(
                "`{}` is inside an object, so it cannot be in the primary key",
                placeholder.path.join(".")
            );
            return problems
                .push(Problem::new(Code::UnfitForKey, placeholder.place, message).help(PRIMARY));
        }
        Resolved::Trusted => return,
        Resolved::Unknown(within, name) => {
            return unknown(entity, within, name, placeholder.place, problems);
        }
    };
    let text = placeholder.path.join(".");
    let mut unfit = |message: String, help: &str| {
        problems.push(
            Problem::new(Code::UnfitForKey, placeholder.place, message)
                .label(field.place, "the field")
                .help(help),
        );
    };
    if let Some(kind) = Kind::of(field).filter(|kind| !kind.fits_key()) {
        let word = field.kind.as_ref().map_or("", |word| word.value.as_str());
        let message = match kind {
            Kind::Object => format!("`{text}` is an object, which a key cannot hold"),
            _ => format!("`{text}` is of type `{word}`, which a key cannot hold"),
        };
        let help = match kind {
            Kind::Object => "name one of the object's own fields, for example `{field.nested}`",
            _ => "use a string, number, boolean, enum, timestamp, id or ref",
        };
        return unfit(message, help);
    }
    let first = placeholder.path.first().map(String::as_str);
    // DynamoDB adds one to the version itself, so whoever writes the key does not know it.
    if entity.version().is_some() && entity.version() == first {
        let message = format!("`{text}` counts writes, so no key can hold it");
        return unfit(message, "use a field whose value is known before the write");
    }
    if is_counter(field) {
        let message = format!("`{text}` counts, so no key can hold it");
        return unfit(message, "use a field whose value is known before the write");
    }
    if !primary {
        return;
    }
    // What moves cannot be where an item is kept: DynamoDB cannot change a primary key.
    let why = if optional {
        "may be absent"
    } else if field.set.as_ref().is_some_and(|set| set.value == "on_write") {
        "changes with every write"
    } else if entity.status_field().is_some() && entity.status_field() == first {
        "changes from state to state"
    } else if placeholder.path.len() > 1 {
        // An operation finds an item by what a path says, and a path says fields of the entity.
        "is inside an object"
    } else {
        return;
    };
    unfit(format!("`{text}` {why}, so it cannot be in the primary key"), PRIMARY);
}

/// Whether all the fields of a template fit, so that other rules may ask for them.
pub(crate) fn all_fit(entity: &EntityView<'_>, template: &Template, primary: bool) -> bool {
    let mut problems = Problems::new();
    for placeholder in template.placeholders() {
        fits(entity, placeholder, primary, &mut problems);
    }
    problems.is_empty()
}

fn unknown(
    entity: &EntityView<'_>,
    within: Option<(&str, &FieldDraft)>,
    name: &str,
    place: Place,
    problems: &mut Problems,
) {
    let Some((object, field)) = within else {
        let name = Located::new(name.to_owned(), place);
        return super::entity::unknown_field(entity, &name, problems);
    };
    let known = field.fields.iter().flat_map(|table| table.keys());
    problems.push(
        Problem::new(Code::UnknownField, place, format!("`{object}` has no field `{name}`"))
            .label(field.place, "the field")
            .maybe_help(suggest(name, known))
            .or_help("only a field of type `object` has fields of its own"),
    );
}

/// A key that is empty or too long would be refused by DynamoDB when the item is written.
fn length(
    entity: &EntityView<'_>,
    template: &Template,
    written: &Located<String>,
    (which, most): (&str, u64),
    problems: &mut Problems,
) {
    let mut bytes = 0;
    for part in template.parts() {
        let placeholder = match part {
            Part::Literal(literal) => {
                bytes += literal.len() as u64;
                continue;
            }
            Part::Field(placeholder) => placeholder,
        };
        let Resolved::Field(field, _) = resolve(entity, &placeholder.path) else { return };
        let text = placeholder.path.join(".");
        let least = field.min_length.as_ref().map_or(0, |limit| limit.value);
        let mut unfit = |message: String, help: &str| {
            problems.push(
                Problem::new(Code::UnfitForKey, placeholder.place, message)
                    .label(field.place, "the field")
                    .help(help),
            );
        };
        if template.parts().len() == 1 && Kind::of(field) == Some(Kind::String) && least < 1 {
            let message = format!("`{text}` may be empty, and so would be the whole key");
            return unfit(message, "give the field `min_length = 1`, or put a literal before it");
        }
        match longest(field) {
            Some(longest) => bytes += longest,
            None => {
                let message = format!("`{text}` may be longer than a key");
                let help = format!(
                    "give the field a `max_length`; DynamoDB's limit for a {which} key is {most} bytes, and a character takes up to 4"
                );
                return unfit(message, &help);
            }
        }
    }
    if bytes > most {
        let message = format!("a key like `{}` may take {bytes} bytes", template.as_str());
        problems.push(Problem::new(Code::UnfitForKey, written.place, message).help(format!(
            "lower `max_length` of its fields; DynamoDB's limit for a {which} key is {most} bytes, and a character takes up to 4"
        )));
    }
}

/// The most bytes that a value takes in a key; none where there is no limit.
pub(crate) fn longest(field: &FieldDraft) -> Option<u64> {
    // The part after an id's prefix: an underscore and 26 letters and digits (TypeID 0.3).
    const SUFFIX: u64 = 27;
    Some(match Kind::of(field) {
        Some(Kind::String) => {
            let limit = field.max_length.as_ref()?.value;
            // UTF-8 takes up to 4 bytes a character, an escape 3.
            u64::try_from(limit).unwrap_or_default().saturating_mul(4)
        }
        Some(Kind::Id | Kind::Ref) => super::id::MAX_PREFIX as u64 + SUFFIX,
        Some(Kind::Enum) => {
            let lengths = field.values.iter().flatten().map(|value| value.value.len() as u64);
            lengths.max().unwrap_or_default()
        }
        _ => 24,
    })
}

/// Two entities that can write the same key overwrite one another's items.
pub(crate) fn check_spaces(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    let spaces: Vec<Space<'_, '_>> = view
        .entities
        .iter()
        .filter_map(|entity| {
            Some(Space {
                entity,
                partition: entity.partition.as_ref()?,
                sort: entity.sort.as_ref()?,
                place: entity.places_in(None).0,
            })
        })
        .collect();
    let clash = |first: &Space<'_, '_>, second: &Space<'_, '_>| {
        let both = first.partition.overlaps(second.partition) && first.sort.overlaps(second.sort);
        both.then_some(())
    };
    for (first, second, ()) in conflicts(&spaces, clash) {
        // The one to change is the one whose key does not begin as its own would.
        let own = second.partition.as_str() == own_prefix(second.entity);
        let (changed, other) = if own { (first, second) } else { (second, first) };
        let key = changed.partition.as_str();
        let pattern = key.find('{').map_or(key.to_owned(), |at| format!("{}…", &key[..at]));
        let message = format!(
            "entities `{}` and `{}` both write keys like `{pattern}`",
            first.entity.name, second.entity.name
        );
        let help = format!(
            "give `{}` a prefix of its own, for example `{}`",
            changed.entity.name,
            own_prefix(changed.entity)
        );
        problems.push(
            Problem::new(Code::DuplicateKeySpace, changed.place, message)
                .saying(format!("the key of `{}`", changed.entity.name))
                .label(other.place, format!("the key of `{}`", other.entity.name))
                .help(help),
        );
    }
}

fn own_prefix(entity: &EntityView<'_>) -> String {
    let name = Name::new(entity.name);
    let id =
        entity.fields().find(|(_, field)| Kind::of(field) == Some(Kind::Id) && !is_optional(field));
    let field = id.map_or_else(|| format!("{}_id", name.snake()), |(name, _)| name.value.clone());
    format!("{}#{{{field}}}", name.upper())
}
