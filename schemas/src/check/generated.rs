//! Types of the generated code: every entity, event, object and enum is a type of its own name, and so is what a
//! subscriber to several events receives.

use std::collections::{HashMap, HashSet};

use super::{Kind, Scope, View};
use crate::draft::{FieldDraft, SubscriberDraft};
use crate::name::Name;
use crate::place::Place;
use crate::problem::{Code, Problem, Problems};

/// Where a type comes from.
#[derive(Clone)]
struct Origin {
    place: Place,
    text: String,
}

/// Two types of one name would not compile, or one would stand for the other in the contracts.
pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    let mut types = Types { seen: HashMap::new(), problems };
    let mut names = HashSet::new();
    for entity in &view.entities {
        // That a name is given to two entities has been said; their types need no mention.
        if entity.name.is_empty() || !names.insert(Name::new(entity.name).snake()) {
            continue;
        }
        let name = entity.name;
        types.add(name.to_owned(), entity.name_place, format!("the entity `{name}`"));
        for (derived, what) in [
            (format!("{name}Id"), "the id"),
            (format!("{name}Patch"), "the patch"),
            (format!("{name}Repository"), "the repository"),
            (format!("Create{name}"), "the input"),
            (format!("{name}Fields"), "the paths to the fields"),
        ] {
            types.add(derived, entity.name_place, format!("{what} of the entity `{name}`"));
        }
        let rows = entity.accesses.iter().filter(|access| access.draft.project.is_some());
        let rows = rows.map(|access| (access.name, "a row of the access pattern"));
        let collections = entity.collections().map(|(written, _)| (written, "the collection"));
        for (written, what) in rows.chain(collections) {
            let text = format!("{what} `{}` of `{name}`", written.value);
            types.add(format!("{name}{}", Name::new(&written.value).pascal()), written.place, text);
        }
        for (field_name, field) in entity.fields() {
            types.field(name, &field_name.value, field_name.place, field);
        }
    }
    let mut names = HashSet::new();
    let documents = view.draft.events.iter().filter_map(|document| document.events.as_ref());
    for (name, event) in documents.flatten().filter(|(name, _)| names.insert(&name.value)) {
        types.add(name.value.clone(), name.place, format!("the event `{}`", name.value));
        for (field_name, field) in event.own() {
            types.field(&name.value, &field_name.value, field_name.place, field);
        }
    }
    let mut names = HashSet::new();
    for subscriber in view.subscribers() {
        let Some(name) = subscriber.name.as_ref().filter(|name| names.insert(&name.value)) else {
            continue;
        };
        if let Some(received) = received(subscriber) {
            types.add(received, name.place, format!("the events of `{}`", name.value));
        }
    }
}

/// The enum of what a subscriber receives that reacts to several events: `NotifyEvent`.
pub(super) fn received(subscriber: &SubscriberDraft) -> Option<String> {
    let name = subscriber.name.as_ref()?;
    let several = subscriber.on.as_ref().is_some_and(|on| on.len() > 1);
    several.then(|| format!("{}Event", Name::new(&name.value).pascal()))
}

struct Types<'p> {
    seen: HashMap<String, Origin>,
    problems: &'p mut Problems,
}

impl Types<'_> {
    /// The types of a field: a structure or an enum is named by the path to it.
    fn field(&mut self, owner: &str, path: &str, place: Place, field: &FieldDraft) {
        let mut inner = field;
        while let Some(items) = inner.items.as_deref() {
            inner = items;
        }
        let kind = Kind::of(inner);
        if !matches!(kind, Some(Kind::Object | Kind::Enum)) {
            return;
        }
        let text = format!("the type of the field `{path}` of `{owner}`");
        let name = format!("{owner}{}", Name::new(path.replace('.', "_")).pascal());
        if kind == Some(Kind::Object) {
            let text = format!("the paths to the fields of `{path}` of `{owner}`");
            self.add(format!("{name}Fields"), place, text);
        }
        self.add(name, place, text);
        for (name, field) in inner.fields.iter().flatten() {
            self.field(owner, &format!("{path}.{}", name.value), name.place, field);
        }
    }

    fn add(&mut self, name: String, place: Place, text: String) {
        let Some(first) = self.seen.get(&name) else {
            self.seen.insert(name, Origin { place, text });
            return;
        };
        let message = format!("two types would be called `{name}`");
        self.problems.push(
            Problem::new(Code::DuplicateName, place, message)
                .saying(text)
                .label(first.place, first.text.clone())
                .help("rename one of the two"),
        );
    }
}
