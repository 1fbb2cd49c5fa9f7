//! What an operation of each kind does.

use purlin_schema::Name;
use purlin_schema::model::{Field, OperationKind, Transition, Type};

use super::{Case, list, reach};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    match case.operation.kind() {
        OperationKind::Create => create(code, case),
        OperationKind::Get => get(code, case),
        OperationKind::List => list::write(code, case),
        OperationKind::Update => update(code, case),
        OperationKind::Delete => delete(code, case),
        _ => transition(code, case, imports),
    }
    reach::write(code, case, imports);
}

/// A test that starts the platform and has an item of the actor's in it.
pub(super) fn test(
    code: &mut Code,
    case: &Case<'_>,
    what: &str,
    stored: bool,
    body: impl FnOnce(&mut Code),
) {
    let Some(actor) = case.actor() else { return };
    code.blank();
    code.line("#[tokio::test]");
    code.function(&format!("async fn {}_{what}", case.name()), &[], "", |code| {
        code.line("let platform = Platform::for_test(app()).await;");
        let body = code.apart(body);
        let named = body.contains("item.") || body.contains("&item");
        if stored || body.contains("&owner") {
            code.line(format!("let owner = platform.user({:?}, 1);", actor.name()));
        }
        if stored {
            code.line(format!(
                "{}stored(&platform, &owner).await;",
                if named { "let item = " } else { "" }
            ));
        }
        code.append(&body);
    });
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

pub(super) const NOT_FOUND: &str = ".assert_problem(404, \"not-found\")";

pub(super) fn json(case: &Case<'_>) -> Vec<String> {
    case.body().map(|body| format!(".json({body})")).into_iter().collect()
}

fn if_match(version: u32) -> String {
    format!(".header(\"if-match\", \"\\\"{version}\\\"\")")
}

/// The header that an operation demands, where it does.
pub(super) fn demanded(case: &Case<'_>, version: u32) -> Vec<String> {
    (*case.operation.if_match_required()).then(|| if_match(version)).into_iter().collect()
}

/// The event, once, with the item's own values.
fn published(code: &mut Code, case: &Case<'_>, item: &str) {
    let Some(event) = case.operation.emits() else { return };
    code.chain("let events = ", "platform", &[format!(".events_of({:?})", event.as_str())], ";");
    code.line("assert_eq!(events.len(), 1);");
    each(code, &carried(case, event), |code, name| {
        code.value(
            "",
            &format!("assert_eq!(events[0].detail[\"data\"][{name}], {item}[{name}])"),
            ";",
        );
    });
}

/// The fields of the item that an event carries, as literals.
fn carried(case: &Case<'_>, event: &Name) -> Vec<String> {
    let mut events = case.model.families().iter().flat_map(|family| family.events());
    let event = events.find(|known| known.name() == event);
    let fields = event.iter().flat_map(|event| event.carried());
    fields.map(|field| format!("{:?}", field.name().camel())).collect()
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

/// The answer holds what the body said.
fn answers_the_body(code: &mut Code, case: &Case<'_>, answer: &str) {
    code.value("let body = ", &format!("{}_body()", case.name()), ";");
    code.block("for (field, value) in body.as_object().expect(\"an object\")", |code| {
        code.line(format!("assert_eq!(&{answer}.json()[field], value, \"{{field}}\");"));
    });
}

fn create(code: &mut Code, case: &Case<'_>) {
    let needs_item = case.operation.path_fields().next().is_some();
    test(code, case, "makes_what_it_answers", needs_item, |code| {
        send(code, case, "let created = ", case.credential(1), &json(case), "");
        code.line("created.assert_status(201);");
        code.line("assert!(created.header(\"location\").is_some());");
        if let Some(version) = case.entity.version() {
            code.line("assert_eq!(created.header(\"etag\"), Some(\"\\\"1\\\"\"));");
            code.line(format!("assert_eq!(created.json()[{:?}], 1);", version.camel()));
        }
        if case.body().is_some() {
            answers_the_body(code, case, "created");
        }
        if let Some(reader) = case.reader() {
            let mut calls = vec![format!(".request({:?})", reader.full_name())];
            for field in reader.operation.path_fields().filter_map(|name| case.entity.field(name)) {
                calls.push(format!(
                    ".path({:?}, created.field({:?}))",
                    field.name().as_str(),
                    format!("/{}", field.name().camel())
                ));
            }
            calls.extend(
                reader.credential(1).map(|credential| case.credential(1).unwrap_or(credential)),
            );
            calls.extend([".send()".into(), ".await".into()]);
            code.chain("let read = ", "platform", &calls, ";");
            code.line("read.assert_status(200);");
            code.line("assert_eq!(read.json(), created.json());");
        }
        published(code, case, "created.json()");
    });
}

fn get(code: &mut Code, case: &Case<'_>) {
    test(code, case, "reads_what_is_stored", true, |code| {
        send(code, case, "let response = ", case.credential(1), &[], "");
        code.line("response.assert_status(200);");
        code.line("let stored = serde_json::to_value(&item).expect(\"an item is JSON\");");
        if case.operation.output().is_empty() {
            code.line("assert_eq!(response.json(), stored);");
            if case.entity.version().is_some() {
                code.line("assert_eq!(response.header(\"etag\"), Some(\"\\\"1\\\"\"));");
            }
        } else {
            let names: Vec<String> =
                case.operation.output().iter().map(|name| format!("{:?}", name.camel())).collect();
            each(code, &names, |code, name| {
                code.value(
                    "",
                    &format!("assert_eq!(response.json()[{name}], stored[{name}])"),
                    ";",
                );
            });
            code.line(format!(
                "assert_eq!(response.json().as_object().map(|all| all.len()), Some({}));",
                names.len()
            ));
        }
    });
    if let (Some(role), true, Some(_), false) =
        (case.unbounded(), case.is_owned(), case.bounded(), case.is_found_by_caller())
    {
        test(code, case, "reads_anybodys_for_one_who_may", true, |code| {
            let credential = format!(".as_user({:?}, 7)", role.name());
            send(code, case, "", Some(credential), &[], ".assert_status(200)");
        });
    }
}

fn update(code: &mut Code, case: &Case<'_>) {
    test(code, case, "changes_what_it_is_told", true, |code| {
        let mut extra: Vec<String> =
            case.entity.version().as_ref().map(|_| if_match(1)).into_iter().collect();
        extra.extend(json(case));
        send(code, case, "let changed = ", case.credential(1), &extra, "");
        code.line("changed.assert_status(200);");
        answers_the_body(code, case, "changed");
        if case.entity.version().is_some() {
            code.line("assert_eq!(changed.header(\"etag\"), Some(\"\\\"2\\\"\"));");
        }
        published(code, case, "changed.json()");
    });
    test(code, case, "leaves_what_it_is_not_told", true, |code| {
        let mut extra = demanded(case, 1);
        extra.push(".json(json!({}))".into());
        send(code, case, "let unchanged = ", case.credential(1), &extra, "");
        code.line("unchanged.assert_status(200);");
        code.line("let stored = serde_json::to_value(&item).expect(\"an item is JSON\");");
        let set = |name: &Name| case.entity.set_on_write().any(|field| field.name() == name);
        let fields = case.entity.fields().iter().map(|field| field.name());
        let kept =
            fields.filter(|name| Some(*name) != case.entity.version().as_ref() && !set(name));
        let names: Vec<String> = kept.map(|name| format!("{:?}", name.camel())).collect();
        each(code, &names, |code, name| {
            code.value("", &format!("assert_eq!(unchanged.json()[{name}], stored[{name}])"), ";");
        });
    });
    preconditions(code, case);
}

fn preconditions(code: &mut Code, case: &Case<'_>) {
    if case.entity.version().is_none() {
        return;
    }
    test(code, case, "refuses_a_stale_version", true, |code| {
        let mut extra = vec![if_match(7)];
        extra.extend(json(case));
        send(code, case, "", case.credential(1), &extra, ".assert_problem(412, \"stale-version\")");
    });
    if *case.operation.if_match_required() {
        test(code, case, "demands_the_version_it_changes", true, |code| {
            send(
                code,
                case,
                "",
                case.credential(1),
                &json(case),
                ".assert_problem(428, \"precondition-required\")",
            );
        });
    }
}

fn delete(code: &mut Code, case: &Case<'_>) {
    test(code, case, "removes_the_item", true, |code| {
        let extra: Vec<String> =
            case.entity.version().as_ref().map(|_| if_match(1)).into_iter().collect();
        send(code, case, "let response = ", case.credential(1), &extra, "");
        code.line("response.assert_status(204);");
        code.line("assert_eq!(response.text(), \"\");");
        send(code, case, "", case.credential(1), &demanded(case, 1), NOT_FOUND);
        if case.operation.emits().as_ref().is_some_and(|event| !carried(case, event).is_empty()) {
            code.line("let stored = serde_json::to_value(&item).expect(\"an item is JSON\");");
        }
        published(code, case, "stored");
    });
    preconditions(code, case);
}

fn transition(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let name = case.operation.transition().as_ref();
    let Some(step) = name.and_then(|name| case.entity.transition(name.as_str())) else { return };
    let Some(status) = case.entity.status() else { return };
    let field = case.entity.field(status.field().as_str());
    let Some(Type::Enum { values }) = field.map(Field::kind) else { return };
    let kind = format!("{}{}", case.entity.name(), status.field().pascal());
    let module = format!("{}::{}", case.model.service().snake(), case.entity.name().snake());
    imports.add(&module, &kind);
    let state = |name: &Name| format!("{kind}::{}", name.pascal());
    let (leaves, stays): (Vec<&Name>, Vec<&Name>) =
        values.iter().partition(|value| step.from().contains(value));
    in_states(
        code,
        case,
        "enters_its_state",
        &leaves.into_iter().map(state).collect::<Vec<_>>(),
        |code| {
            send(code, case, "let moved = ", case.credential(1), &demanded(case, 1), "");
            entered(code, case, step);
        },
    );
    let stays: Vec<String> = stays.into_iter().map(state).collect();
    if !stays.is_empty() {
        in_states(code, case, "refuses_a_state_it_does_not_leave", &stays, |code| {
            send(
                code,
                case,
                "",
                case.credential(1),
                &demanded(case, 1),
                ".assert_problem(409, \"conflict\")",
            );
        });
    }
    preconditions(code, case);
}

fn entered(code: &mut Code, case: &Case<'_>, step: &Transition) {
    let Some(status) = case.entity.status() else { return };
    code.line("moved.assert_status(200);");
    code.value(
        "",
        &format!(
            "assert_eq!(moved.json()[{:?}], {:?})",
            status.field().camel(),
            step.to().as_str()
        ),
        ";",
    );
    if let Some(stamp) = step.stamps() {
        code.value("", &format!("assert!(moved.json()[{:?}].is_string())", stamp.camel()), ";");
    }
    if step.from().len() == 1 {
        published(code, case, "moved.json()");
    }
}

/// A test with an item in each of some states.
fn in_states(
    code: &mut Code,
    case: &Case<'_>,
    what: &str,
    states: &[String],
    body: impl Fn(&mut Code),
) {
    test(code, case, what, false, |code| {
        let one = |code: &mut Code, state: &str| {
            let owner =
                if case.is_owned() || case.entity.parent().is_some() { "&owner" } else { "\"\"" };
            code.chain(
                "let item = ",
                &format!("in_state(&platform, {owner}, {state})"),
                &[".await".into()],
                ";",
            );
            body(code);
        };
        match states {
            [state] => one(code, state),
            _ => {
                code.array("let states = ", states);
                code.block("for state in states", |code| one(code, "state"));
            }
        }
    });
}
