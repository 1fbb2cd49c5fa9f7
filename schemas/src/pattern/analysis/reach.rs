//! Where a path leads in a shape.

use super::value::Reason;
use crate::pattern::alternative::Step;
use crate::pattern::shape::{Presence, Shape};
use crate::suggest::suggest;

/// Where a path leads.
pub(super) enum Reach<'s> {
    Place(Reached<'s>),
    Nowhere(Nowhere),
}

/// A place in an event.
pub(super) struct Reached<'s> {
    /// What is there; of a list, what its items are.
    pub(super) shape: &'s Shape,
    /// Whether an event may have no value there.
    pub(super) may_be_absent: bool,
    /// Whether an event may have null there.
    pub(super) may_be_null: bool,
    /// The path, for messages.
    pub(super) path: String,
}

/// A path that no event has.
pub(super) struct Nowhere {
    /// The first name in the pattern that leads nowhere.
    pub(super) pointer: String,
    pub(super) reason: Reason,
    /// The way as far as it goes.
    pub(super) field: Vec<String>,
}

/// Follows a path from the event down.
pub(super) fn reach<'s>(path: &[Step], event: &'s Shape) -> Reach<'s> {
    let mut place =
        Reached { shape: event, may_be_absent: false, may_be_null: false, path: String::new() };
    for (passed, step) in path.iter().enumerate() {
        place.enter_lists();
        let found = match place.shape {
            Shape::Any => Some((place.shape, Presence::Nullable)),
            Shape::Map(items) => Some((&**items, Presence::Optional)),
            Shape::Object(fields) => fields
                .iter()
                .find(|field| field.name == step.name)
                .map(|field| (&field.shape, field.presence)),
            _ => None,
        };
        let Some((shape, presence)) = found else {
            return Reach::Nowhere(Nowhere {
                pointer: step.pointer.clone(),
                reason: nowhere(&place, &step.name),
                field: path[..passed].iter().map(|step| step.name.clone()).collect(),
            });
        };
        place.shape = shape;
        place.may_be_absent |= presence != Presence::Required;
        place.may_be_null = presence == Presence::Nullable;
        if passed > 0 {
            place.path.push('.');
        }
        place.path.push_str(&step.name);
    }
    place.enter_lists();
    // What may be anything may also be an object, or an empty list.
    place.may_be_absent |= matches!(place.shape, Shape::Any | Shape::Object(_) | Shape::Map(_));
    Reach::Place(place)
}

impl Reached<'_> {
    /// A pattern speaks of the items of a list as if they stood in its place.
    fn enter_lists(&mut self) {
        while let Shape::List { items, may_be_empty } = self.shape {
            self.shape = items;
            self.may_be_absent |= may_be_empty;
        }
    }
}

fn nowhere(place: &Reached<'_>, name: &str) -> Reason {
    let within = |what: &str| match place.path.as_str() {
        "" => format!("the event {what} `{name}`"),
        path => format!("`{path}` {what} `{name}`"),
    };
    match place.shape {
        Shape::Object(fields) => {
            let known = fields.iter().map(|field| field.name.as_str());
            Reason::new(within("has no field"), suggest(name, known))
        }
        shape => {
            let message =
                format!("`{}` holds {}, and has no field `{name}`", place.path, shape.word());
            let help = "write the values that match: `[\"…\"]`, not an object";
            Reason::new(message, Some(help.into()))
        }
    }
}
