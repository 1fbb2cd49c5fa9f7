//! What an operation of each kind does.

use purlin_schema::Name;
use purlin_schema::model::{Field, OperationKind};

use super::request::{
    NOT_FOUND, Start, carried, demanded, named_version, preconditions, published, same, send,
    set_by_writes, stored_as_json, test,
};
use super::{Case, fixture, gone, list, reach, restore, state, unique};
use crate::codegen::emit::entity::row_fields;
use crate::codegen::emit::input::duration;
use crate::codegen::emit::visibility::is_withheld;
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    match case.operation.kind() {
        OperationKind::Create => create(code, case, imports),
        OperationKind::Get => get(code, case, imports),
        OperationKind::List => list::write(code, case, imports),
        OperationKind::Update => update(code, case, imports),
        OperationKind::Delete => delete(code, case, imports),
        OperationKind::Restore => restore::write(code, case, imports),
        _ => state::write(code, case, imports),
    }
    reach::write(code, case, imports);
    gone::write(code, case);
    unique::write(code, case, imports);
}

/// The answer holds what the body said.
fn answers_the_body(code: &mut Code, case: &Case<'_>, answer: &str, imports: &mut Imports) {
    let given = case.operation.input().iter().filter_map(|name| case.entity.field(name.as_str()));
    for field in given.filter(|field| !is_withheld(case.operation, field) && !case.sees(field)) {
        imports.add("crate", "without");
        let text = format!("without(body, {:?})", field.name().camel());
        code.value("let body = ", &text, ";");
    }
    code.block("for (field, value) in body.as_object().expect(\"an object\")", |code| {
        code.line(format!("assert_eq!(&{answer}.json()[field], value, \"{{field}}\");"));
    });
}

/// `let body = …`, and the call that sends it; nothing where the operation takes none.
fn bound_body(code: &mut Code, case: &Case<'_>) -> Vec<String> {
    let Some(body) = case.body() else { return Vec::new() };
    code.value("let body = ", &body, ";");
    vec![".json(body.clone())".to_owned()]
}

fn create(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    test(code, case, "makes_what_it_answers", Start::of_create(case), |code| {
        let body = bound_body(code, case);
        if lasts(case).is_some() && moment_of_making(case).is_none() {
            imports.add("purlin", "Timestamp");
            code.line("let start = Timestamp::now();");
        }
        send(code, case, "let created = ", case.credential(1), &body, "");
        code.line("created.assert_status(201);");
        code.line("assert!(created.header(\"location\").is_some());");
        if let Some(version) = case.entity.version() {
            code.line("assert_eq!(created.header(\"etag\"), Some(\"\\\"1\\\"\"));");
            code.line(format!("assert_eq!(created.json()[{:?}], 1);", version.camel()));
        }
        for counter in
            case.entity.fields().iter().filter(|field| *field.counter() && case.sees(field))
        {
            code.line(format!("assert_eq!(created.json()[{:?}], 0);", counter.name().camel()));
        }
        expires(code, case, imports);
        if !body.is_empty() {
            answers_the_body(code, case, "created", imports);
        }
        if let Some(reader) = case.reader().filter(|reader| reader.sees_as_much_as(case)) {
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
            match case.entity.api_key() {
                // The key itself is told once.
                Some(_) => {
                    imports.add("crate", "without");
                    code.line("let kept = without(created.json(), \"key\");");
                    code.line("assert_eq!(read.json(), kept);");
                }
                None => code.line("assert_eq!(read.json(), created.json());"),
            }
        }
        published(code, case, "created.json()", &[]);
    });
}

/// How many seconds after it was made an item expires.
fn lasts(case: &Case<'_>) -> Option<u64> {
    case.entity.ttl().as_ref().and_then(|ttl| *ttl.after())
}

/// The field that tells when a new item was made.
fn moment_of_making<'a>(case: &Case<'a>) -> Option<&'a Field> {
    case.entity.fields().iter().find(|field| field.set().is_some() && case.sees(field))
}

/// What is made expires as long after it was made as the schema says.
fn expires(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let (Some(ttl), Some(seconds)) = (case.entity.ttl(), lasts(case)) else { return };
    if case.entity.field(ttl.field().as_str()).is_some_and(|field| !case.sees(field)) {
        return;
    }
    imports.add("purlin", "Timestamp");
    imports.add("std::time", "Duration");
    let valid = [".expect(\"a moment\")".to_owned()];
    let read = |code: &mut Code, before: &str, field: &Name| {
        let value = format!("serde_json::from_value(created.json()[{:?}].clone())", field.camel());
        code.chain(before, &value, &valid, ";");
    };
    code.value("let lasts = ", &format!("Duration::{}", duration(seconds)), ";");
    match moment_of_making(case) {
        Some(made) => {
            read(code, "let made: Timestamp = ", made.name());
            let expiry = ttl.field().camel();
            let assertion =
                format!("assert_eq!(created.json()[{expiry:?}], json!(made.after(lasts)))");
            code.value("", &assertion, ";");
        }
        None => {
            read(code, "let expiry: Timestamp = ", ttl.field());
            code.line("let possible = start.after(lasts)..=Timestamp::now().after(lasts);");
            code.line("assert!(possible.contains(&expiry), \"{expiry}\");");
        }
    }
}

fn get(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let output = case.operation.output();
    test(code, case, "reads_what_is_stored", Start::Stored, |code| {
        send(code, case, "let response = ", case.credential(1), &[], "");
        code.line("response.assert_status(200);");
        stored_as_json(code, case, imports);
        match case.row() {
            _ if !output.is_empty() => {
                let fields = output.iter().filter_map(|name| case.entity.field(name.as_str()));
                let seen = fields.filter(|field| case.sees(field)).map(|field| field.name());
                part(code, &seen.collect::<Vec<_>>());
            }
            Some(access) => {
                let there =
                    |field: &&Field| !fixture::is_absent(case.entity, field) && case.sees(field);
                let fields = row_fields(case.entity, access).filter(there);
                part(code, &fields.map(|field| field.name()).collect::<Vec<_>>());
            }
            None => {
                code.line("assert_eq!(response.json(), stored);");
                if case.entity.version().is_some() {
                    code.line("assert_eq!(response.header(\"etag\"), Some(\"\\\"1\\\"\"));");
                }
            }
        }
    });
    if let (Some(role), true, Some(_), false) =
        (case.unbounded(), case.is_owned(), case.bounded(), case.is_found_by_caller())
    {
        test(code, case, "reads_anybodys_for_one_who_may", Start::Stored, |code| {
            let credential = format!(".as_user({:?}, 7)", role.name());
            send(code, case, "", Some(credential), &[], ".assert_status(200)");
        });
    }
}

/// The answer holds these fields of what is stored, and no others.
fn part(code: &mut Code, names: &[&Name]) {
    let texts: Vec<String> = names.iter().map(|name| format!("{:?}", name.camel())).collect();
    same(code, &texts, "response.json()", "stored");
    code.line(format!(
        "assert_eq!(response.json().as_object().map(|all| all.len()), Some({}));",
        names.len()
    ));
}

fn update(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    test(code, case, "changes_what_it_is_told", Start::Stored, |code| {
        let body = bound_body(code, case);
        let mut extra = named_version(case, 1);
        extra.extend(body);
        send(code, case, "let changed = ", case.credential(1), &extra, "");
        code.line("changed.assert_status(200);");
        answers_the_body(code, case, "changed", imports);
        if case.entity.version().is_some() {
            code.line("assert_eq!(changed.header(\"etag\"), Some(\"\\\"2\\\"\"));");
        }
        published(code, case, "changed.json()", &[]);
    });
    test(code, case, "leaves_what_it_is_not_told", Start::Stored, |code| {
        let mut extra = demanded(case, 1);
        extra.push(".json(json!({}))".into());
        send(code, case, "let unchanged = ", case.credential(1), &extra, "");
        code.line("unchanged.assert_status(200);");
        stored_as_json(code, case, imports);
        let changed = set_by_writes(case);
        let fields = case.entity.fields().iter().map(|field| field.name());
        let kept = fields.filter(|name| !changed.contains(name));
        let names: Vec<String> = kept.map(|name| format!("{:?}", name.camel())).collect();
        same(code, &names, "unchanged.json()", "stored");
    });
    preconditions(code, case, Start::Stored);
}

fn delete(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    test(code, case, "removes_the_item", Start::Stored, |code| {
        let extra = named_version(case, 1);
        send(code, case, "let response = ", case.credential(1), &extra, "");
        code.line("response.assert_status(204);");
        code.line("assert_eq!(response.text(), \"\");");
        send(code, case, "", case.credential(1), &demanded(case, 1), NOT_FOUND);
        // What can be restored is told of as it then is.
        let mut changed = Vec::new();
        if let Some(soft) = case.entity.soft_delete() {
            changed = set_by_writes(case);
            changed.push(soft.field());
        }
        if case.emitted().iter().any(|event| !carried(event, &changed).is_empty()) {
            stored_as_json(code, case, imports);
        }
        published(code, case, "stored", &changed);
    });
    preconditions(code, case, Start::Stored);
}
