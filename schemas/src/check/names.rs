//! Names: of the form their kind needs, free for use in Rust, and each given once.

mod taken;

use std::collections::HashMap;

use taken::TAKEN_TYPES;

use super::{Scope, View, generated};
use crate::draft::{EventFieldDraft, FieldDraft, UpcastDraft};
use crate::name::{Name, is_kebab, is_keyword, is_pascal, is_snake};
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};

/// Module names that the generated crate has already.
const TAKEN_MODULES: &[&str] = &[
    "alloc",
    "app",
    "by_hand",
    "core",
    "events",
    "examples",
    "garde",
    "lib",
    "main",
    "permission",
    "permissions",
    "purlin",
    "repositories",
    "schemars",
    "serde",
    "serde_json",
    "std",
    "stored",
    "subscribers",
];

/// Names that no service can have: its crate's name is Rust's own, or its events' source is AWS's
/// (EventBridge refuses sources that begin with `aws.`).
const TAKEN_SERVICES: &[&str] =
    &["alloc", "aws", "core", "proc-macro", "purlin", "std", "test", "xtask"];

/// The longest name, in characters. Names become parts of file names (255 bytes) and of names on
/// AWS (Lambda functions: 64 characters), several of them in one.
pub(crate) const MAX_LENGTH: usize = 64;

/// What becomes a method of the entity's repository.
const METHOD: &str = "access pattern, collection or transition";

/// Methods that every repository or entity has.
const TAKEN_METHODS: &[&str] = &[
    "all",
    "answered",
    "answering",
    "batch_delete",
    "batch_get",
    "batch_put",
    "batch_write",
    "clone",
    "collect",
    "consistent",
    "create",
    "create_once",
    "create_once_within",
    "create_or_update",
    "create_within",
    "delete",
    "delete_when",
    "emitting",
    "emitting_whole",
    "fetch",
    "fields",
    "for_caller",
    "from_item",
    "get",
    "get_as",
    "get_or_none",
    "key",
    "key_values",
    "new",
    "purge",
    "query",
    "restore",
    "to_item",
    "transact",
    "transition",
    "transition_with",
    "update",
    "version",
];

/// Constants that every entity has, by which a step of its state machine would be hidden or would hide them.
const TAKEN_STEPS: &[&str] = &[
    "indexes",
    "key_attributes",
    "name",
    "owner",
    "partition",
    "set_on_write",
    "soft_delete",
    "sort",
    "ttl",
    "unique",
];

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    if let Some(name) =
        view.draft.service.service.as_ref().and_then(|service| service.name.as_ref())
    {
        form(name, "service", is_kebab, "kebab-case, for example `order-desk`", problems);
        if is_keyword(&name.value) || TAKEN_SERVICES.contains(&name.value.as_str()) {
            reserved(name, problems);
        }
    }
    let mut modules: HashMap<String, Place> = HashMap::new();
    let mut plurals: HashMap<String, Place> = HashMap::new();
    for entity in &view.entities {
        let section = entity.document.entity.as_ref().filter(|_| view.scope == Scope::Whole);
        // A struct written by hand stands where its writer puts it, under any name Rust allows.
        if let Some((section, name)) =
            section.and_then(|section| Some((section, section.name.as_ref()?)))
        {
            type_name(name, "entity", view.scope, problems);
            let module = Name::new(entity.name).snake();
            // A name that is taken as a type's, too, has been told of.
            let told = TAKEN_TYPES.contains(&entity.name);
            if !told && (TAKEN_MODULES.contains(&module.as_str()) || is_keyword(&module)) {
                reserved(name, problems);
            }
            let first = once(&mut modules, module, name, "entity", problems);
            if let Some(plural) = &section.plural {
                form(plural, "plural", is_snake, "snake_case, for example `api_keys`", problems);
            }
            let plural = section.plural.as_ref().unwrap_or(name);
            if first {
                once(&mut plurals, entity.plural().snake(), plural, "plural", problems);
            }
        }
        fields(entity.fields().map(|(name, field)| (name, Some(field))), view.scope, problems);
        let transitions =
            entity.document.status.iter().filter_map(|status| status.transitions.as_ref());
        let methods = entity
            .accesses
            .iter()
            .map(|access| access.name)
            .chain(entity.collections().map(|(name, _)| name))
            .chain(transitions.clone().flatten().map(|(name, _)| name));
        for (name, _) in transitions.flatten() {
            if TAKEN_STEPS.contains(&name.value.as_str()) {
                reserved(name, problems);
            }
        }
        let mut seen = HashMap::new();
        for name in methods {
            method(name, METHOD, view.scope, problems);
            once(&mut seen, name.value.clone(), name, METHOD, problems);
        }
        for (name, _) in entity.uniques() {
            form(name, "unique", is_snake, "snake_case, for example `email`", problems);
        }
        for (name, _) in entity.operations() {
            operation_name(name, problems);
        }
    }
    events(view, problems);
    subscribers(view, problems);
}

fn subscribers(view: &View<'_>, problems: &mut Problems) {
    let mut seen = HashMap::new();
    let upcasts = upcasts(view);
    for subscriber in view.subscribers() {
        let Some(name) = &subscriber.name else { continue };
        form(name, "subscriber", is_snake, "snake_case, for example `send_invoice`", problems);
        // Each becomes a function beside the one that names them all, or a method of the application's.
        let received = generated::received(subscriber);
        let taken = received.is_some_and(|kind| TAKEN_TYPES.contains(&kind.as_str()));
        if is_keyword(&name.value) || name.value == "all" || taken {
            reserved(name, problems);
        }
        if let Some(upcast) = upcasts.get(&name.value).filter(|_| subscriber.run.is_some()) {
            let message = format!("two methods would be called `{}`", name.value);
            problems.push(
                Problem::new(Code::DuplicateName, name.place, message)
                    .saying("what the subscriber does by hand")
                    .label(*upcast, "what this upcast does by hand")
                    .help("rename the subscriber"),
            );
        }
        once(&mut seen, name.value.clone(), name, "subscriber", problems);
    }
}

/// The methods by which code by hand makes events of earlier versions into those of the next ones.
fn upcasts(view: &View<'_>) -> HashMap<String, Place> {
    let events = view.draft.events.iter().flat_map(|document| document.events.iter().flatten());
    let upcasts = events.flat_map(|(name, event)| {
        let custom = |draft: &UpcastDraft| draft.custom.as_ref().is_some_and(|custom| custom.value);
        let upcasts = event.upcast.iter().flatten().filter(move |(_, draft)| custom(draft));
        let name = Name::new(&name.value).snake();
        upcasts.map(move |(from, _)| (format!("upcast_{name}_{}", from.value), from.place))
    });
    upcasts.collect()
}

fn events(view: &View<'_>, problems: &mut Problems) {
    let (mut families, mut types) = (HashMap::new(), HashMap::new());
    for document in &view.draft.events {
        if let Some(name) = document.family.as_ref().and_then(|family| family.name.as_ref()) {
            form(name, "family", is_snake, "snake_case, for example `order_items`", problems);
            if is_keyword(&name.value) {
                reserved(name, problems);
            }
            once(&mut families, name.value.clone(), name, "family", problems);
        }
        for (name, event) in document.events.iter().flatten() {
            type_name(name, "event", view.scope, problems);
            once(&mut types, name.value.clone(), name, "event", problems);
            let written = event.fields.iter().flatten().map(|(name, field)| match field {
                EventFieldDraft::Own(field) => (name, Some(&**field)),
                EventFieldDraft::Sourced(_) => (name, None),
            });
            fields(written, view.scope, problems);
        }
    }
}

/// The names of fields, and those within them.
fn fields<'a>(
    written: impl Iterator<Item = (&'a Located<String>, Option<&'a FieldDraft>)>,
    scope: Scope,
    problems: &mut Problems,
) {
    let mut seen = HashMap::new();
    for (name, field) in written {
        // The names of a hand-written struct's fields are for its derive to judge.
        if scope == Scope::Whole {
            if is_keyword(&name.value) {
                reserved(name, problems);
            }
            if form(name, "field", is_snake, "snake_case, for example `created_at`", problems) {
                // Fields that differ in Rust must also differ in JSON: `a_1` and `a1` would not.
                once(&mut seen, Name::new(&name.value).camel(), name, "field", problems);
            }
        }
        let mut nested = field;
        while let Some(field) = nested {
            if let Some(table) = &field.fields {
                let within: &mut dyn Iterator<Item = _> =
                    &mut table.iter().map(|(name, field)| (name, Some(field)));
                fields(within, scope, problems);
            }
            nested = field.items.as_deref();
        }
    }
}

fn type_name(name: &Located<String>, what: &str, scope: Scope, problems: &mut Problems) {
    // A hand-written type may have whatever name Rust allows.
    if scope == Scope::Alone {
        return;
    }
    form(name, what, is_pascal, "PascalCase, acronyms too: `OrderItem`, `HttpRoute`", problems);
    if TAKEN_TYPES.contains(&name.value.as_str()) {
        reserved(name, problems);
    }
}

fn method(name: &Located<String>, what: &str, scope: Scope, problems: &mut Problems) {
    form(name, what, is_snake, "snake_case, for example `by_owner`", problems);
    // Only a generated repository has methods of its own beside these.
    let taken = scope == Scope::Whole && TAKEN_METHODS.contains(&name.value.as_str());
    if is_keyword(&name.value) || taken {
        reserved(name, problems);
    }
}

fn operation_name(name: &Located<String>, problems: &mut Problems) {
    form(name, "operation", is_snake, "snake_case, for example `mark_paid`", problems);
    if is_keyword(&name.value) || name.value == "all" {
        reserved(name, problems);
    }
}

/// Notes a name that is not of the form it needs; `true` where it is.
fn form(
    name: &Located<String>,
    what: &str,
    is: fn(&str) -> bool,
    wanted: &str,
    problems: &mut Problems,
) -> bool {
    let (message, help) = if name.value.len() > MAX_LENGTH {
        let message = format!("the {what} name is longer than {MAX_LENGTH} characters");
        (message, "choose a shorter one".to_owned())
    } else if !is(&name.value) {
        let message = format!("`{}` is not a valid {what} name", name.value);
        (message, format!("write it in {wanted}"))
    } else {
        return true;
    };
    problems.push(Problem::new(Code::InvalidName, name.place, message).help(help));
    false
}

fn reserved(name: &Located<String>, problems: &mut Problems) {
    problems.push(
        Problem::new(
            Code::ReservedWord,
            name.place,
            format!("`{}` is a reserved word", name.value),
        )
        .help("Rust, AWS or the generated code uses this name itself; choose another"),
    );
}

/// Notes a name that was given before; `true` where it was not.
fn once(
    seen: &mut HashMap<String, Place>,
    key: String,
    name: &Located<String>,
    what: &str,
    problems: &mut Problems,
) -> bool {
    let Some(first) = seen.get(&key) else {
        seen.insert(key, name.place);
        return true;
    };
    problems.push(
        Problem::new(
            Code::DuplicateName,
            name.place,
            format!("the {what} name `{}` is given twice", name.value),
        )
        .label(*first, "first given here")
        .help(if what == "plural" {
            "give one of the entities another, with `plural = \"…\"`"
        } else {
            "names that differ only in case or underscores are the same name; rename one"
        }),
    );
    false
}

/// A name listed twice says nothing more, and is most likely another one misspelt.
pub(crate) fn listed_once(list: &[Located<String>], problems: &mut Problems) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    for name in list {
        match seen.get(name.value.as_str()) {
            Some(first) => problems.push(
                Problem::new(
                    Code::DuplicateName,
                    name.place,
                    format!("`{}` is named twice", name.value),
                )
                .label(*first, "first named here")
                .help("remove one"),
            ),
            None => {
                seen.insert(&name.value, name.place);
            }
        }
    }
}
