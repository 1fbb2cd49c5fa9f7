//! From a draft to a model, or to every problem there is.
//!
//! [`RULES`] is the list of checks; each is a function over the whole draft that adds what it
//! finds. A new rule is a new function and a line here.

use crate::draft::{Draft, EntityDocument, EventDocument, PermissionsDocument};
use crate::model::{Entity, Event, Model};
use crate::problem::Problems;

pub(crate) use access::MAX_INDEXES;
pub use id::check_prefix;
pub(crate) use key::MAX_BYTES as MAX_KEY_BYTES;
pub(crate) use names::MAX_LENGTH as MAX_NAME;
pub(crate) use permission::MAX_PERMISSIONS;
pub(crate) use projection::MAX_PROJECTED;
pub(crate) use subscriber::{MAX_AGE, MAX_ATTEMPTS, MAX_BACKOFF, MIN_AGE};
pub(crate) use unique::MAX_UNIQUES;
pub(crate) use view::{AccessView, EntityView, Kind, View};

mod access;
mod api_key;
mod budget;
mod collection;
mod counter;
mod delivery;
mod emits;
mod entity;
mod event;
mod event_field;
mod expiry;
mod failures;
mod generated;
mod id;
mod input;
mod key;
mod limits;
mod lower;
mod names;
mod operation;
mod pattern;
mod permission;
mod projection;
mod reaction;
mod resolve;
mod route;
mod space;
mod status;
mod subscriber;
mod types;
mod unique;
mod upcast;
mod view;
mod visibility;
mod write;

/// How much of a backend a draft holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it: every name must resolve.
    Whole,
    /// One thing alone, as a derive macro sees it: names of other things are taken on trust.
    Alone,
}

type Rule = fn(&View<'_>, &mut Problems);

/// A check of what only a model tells, so it runs where nothing else is wrong.
type LateRule = fn(&View<'_>, &Model, &mut Problems);

/// The checks, in the order they run. Problems are sorted by place afterwards.
const RULES: &[Rule] = &[
    names::check,
    generated::check,
    types::check,
    id::check,
    counter::check,
    entity::check,
    expiry::check,
    key::check_fields,
    key::check_spaces,
    unique::check,
    access::check,
    access::check_mixing,
    projection::check,
    collection::check,
    write::check,
    status::check,
    api_key::check,
    permission::check,
    event::check,
    delivery::check,
    upcast::check,
    emits::check,
    failures::check,
    operation::check,
    route::check,
    input::check,
    visibility::check,
    budget::check_limits,
    subscriber::check,
    reaction::check,
    pattern::check,
];

/// The checks that need a model, in the order they run.
const LATE_RULES: &[LateRule] =
    &[permission::check_use, projection::check_size, budget::check, pattern::check_matches];

/// Checks a whole backend.
///
/// # Errors
/// Every problem the draft has, in the order of the rules.
pub fn check(draft: &Draft, documents: &crate::Sources) -> Result<Model, Problems> {
    let late = |view: &View<'_>, model: &Model, problems: &mut Problems| {
        for rule in LATE_RULES {
            rule(view, model, problems);
        }
    };
    run(draft, Scope::Whole, |view| lower::model(view, documents), late)
}

/// Checks an entity that stands alone, as a struct with `#[derive(Entity)]` does.
///
/// # Errors
/// Every problem the entity has. A required key that is not there is for whoever made the
/// document to report; without any other problem the list is then empty.
pub fn check_entity(document: &EntityDocument) -> Result<Entity, Problems> {
    let draft = Draft { entities: vec![document.clone()], ..Draft::default() };
    let lower =
        |view: &View<'_>| lower::entity(view, view.entities.first()?, &crate::Sources::new());
    run(&draft, Scope::Alone, lower, |_, _, _| {})
}

/// Checks the events of a document that stands alone, as a struct with `#[derive(Event)]` does.
///
/// # Errors
/// Every problem the events have.
pub fn check_event(document: &EventDocument) -> Result<Event, Problems> {
    let draft = Draft { events: vec![document.clone()], ..Draft::default() };
    let lower = |view: &View<'_>| lower::event(document.events.as_ref()?.iter().next()?, view);
    run(&draft, Scope::Alone, lower, |_, _, _| {})
}

/// Checks permissions and roles that stand alone, as an enum with `#[derive(Permissions)]` does.
///
/// The model's service is empty; its permissions and roles are what was checked.
///
/// # Errors
/// Every problem they have.
pub fn check_permissions(document: &PermissionsDocument) -> Result<Model, Problems> {
    let draft = Draft { permissions: document.clone(), ..Draft::default() };
    run(&draft, Scope::Alone, lower::permissions, |_, _, _| {})
}

fn run<T>(
    draft: &Draft,
    scope: Scope,
    lower: impl Fn(&View<'_>) -> Option<T>,
    late: impl Fn(&View<'_>, &T, &mut Problems),
) -> Result<T, Problems> {
    let mut problems = Problems::new();
    let view = View::new(draft, scope, &mut problems);
    for rule in RULES {
        rule(&view, &mut problems);
    }
    let lowered = lower(&view).filter(|_| problems.is_empty());
    if let Some(lowered) = &lowered {
        late(&view, lowered, &mut problems);
    }
    // Only what could be read whole can be judged: what seems to be missing may be there.
    problems.retain(|problem| {
        let first = problem.labels.first().map(|label| label.place);
        !first.is_some_and(|place| draft.doubtful.contains(&place))
            && !problem.labels.iter().any(|label| draft.partial.contains(&label.place.file))
    });
    // A draft that could not be read whole has its problems with whoever read it.
    match lowered {
        Some(lowered) if problems.is_empty() => Ok(lowered),
        _ => Err(problems),
    }
}
