//! `docs/events.md`: every event and who emits it, every subscriber and what it does.

use purlin_schema::model::{Delivery, Event, Fallback, Family, Moment, Reaction, Subscriber};
use purlin_schema::{Model, Name};

use super::{Table, code, duration, flow, list};
use crate::codegen::emit::operation::{emitted, full_name};
use crate::codegen::emit::step::steps;
use crate::codegen::emit::subscriber::inline;
use crate::codegen::emit::words::{both, documented, sentence};
use crate::codegen::files::MARK;

pub(super) fn page(model: &Model) -> String {
    let mut page = format!(
        "<!-- {MARK} from schemas; do not edit. -->\n\n# The events of `{}`\n\n",
        model.service()
    );
    flow::write(&mut page, model);
    for family in model.families() {
        events(&mut page, model, family);
    }
    if !model.subscribers().is_empty() {
        page += "\n## Subscribers\n\n";
        subscribers(&mut page, model);
    }
    page
}

fn events(page: &mut String, model: &Model, family: &Family) {
    let text = documented(family.description(), || sentence(family.name()));
    *page += &format!("\n## {}\n\n{text} Source `{}`.\n\n", family.name(), family.source());
    let mut rows =
        Table::new(&["Event", "Version", "What it tells", "Carries", "Emitted by", "Delivery"]);
    for event in family.events() {
        let (name, version) = (event.name(), event.version());
        let contract = format!("[{version}](../contracts/events/{name}.v{version}.json)");
        rows.row([
            code(name.as_str()),
            contract,
            cell(documented(event.description(), || sentence(name))),
            carries(event),
            emitters(model, event),
            delivery(event).to_owned(),
        ]);
    }
    *page += &rows.text;
}

/// The fields of an event, and where it has them from.
fn carries(event: &Event) -> String {
    let name = |name: &Name| code(name.as_str());
    let carried = event.carried().iter().map(|field| name(field.name()));
    let sourced = event.sourced().iter().map(|sourced| {
        let moment = match sourced.moment() {
            Moment::Was => "was",
            Moment::Now => "is",
        };
        format!("{} (what {} {moment})", name(sourced.field().name()), name(sourced.of()))
    });
    let own = event.own().iter().map(|field| name(field.name()));
    list(carried.chain(sourced).chain(own).collect())
}

/// Operations and steps, and the runtime; whatever else emits an event is written by hand.
fn emitters(model: &Model, event: &Event) -> String {
    let name = event.name();
    let mut found = Vec::new();
    for entity in model.entities() {
        for operation in entity.operations() {
            if emitted(entity, operation).any(|emitted| emitted == name) {
                found.push(code(&full_name(entity, operation)));
            }
        }
        let status = entity.status().as_ref();
        if status.is_some_and(|status| status.emits().as_ref() == Some(name)) {
            found.push(format!("every step of a `{}`", entity.name()));
        }
        for step in steps(entity).iter().filter(|step| step.emits().as_ref() == Some(name)) {
            found.push(format!("the step `{}` of a `{}`", step.name(), entity.name()));
        }
    }
    if model.failure_event().as_ref() == Some(name) {
        found.push("what is given up".to_owned());
    }
    list(found)
}

fn delivery(event: &Event) -> &'static str {
    match event.delivery() {
        Delivery::Atomic => "with its write",
        Delivery::Direct(Fallback::Drop) => "at once; else it is dropped",
        Delivery::Direct(Fallback::Outbox) => "at once; else from the outbox",
    }
}

fn subscribers(page: &mut String, model: &Model) {
    let mut rows =
        Table::new(&["Subscriber", "What it is for", "On", "Where", "Tries", "What it does"]);
    for it in model.subscribers() {
        let on = match it.schedule() {
            Some(schedule) => vec![code(&schedule.text())],
            None => it.events().iter().map(|event| code(event.as_str())).collect(),
        };
        rows.row([
            code(it.name().as_str()),
            cell(documented(it.description(), || sentence(it.name()))),
            list(on),
            condition(it),
            tries(it),
            reaction(model, it),
        ]);
    }
    *page += &rows.text;
}

/// What of the pattern restricts the events further.
fn condition(it: &Subscriber) -> String {
    let Some(mut pattern) = it.pattern().as_object().cloned() else { return list(Vec::new()) };
    pattern.retain(|field, _| !["source", "detail-type"].contains(&field.as_str()));
    let any = (!pattern.is_empty()).then(|| code(&inline(&pattern.into())));
    list(any.into_iter().collect())
}

fn tries(it: &Subscriber) -> String {
    let retry = it.retry();
    let backoff = duration(retry.backoff_ms().div_ceil(1_000));
    let (attempts, age) = (retry.attempts(), duration(*retry.max_age_seconds()));
    match attempts {
        1 => "1".to_owned(),
        _ => format!("{attempts}, the second after {backoff}, within {age}"),
    }
}

fn reaction(model: &Model, it: &Subscriber) -> String {
    match it.reaction() {
        Reaction::Custom => "is written by hand".to_owned(),
        Reaction::Transition { entity, step } => {
            let emitted: Vec<String> =
                flow::emitted(model, it).map(|name| code(name.as_str())).collect();
            let emits = match emitted.is_empty() {
                true => String::new(),
                false => format!(", which emits {}", both(&emitted)),
            };
            format!("takes the step `{step}` of a `{entity}`{emits}")
        }
        Reaction::Project { into, sets, adds } => {
            let sets = sets.iter().map(|(field, event)| format!("`{field}` from `{event}`"));
            let adds = adds.iter().map(|(field, amount)| format!("`{field}` {amount:+}"));
            format!("writes to a `{into}`: {}", list(sets.chain(adds).collect()))
        }
    }
}

/// A text within a table, which is a line.
fn cell(text: String) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
