//! `src/subscribers.rs`: what reacts to events, and the table of it.

mod project;
mod source;

use purlin_schema::model::{Entity, Reaction, Retry, Subscriber};
use purlin_schema::{Model, Name};
use serde_json::Value;
use std::path::Path;

use source::Source;

use super::rules::digits;
use super::words::{documented, either, sentence};
use super::{Target, by_hand, step};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

/// What `purlin::Retry` is by default, of which subscribers say nothing: attempts, milliseconds, seconds.
const DEFAULT_RETRY: (u32, u64, u64) = (5, 1_000, 24 * 60 * 60);

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    if !model.subscribers().is_empty() {
        let path = target.path("src/subscribers.rs");
        files.rust(path, Path::new("schemas/subscribers"), &subscribers(model));
    }
}

fn subscribers(model: &Model) -> String {
    let mut imports = Imports::default();
    imports.add("purlin", "Subscriber");
    let mut body = Code::new();
    for it in model.subscribers().iter().filter(|it| it.schedule().is_none()) {
        pattern(&mut body, it);
    }
    body.doc("The subscribers, as the bus's rules and the Lambda functions know them.");
    let by_hand = by_hand::subscribers(model).next().is_some();
    if by_hand {
        imports.add("crate::by_hand", "ByHand");
    }
    let head = if by_hand { "pub fn all<H: ByHand>" } else { "pub fn all" };
    body.function(head, &[], "Vec<Subscriber>", |body| {
        let rows: Vec<String> =
            model.subscribers().iter().map(|it| row(it, &mut imports)).collect();
        body.calls("vec![", &rows, "]");
    });
    for it in model.subscribers() {
        if it.events().len() > 1 {
            body.blank();
            events(&mut body, it, &mut imports);
        }
        if !matches!(it.reaction(), Reaction::Custom) {
            body.blank();
            reaction(&mut body, model, it, &mut imports);
        }
    }
    let mut code = Code::new();
    code.file_doc("What reacts to events.");
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

/// The pattern of a subscriber's rule, as a constant that reads as it does in EventBridge's console.
fn pattern(code: &mut Code, it: &Subscriber) {
    let text = pretty(it.pattern());
    let mut lines = text.lines();
    code.doc(&format!("The events that `{}` reacts to.", it.name()));
    let first = lines.next().unwrap_or_default();
    code.line(format!("const {}: &str = r#\"{first}", constant(it)));
    let rest: Vec<&str> = lines.collect();
    for (index, line) in rest.iter().enumerate() {
        let end = if index + 1 == rest.len() { "\"#;" } else { "" };
        code.line(format!("{line}{end}"));
    }
    code.blank();
}

/// Pretty JSON, whose lists of plain values stand on one line.
fn pretty(value: &Value) -> String {
    fn write(value: &Value, depth: usize, out: &mut String) {
        let indent = "    ".repeat(depth + 1);
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                out.push_str("{\n");
                for (index, (name, value)) in fields.iter().enumerate() {
                    out.push_str(&format!("{indent}{}: ", Value::from(name.as_str())));
                    write(value, depth + 1, out);
                    out.push_str(if index + 1 == fields.len() { "\n" } else { ",\n" });
                }
                out.push_str(&format!("{}}}", "    ".repeat(depth)));
            }
            _ => out.push_str(&inline(value)),
        }
    }
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

/// JSON on one line.
pub(crate) fn inline(value: &Value) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let field = |(name, value): (&String, _)| {
                format!("{}: {}", Value::from(name.as_str()), inline(value))
            };
            format!("{{ {} }}", joined(fields.iter().map(field).collect()))
        }
        Value::Array(items) => format!("[{}]", joined(items.iter().map(inline).collect())),
        _ => value.to_string(),
    }
}

fn constant(it: &Subscriber) -> String {
    it.name().as_str().to_uppercase()
}

/// `Subscriber::new("start_task", START_TASK, start_task)`, and what differs from what all have.
fn row(it: &Subscriber, imports: &mut Imports) -> String {
    let name = it.name();
    let run = match it.reaction() {
        Reaction::Custom => format!("H::{name}"),
        _ => name.to_string(),
    };
    let made = match it.schedule() {
        Some(schedule) => {
            format!("Subscriber::scheduled({:?}, {:?}, {run})", name.as_str(), schedule.text())
        }
        None => format!("Subscriber::new({:?}, {}, {run})", name.as_str(), constant(it)),
    };
    let lenient = match it.reaction() {
        Reaction::Transition { .. } => ".where_possible()",
        _ => "",
    };
    format!("{made}{lenient}{}", retry(it.retry(), imports))
}

fn retry(retry: &Retry, imports: &mut Imports) -> String {
    let told = (*retry.attempts(), *retry.backoff_ms(), *retry.max_age_seconds());
    if told == DEFAULT_RETRY {
        return String::new();
    }
    imports.add("purlin", "Retry");
    let (attempts, backoff, max_age) = told;
    let [backoff, max_age] = [backoff, max_age].map(digits);
    format!(".retry(Retry::new({attempts}, {backoff}, {max_age}))")
}

/// What starts a subscriber, in words.
pub(crate) fn starts(it: &Subscriber) -> String {
    match it.schedule() {
        Some(schedule) => format!("At `{}`.", schedule.text()),
        None => {
            let events: Vec<String> =
                it.events().iter().map(|event| format!("`{event}`")).collect();
            format!("On {}.", either(&events))
        }
    }
}

/// The type of what a subscriber receives: one event, or the enum of several.
pub(crate) fn received(it: &Subscriber, root: &str, imports: &mut Imports) -> String {
    match it.events().as_slice() {
        [] => {
            imports.add("purlin", "Scheduled");
            "Scheduled".to_owned()
        }
        [event] => {
            imports.add("crate::events", event.as_str());
            event.to_string()
        }
        _ => {
            let name = events_name(it);
            if !root.is_empty() {
                imports.add(&format!("{root}::subscribers"), &name);
            }
            name
        }
    }
}

/// `NotifyEvent`
fn events_name(it: &Subscriber) -> String {
    format!("{}Event", it.name().pascal())
}

/// The events of a subscriber that reacts to several.
fn events(code: &mut Code, it: &Subscriber, imports: &mut Imports) {
    imports.all("purlin", &["Delivery", "Error", "Event", "FromEvent", "Result"]);
    let name = events_name(it);
    code.doc(&format!("An event that `{}` reacts to.", it.name()));
    code.line("#[derive(Clone, Debug, PartialEq)]");
    code.block(&format!("pub enum {name}"), |code| {
        for event in it.events() {
            imports.add("crate::events", event.as_str());
            code.doc(&format!("[`{event}`]"));
            code.broken("", &format!("{event}(Box<{event}>)"), ",");
        }
    });
    code.blank();
    code.block(&format!("impl FromEvent for {name}"), |code| {
        let parameters = ["delivery: &Delivery".to_owned()];
        code.function("fn from_event", &parameters, "Result<Self>", |code| {
            code.line("match &*delivery.metadata().detail_type {");
            code.deeper(|code| {
                for event in it.events() {
                    code.chain_arm(
                        &format!("{event}::DETAIL_TYPE"),
                        &format!("{event}::from_event(delivery)"),
                        &[".map(Box::new)".to_owned(), format!(".map(Self::{event})")],
                    );
                }
                code.line("other => Err(Error::unknown_event(other)),");
            });
            code.line("}");
        });
    });
}

/// What the generator makes a subscriber of.
fn reaction(code: &mut Code, model: &Model, it: &Subscriber, imports: &mut Imports) {
    let text = documented(it.description(), || sentence(it.name()));
    imports.all("purlin", &["Received", "Result", "Transaction"]);
    let parameters = [format!("received: Received<{}>", received(it, "", imports))];
    let write = |code: &mut Code, facts: &str, body: &mut dyn FnMut(&mut Code)| {
        code.doc(&format!("{text}\n\n{} {facts}", starts(it)));
        let head = format!("pub async fn {}", it.name());
        code.function(&head, &parameters, "Result<Transaction>", |code| body(code));
    };
    match it.reaction() {
        Reaction::Custom => {}
        Reaction::Transition { entity: name, step: taken } => {
            let Some(entity) = model.entity(name.as_str()) else { return };
            let Some(taken) = step::steps(entity).iter().find(|it| it.name() == taken) else {
                return;
            };
            let facts = format!("Takes the step `{}` of a `{name}`, where it can.", taken.name());
            write(code, &facts, &mut |code| {
                import(entity, imports);
                imports.add("purlin", "Expected");
                let source = Source { model, it };
                let fields = entity.key_fields();
                let names: Vec<&Name> = fields.iter().map(|field| field.name()).collect();
                source.bind(code, &names);
                let repository = format!("{name}Repository::new(received.ctx())");
                code.value("let repository = ", &repository, ";");
                let key = source.key(&names);
                let step = step::path(entity, taken);
                let call = format!(".transition(&repository, {key}, {step}, Expected::Any)");
                code.chain("Ok(", "Transaction::new()", &[call], ")");
            });
        }
        Reaction::Project { into, sets, adds } => {
            let Some(entity) = model.entity(into.as_str()) else { return };
            let facts = format!("Writes to a `{into}`, which it makes where there is none.");
            write(code, &facts, &mut |code| {
                import(entity, imports);
                let source = Source { model, it };
                let projection = project::Projection { source, entity, sets, adds };
                projection.write(code, imports);
            });
        }
    }
}

fn import(entity: &Entity, imports: &mut Imports) {
    let module = format!("crate::{}", entity.name().snake());
    imports.add(&module, entity.name().as_str());
    imports.add(&module, &format!("{}Repository", entity.name()));
}
