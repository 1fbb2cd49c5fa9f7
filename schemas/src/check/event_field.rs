//! The fields of events, whether they are the entity's or their own.

use super::view::is_optional;
use super::{Kind, View};
use crate::draft::{EventDraft, FieldDraft};
use crate::place::Located;
use crate::problem::{Code, Problem};
use crate::suggest::suggest;

/// A field of an event.
pub(crate) struct EventField<'a> {
    /// The name in the event, and where it is given.
    pub(crate) name: &'a Located<String>,
    /// What it is: the entity's field, or its own.
    pub(crate) draft: &'a FieldDraft,
    /// The entity that it is taken of.
    pub(crate) of: Option<&'a str>,
}

impl EventField<'_> {
    /// The word for its type.
    pub(crate) fn word(&self) -> &str {
        self.draft.kind.as_ref().map_or("", |kind| kind.value.as_str())
    }

    pub(crate) fn is_optional(&self) -> bool {
        is_optional(self.draft)
    }
}

/// All fields of an event that there are; none where its entity is not known.
pub(crate) fn event_fields<'a>(
    view: &View<'a>,
    event: &'a EventDraft,
) -> Option<Vec<EventField<'a>>> {
    let entity = match &event.entity {
        Some(written) => Some(view.entity(&written.value)?),
        None => None,
    };
    let taken = |name: &'a Located<String>, of: &'a Located<String>| {
        let entity = entity?;
        Some(EventField { name, draft: entity.field(&of.value)?, of: Some(entity.name) })
    };
    let carried = event.carries.iter().flatten().filter_map(|name| taken(name, name));
    let sourced = event.sourced().filter_map(|(name, field)| {
        let of = field.was.as_ref().or(field.now.as_ref())?;
        taken(name, of)
    });
    let own = event.own().map(|(name, draft)| EventField { name, draft, of: None });
    Some(carried.chain(sourced).chain(own).collect())
}

/// A field named somewhere that the event does not have.
pub(crate) fn unknown(
    event: &Located<String>,
    name: &Located<String>,
    fields: &[EventField<'_>],
) -> Problem {
    let known = fields.iter().map(|field| field.name.value.as_str());
    let message = format!("event `{}` has no field `{}`", event.value, name.value);
    Problem::new(Code::UnknownField, name.place, message)
        .maybe_help(suggest(&name.value, known))
        .or_help("add it to the event's `carries` or `fields`")
}

/// Whether a value of the event's field can be one of the entity's field. What types are not known
/// has been said, and is taken to be right.
pub(crate) fn fits(from: &EventField<'_>, to: &FieldDraft, entity: &str) -> bool {
    let is_the_same_field = std::ptr::eq(from.draft, to);
    is_the_same_field || (same((from.draft, from.of), (to, Some(entity))) && !has_own_type(to))
}

/// Whether values are of a type that is the field's own, in Rust: an enum or an object, or several of them.
pub(crate) fn has_own_type(field: &FieldDraft) -> bool {
    match (Kind::of(field), &field.items) {
        (Some(Kind::Enum | Kind::Object), _) => true,
        (_, Some(items)) => has_own_type(items),
        _ => false,
    }
}

/// A field, and the entity whose own id it is, should it be one.
type Of<'a> = (&'a FieldDraft, Option<&'a str>);

fn same(from: Of<'_>, to: Of<'_>) -> bool {
    let (Some(one), Some(other)) = (Kind::of(from.0), Kind::of(to.0)) else { return true };
    let items = || match (&from.0.items, &to.0.items) {
        (Some(from_items), Some(to_items)) => same((from_items, None), (to_items, None)),
        _ => true,
    };
    match (one, other) {
        (Kind::Id | Kind::Ref, Kind::Id | Kind::Ref) => match (referred(from), referred(to)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        },
        (Kind::List, Kind::List) | (Kind::Set, Kind::Set) | (Kind::Map, Kind::Map) => items(),
        _ => one == other,
    }
}

/// The entity whose id a field holds.
fn referred<'a>((field, of): Of<'a>) -> Option<&'a str> {
    match Kind::of(field) {
        Some(Kind::Id) => of,
        _ => field.entity.as_ref().map(|entity| entity.value.as_str()),
    }
}
