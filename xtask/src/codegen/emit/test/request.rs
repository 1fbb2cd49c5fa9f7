//! What tests of operations are made of: something to begin with, a request, and what is made of the answer.

use purlin_schema::Name;
use purlin_schema::model::{Event, Moment};

use super::{Case, different, fixture};
use crate::codegen::rust::{Code, Imports};

pub(super) const NOT_FOUND: &str = ".assert_problem(404, \"not-found\")";

/// What is in the table when a test begins, as `item`; or would fit in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Nothing,
    /// Only what the item belongs to.
    Example,
    Stored,
    Deleted,
    Expired,
}

impl Start {
    /// What an operation that makes an item needs.
    pub(super) fn of_create(case: &Case<'_>) -> Self {
        let named = case.operation.path_fields().next().is_some();
        if named { Self::Example } else { Self::Nothing }
    }
}

/// A test that starts the platform, with an item of the actor's.
pub(super) fn test(
    code: &mut Code,
    case: &Case<'_>,
    what: &str,
    start: Start,
    body: impl FnOnce(&mut Code),
) {
    let Some(actor) = case.actor() else { return };
    code.blank();
    code.line("#[tokio::test]");
    code.function(&format!("async fn {}_{what}", case.name()), &[], "", |code| {
        let body = code.apart(body);
        begin(code, case, actor.name(), start, &body);
        code.append(&body);
    });
}

/// A test that does the same several times: on one platform, or on one for each where an item can be made but once.
pub(super) fn repeated(
    code: &mut Code,
    case: &Case<'_>,
    what: &str,
    start: Start,
    cases: (&str, impl FnOnce(&mut Code)),
    body: impl FnOnce(&mut Code),
) {
    let (header, list) = cases;
    let apart = different::is_singular(case.entity)
        || (start == Start::of_create(case)
            && different::is_made_once(case.entity, case.operation));
    let Some(actor) = case.actor().filter(|_| apart) else {
        return test(code, case, what, start, |code| {
            list(code);
            code.block(header, body);
        });
    };
    code.blank();
    code.line("#[tokio::test]");
    code.function(&format!("async fn {}_{what}", case.name()), &[], "", |code| {
        list(code);
        code.block(header, |code| {
            let body = code.apart(body);
            begin(code, case, actor.name(), start, &body);
            code.append(&body);
        });
    });
}

/// Starts the platform, and makes what `body` begins with.
fn begin(code: &mut Code, case: &Case<'_>, role: &str, start: Start, body: &str) {
    let made = match start {
        Start::Nothing => (String::new(), Vec::new()),
        Start::Example => fixture::example_call(case.entity, "&platform", "&owner"),
        Start::Stored => ("stored(&platform, &owner)".to_owned(), vec![".await".to_owned()]),
        Start::Deleted => ("deleted(&platform, &owner)".to_owned(), vec![".await".to_owned()]),
        Start::Expired => ("expired(&platform, &owner)".to_owned(), vec![".await".to_owned()]),
    };
    prepare(code, &format!("{role:?}, 1"), made, body);
}

/// Starts the platform, and makes what `body` begins with, for `user`: a role, and a number.
pub(super) fn prepare(
    code: &mut Code,
    user: &str,
    (call, awaited): (String, Vec<String>),
    body: &str,
) {
    code.line("let platform = Platform::for_test(app()).await;");
    if call.contains("&owner") || body.contains("&owner") {
        code.line(format!("let owner = platform.user({user});"));
    }
    if !call.is_empty() {
        let named = ["item.", "&item", "{item:?}"].iter().any(|used| body.contains(used));
        code.chain(if named { "let item = " } else { "" }, &call, &awaited, ";");
    }
}

/// A request as the `number`th user, and what is made of the answer.
pub(super) fn send(
    code: &mut Code,
    case: &Case<'_>,
    before: &str,
    credential: Option<String>,
    extra: &[String],
    after: &str,
) {
    let mut calls = case.call("item");
    calls.extend(credential);
    calls.extend(extra.iter().cloned());
    calls.extend([".send()".into(), ".await".into()]);
    calls.extend((!after.is_empty()).then(|| after.to_owned()));
    code.chain(before, "platform", &calls, ";");
}

pub(super) fn json(case: &Case<'_>) -> Vec<String> {
    case.body().map(|body| format!(".json({body})")).into_iter().collect()
}

pub(super) fn if_match(version: u32) -> String {
    format!(".header(\"if-match\", \"\\\"{version}\\\"\")")
}

/// The header that an operation demands, where it does.
pub(super) fn demanded(case: &Case<'_>, version: u32) -> Vec<String> {
    (*case.operation.if_match_required()).then(|| if_match(version)).into_iter().collect()
}

/// The header that says which version is meant, where there are versions.
pub(super) fn named_version(case: &Case<'_>, version: u32) -> Vec<String> {
    case.entity.version().as_ref().map(|_| if_match(version)).into_iter().collect()
}

/// `let events = platform.events_of("AgentCreated").await;`
pub(super) fn events_of(code: &mut Code, event: &Name) {
    let calls = [format!(".events_of({:?})", event.as_str()), ".await".to_owned()];
    code.chain("let events = ", "platform", &calls, ";");
}

/// The events, each once, with the item's own values; those of `changed` aside.
pub(super) fn published(code: &mut Code, case: &Case<'_>, item: &str, changed: &[&Name]) {
    for event in case.emitted() {
        events_of(code, event.name());
        // A step that leaves several states is taken from each of them, and has been told of before.
        let told = match case.step().is_some_and(|step| step.from().len() > 1) {
            true => {
                code.line("let event = events.last().expect(\"it is published\");");
                "event.detail[\"data\"]"
            }
            false => {
                code.line("assert_eq!(events.len(), 1);");
                "events[0].detail[\"data\"]"
            }
        };
        each(code, &carried(event, changed), |code, name| {
            code.value("", &format!("assert_eq!({told}[{name}], {item}[{name}])"), ";");
        });
        for sourced in event.sourced().iter().filter(|it| !changed.contains(&it.of())) {
            let value = match sourced.moment() {
                Moment::Now => format!("{item}[{:?}]", sourced.of().camel()),
                Moment::Was if set_by_writes(case).contains(&sourced.of()) => continue,
                Moment::Was => format!("json!(item.{})", sourced.of()),
            };
            let told = format!("{told}[{:?}]", sourced.field().name().camel());
            code.value("", &format!("assert_eq!({told}, {value})"), ";");
        }
    }
}

/// The event has not been published.
pub(super) fn unpublished(code: &mut Code, event: &Name) {
    let calls = [format!(".events_of({:?})", event.as_str()), ".await".to_owned()];
    code.chain("let events = ", "platform", &calls, ";");
    code.line("assert!(events.is_empty());");
}

/// The fields of the item that an event carries, as literals; without those of `changed`.
pub(super) fn carried(event: &Event, changed: &[&Name]) -> Vec<String> {
    let fields = event.carried().iter().map(|field| field.name());
    fields
        .filter(|name| !changed.contains(name))
        .map(|name| format!("{:?}", name.camel()))
        .collect()
}

/// The same for each of several names, in a loop where there are several.
pub(super) fn each(code: &mut Code, names: &[String], body: impl Fn(&mut Code, &str)) {
    match names {
        [] => {}
        [name] => body(code, name),
        _ => {
            code.array("let fields = ", names);
            code.block("for field in fields", |code| body(code, "field"));
        }
    }
}

/// Both JSON values have the same in these fields.
pub(super) fn same(code: &mut Code, names: &[String], left: &str, right: &str) {
    each(code, names, |code, name| {
        code.value("", &format!("assert_eq!({left}[{name}], {right}[{name}])"), ";");
    });
}

/// What a write sets by itself.
pub(super) fn set_by_writes<'a>(case: &Case<'a>) -> Vec<&'a Name> {
    let entity = case.entity;
    entity.version().iter().chain(entity.set_on_write().map(|field| field.name())).collect()
}

/// `let stored = …`: the item as JSON.
///
/// Without what the actor does not see of it.
pub(super) fn stored_as_json(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    code.line("let stored = serde_json::to_value(&item).expect(\"an item is JSON\");");
    for field in case.unseen() {
        if !fixture::is_absent(case.entity, field) {
            imports.add("crate", "without");
            let text = format!("without(stored, {:?})", field.name().camel());
            code.value("let stored = ", &text, ";");
        }
    }
}

/// A version that is not the item's is refused, and where one is demanded, so is none.
pub(super) fn preconditions(code: &mut Code, case: &Case<'_>, start: Start) {
    if case.entity.version().is_none() {
        return;
    }
    test(code, case, "refuses_a_stale_version", start, |code| {
        let mut extra = vec![if_match(7)];
        extra.extend(json(case));
        send(code, case, "", case.credential(1), &extra, ".assert_problem(412, \"stale-version\")");
    });
    if *case.operation.if_match_required() {
        test(code, case, "demands_the_version_it_changes", start, |code| {
            let refused = ".assert_problem(428, \"precondition-required\")";
            send(code, case, "", case.credential(1), &json(case), refused);
        });
    }
}
