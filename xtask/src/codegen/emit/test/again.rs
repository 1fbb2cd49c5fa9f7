//! What repeats the `Idempotency-Key` of an earlier request.

use purlin_schema::model::{Field, OperationKind};

use super::request::{Start, json, send, test, unpublished};
use super::rows::{self, Row};
use super::{Case, different, fixture};
use crate::codegen::emit::value::{self, Amount, literal};
use crate::codegen::emit::visibility::is_withheld;
use crate::codegen::rust::{Code, Imports};

const KEY: &str = ".header(\"idempotency-key\", \"8e03978e-40d5\")";

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    if !case.is(OperationKind::Create) {
        return;
    }
    let malformed = [".header(\"idempotency-key\", \"two words\")".to_owned()];
    test(code, case, "refuses_a_malformed_key", Start::of_create(case), |code| {
        let extra = [malformed.as_slice(), &json(case)].concat();
        let refused = ".assert_problem(400, \"invalid-idempotency-key\")";
        send(code, case, "", case.credential(1), &extra, refused);
        nothing_told(code, case);
    });
    // What tells a secret tells it once.
    if case.entity.api_key().is_some() {
        return test(code, case, "refuses_to_answer_again", Start::of_create(case), |code| {
            let refused = ".assert_problem(400, \"idempotency-key-unsupported\")";
            send(code, case, "", case.credential(1), &keyed(json(case)), refused);
            nothing_told(code, case);
        });
    }
    repeated(code, case, imports);
    apart(code, case);
}

/// The calls, with a key.
fn keyed(calls: Vec<String>) -> Vec<String> {
    [vec![KEY.to_owned()], calls].concat()
}

fn nothing_told(code: &mut Code, case: &Case<'_>) {
    if let Some(event) = case.operation.emits() {
        unpublished(code, event);
    }
}

/// The first answer comes again, and another request with its key is refused.
fn repeated(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let other = other_body(case, imports);
    test(code, case, "answers_a_repeated_key_as_the_first_time", Start::of_create(case), |code| {
        let (mut first, mut again) = (Vec::new(), Vec::new());
        if let Some(text) = case.body() {
            code.value("let body = ", &text, ";");
            first.push(".json(body.clone())".to_owned());
            again.push(if other.is_some() { ".json(body.clone())" } else { ".json(body)" }.into());
        }
        send(code, case, "let first = ", case.credential(1), &keyed(first), "");
        code.line("first.assert_status(201);");
        send(code, case, "let again = ", case.credential(1), &keyed(again), "");
        code.line("again.assert_same_as(&first);");
        if let Some(other) = &other {
            code.value("let body = ", other, ";");
            let refused = ".assert_problem(422, \"idempotency-key-reused\")";
            let body = vec![".json(body)".to_owned()];
            send(code, case, "", case.credential(1), &keyed(body), refused);
        }
        if let Some(event) = case.operation.emits() {
            let calls = [format!(".events_of({:?})", event.as_str()), ".await".to_owned()];
            code.chain("let events = ", "platform", &calls, ";");
            code.line("assert_eq!(events.len(), 1);");
        }
    });
}

/// A body that says something else than `body`, and is accepted as well.
fn other_body(case: &Case<'_>, imports: &mut Imports) -> Option<String> {
    let (model, entity, operation) = (case.model, case.entity, case.operation);
    let inputs = operation.input().iter().filter_map(|name| entity.field(name.as_str()));
    let inputs: Vec<&Field> = inputs.filter(|field| !is_withheld(operation, field)).collect();
    let whole = value::body(model, entity, operation, Amount::Everything);
    let is_free =
        |field: &&&Field| field.may_be_left_out() && whole.get(field.name().camel()).is_some();
    if let Some(field) = inputs.iter().find(is_free) {
        imports.add("crate", "without");
        return Some(format!("without(body, {:?})", field.name().camel()));
    }
    let mut rows = Vec::new();
    inputs.iter().for_each(|field| rows::of_field(model, field, "", &mut rows));
    let said =
        |row: &Row| whole.pointer(&row.pointer).is_some_and(|value| row.value == literal(value));
    let row = rows.into_iter().find(|row| row.fits && !said(row) && !row.value.contains("texts("));
    let (pointer, value) = match row {
        Some(row) => (row.pointer, row.value),
        None => inputs.iter().find_map(|field| {
            let value = different::value(model, entity, field, imports)?;
            Some((format!("/{}", field.name().camel()), value))
        })?,
    };
    imports.add("crate", "with");
    Some(format!("with(body, {pointer:?}, json!({value}))"))
}

/// The same key of somebody else's is another one.
fn apart(code: &mut Code, case: &Case<'_>) {
    let Some(actor) = case.actor() else { return };
    // Where nobody needs a credential, whoever has one is another caller than those without.
    let number = if case.credential(2).is_some() { 2 } else { 1 };
    let other = format!(".as_user({:?}, {number})", actor.name());
    test(code, case, "tells_equal_keys_of_callers_apart", Start::of_create(case), |code| {
        let extra = keyed(json(case));
        send(code, case, "let own = ", case.credential(1), &extra, "");
        code.line("own.assert_status(201);");
        if Start::of_create(case) == Start::Example {
            let whose = format!("&platform.user({:?}, {number})", actor.name());
            let (call, awaited) = fixture::example_call(case.entity, "&platform", &whose);
            code.chain("let item = ", &call, &awaited, ";");
        }
        send(code, case, "let others = ", Some(other.clone()), &extra, "");
        code.line("others.assert_status(201);");
        code.line("assert_ne!(others.json(), own.json());");
    });
}
