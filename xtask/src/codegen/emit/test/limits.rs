//! What an operation accepts and refuses in its body.

use purlin_schema::model::{Field, OperationKind};

use super::Case;
use super::json::json_macro;
use super::request::{self, Start, repeated};
use super::rows::{self, Row};
use crate::codegen::emit::value::{self, Amount, body};
use crate::codegen::emit::visibility::is_withheld;
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    if !matches!(case.operation.kind(), OperationKind::Create | OperationKind::Update) {
        return;
    }
    let inputs: Vec<&Field> =
        case.operation.input().iter().filter_map(|name| case.entity.field(name.as_str())).collect();
    let mut rows = Vec::new();
    // What an API key may do must be what there is to do.
    let limited = inputs.iter().filter(|field| !value::limits_a_key(case.entity, field));
    for field in limited.filter(|field| !is_withheld(case.operation, field)) {
        rows::of_field(case.model, field, "", &mut rows);
    }
    if !rows.is_empty() {
        accepted(code, case, &rows, imports);
    }
    if case.is(OperationKind::Create) {
        required(code, case, &inputs, imports);
    }
    refused_fields(code, case, &inputs, imports);
    malformed(code, case);
}

/// The call with a body, for any version.
fn calls(case: &Case<'_>, body: &str) -> Vec<String> {
    let mut calls = case.call("item");
    calls.extend(case.credential(1));
    calls.extend(
        (*case.operation.if_match_required()).then(|| ".header(\"if-match\", \"*\")".to_owned()),
    );
    calls.push(body.to_owned());
    calls.extend([".send()".into(), ".await".into()]);
    calls
}

/// What the operation is tried on.
fn start(case: &Case<'_>) -> Start {
    match case.operation.kind() {
        OperationKind::Create => Start::of_create(case),
        _ => Start::Stored,
    }
}

fn test(code: &mut Code, case: &Case<'_>, what: &str, body: impl FnOnce(&mut Code)) {
    request::test(code, case, what, start(case), body);
}

fn accepted(code: &mut Code, case: &Case<'_>, rows: &[Row], imports: &mut Imports) {
    imports.all("crate", &["with"]);
    if rows.iter().any(|row| row.value.contains("texts(")) {
        imports.add("crate", "texts");
    }
    let rows: Vec<String> = rows
        .iter()
        .map(|row| format!("({:?}, json!({}), {})", row.pointer, row.value, row.fits))
        .collect();
    let list = |code: &mut Code| code.array("let cases = ", &rows);
    let cases = ("for (pointer, value, fits) in cases", list);
    repeated(code, case, "holds_the_limits_of_its_input", start(case), cases, |code| {
        let body = format!("with({}_body(), pointer, value.clone())", case.name());
        code.value("let body = ", &body, ";");
        code.chain("let response = ", "platform", &calls(case, ".json(body)"), ";");
        code.line("let accepted = response.status() < 300;");
        code.line("assert_eq!(accepted, fits, \"{pointer} = {value}: {}\", response.text());");
        code.block("if !fits", |code| code.line("response.assert_invalid_within(pointer);"));
    });
}

/// A body without a required field is refused, and one with nothing else is taken.
fn required(code: &mut Code, case: &Case<'_>, inputs: &[&Field], imports: &mut Imports) {
    let (needed, free): (Vec<&Field>, Vec<&Field>) =
        inputs.iter().copied().partition(|field| !field.may_be_left_out());
    if !needed.is_empty() {
        imports.add("crate", "without");
        let names: Vec<String> =
            needed.iter().map(|field| format!("{:?}", field.name().camel())).collect();
        test(code, case, "refuses_a_body_without_what_it_needs", |code| {
            let each = |code: &mut Code, name: &str, pointer: &str| {
                let json = format!(".json(without({}_body(), {name}))", case.name());
                let mut calls = calls(case, &json);
                calls.push(format!(".assert_invalid({pointer})"));
                code.chain("", "platform", &calls, ";");
            };
            match names.as_slice() {
                [name] => each(code, name, &format!("\"/{}", &name[1..])),
                _ => {
                    code.array("let fields = ", &names);
                    code.block("for field in fields", |code| {
                        each(code, "field", "&format!(\"/{field}\")")
                    });
                }
            }
        });
    }
    if free.is_empty() {
        return;
    }
    let mut body = body(case.model, case.entity, case.operation, Amount::Required);
    if let Some(map) = body.as_object_mut() {
        map.retain(|name, _| needed.iter().any(|field| field.name().camel() == *name));
    }
    test(code, case, "needs_nothing_else", |code| {
        json_macro(code, "let body = ", &body, &[], ";");
        let mut calls = calls(case, ".json(body)");
        calls.push(".assert_status(201)".into());
        code.chain("", "platform", &calls, ";");
    });
}

fn refused_fields(code: &mut Code, case: &Case<'_>, inputs: &[&Field], imports: &mut Imports) {
    imports.add("crate", "with");
    let mut names: Vec<String> = case
        .entity
        .fields()
        .iter()
        .filter(|field| !inputs.iter().any(|input| input.name() == field.name()))
        .map(|field| format!("\"/{}\"", field.name().camel()))
        .collect();
    names.push("\"/unheardOf\"".into());
    test(code, case, "refuses_fields_that_are_not_its_input", |code| {
        code.array("let pointers = ", &names);
        code.block("for pointer in pointers", |code| {
            code.value(
                "let body = ",
                &format!("with({}_body(), pointer, json!(1))", case.name()),
                ";",
            );
            let mut calls = calls(case, ".json(body)");
            calls.push(".assert_invalid(pointer)".into());
            code.chain("", "platform", &calls, ";");
        });
    });
}

fn malformed(code: &mut Code, case: &Case<'_>) {
    test(code, case, "refuses_a_malformed_body", |code| {
        let bodies = [
            "b\"\"",
            "b\"{\"",
            "b\"[]\"",
            "b\"null\"",
            "b\"{}}\"",
            "b\"\\xff\"",
            "b\"{\\\"a\\\":NaN}\"",
        ];
        let bodies: Vec<String> = bodies.iter().map(|body| format!("{body}.to_vec()")).collect();
        code.array("let bodies = ", &bodies);
        code.block("for body in bodies", |code| {
            let mut calls = calls(case, ".body(\"application/json\", body)");
            calls.push(".assert_problem(400, \"invalid-body\")".into());
            code.chain("", "platform", &calls, ";");
        });
        let mut calls = calls(case, ".body(\"text/plain\", b\"{}\".to_vec())");
        calls.push(".assert_problem(415, \"unsupported-media-type\")".into());
        code.chain("", "platform", &calls, ";");
    });
}
