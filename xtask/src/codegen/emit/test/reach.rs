//! What an operation does not find: what is missing, and what is somebody else's.

use purlin_schema::model::OperationKind;

use super::request::{NOT_FOUND, Start, demanded, json, send, test, unpublished};
use super::{Case, different};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let within = case.is(OperationKind::Create) || case.is(OperationKind::List);
    if !within {
        missing(code, case, imports);
    } else if case.reads_parent() {
        orphan(code, case, imports);
    }
    if case.is_owned() && case.bounded().is_some() && case.operation.path_fields().next().is_some()
    {
        foreign(code, case);
    }
}

fn missing(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let Some(field) = different::identity(case.entity) else { return };
    if !case.operation.path_fields().any(|name| name == field.name().as_str()) {
        return;
    }
    let Some(value) = different::value(case.model, case.entity, field, imports) else { return };
    test(code, case, "finds_nothing_where_nothing_is", Start::Stored, |code| {
        code.value("let nowhere = ", &value, ";");
        nowhere(code, case, field.name().as_str());
    });
}

/// What is asked for within a parent that does not exist is not found either.
fn orphan(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let Some(parent) = case.entity.parent() else { return };
    let kind = format!("{}Id", parent.entity());
    imports.add(&format!("{}::{}", case.model.service().snake(), parent.entity().snake()), &kind);
    let others = case.operation.path_fields().any(|name| name != parent.field().as_str());
    let start = if others { Start::Example } else { Start::Nothing };
    test(code, case, "finds_nothing_within_nothing", start, |code| {
        code.value("let nowhere = ", &format!("{kind}::new()"), ";");
        nowhere(code, case, parent.field().as_str());
    });
}

/// The call with `nowhere` in the place of a field of the path, which finds nothing.
fn nowhere(code: &mut Code, case: &Case<'_>, field: &str) {
    let mut calls = case.call("item");
    for call in &mut calls {
        *call = call.replace(&format!("item.{field})"), "nowhere)");
    }
    calls.extend(case.credential(1));
    calls.extend(demanded(case, 1));
    calls.extend(json(case));
    calls.extend([".send()".into(), ".await".into(), NOT_FOUND.into()]);
    code.chain("", "platform", &calls, ";");
}

/// Somebody else's item is not there, whatever is asked of it.
fn foreign(code: &mut Code, case: &Case<'_>) {
    // A page through nobody's parent is a page without what is another's.
    let empty = case.is(OperationKind::List) && !case.reads_parent();
    let (start, version) = match case.operation.kind() {
        OperationKind::Create => (Start::Example, 1),
        OperationKind::Restore => (Start::Deleted, 2),
        _ => (Start::Stored, 1),
    };
    test(code, case, "does_not_find_what_is_another_users", start, |code| {
        if empty {
            send(code, case, "let page = ", case.credential(2), &[], "");
            code.line("page.assert_status(200);");
            return code.line("assert_eq!(page.json()[\"items\"], json!([]));");
        }
        let mut extra = demanded(case, version);
        extra.extend(json(case));
        send(code, case, "", case.credential(2), &extra, NOT_FOUND);
        // To the caller there is nothing. The audit knows better.
        if !keyed_by_caller(case) {
            let denied = format!("platform.assert_denied({:?}, \"not-owner\")", case.full_name());
            code.value("", &denied, ";");
        }
        for event in case.emitted() {
            unpublished(code, event.name());
        }
    });
}

/// Whether the key is built of the caller itself: then there is indeed nothing under it, whosever item was meant.
fn keyed_by_caller(case: &Case<'_>) -> bool {
    let Some(owner) = case.entity.owner().as_ref() else { return false };
    let of_key = case.entity.key_fields().iter().any(|field| field.name() == owner);
    let given = case.operation.path_fields().any(|name| name == owner.as_str());
    of_key && !given && case.operation.access().is_none() && !case.reads_parent()
}
