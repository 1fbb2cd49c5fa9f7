//! What an operation does not find: what is missing, and what is somebody else's.

use purlin_schema::model::OperationKind;

use super::Case;
use super::kind::{NOT_FOUND, demanded, json, send, test};
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
    let Some((id, _)) = case.entity.id() else { return };
    if !case.operation.path_fields().any(|field| field == id.name().as_str()) {
        return;
    }
    let module = format!("{}::{}", case.model.service().snake(), case.entity.name().snake());
    imports.add(&module, &format!("{}Id", case.entity.name()));
    test(code, case, "finds_nothing_where_nothing_is", true, |code| {
        code.line(format!("let nowhere = {}Id::new();", case.entity.name()));
        let mut calls = case.call("item");
        for call in &mut calls {
            *call = call.replace(&format!("item.{})", id.name()), "nowhere)");
        }
        calls.extend(case.credential(1));
        calls.extend(demanded(case, 1));
        calls.extend(json(case));
        calls.extend([".send()".into(), ".await".into(), NOT_FOUND.into()]);
        code.chain("", "platform", &calls, ";");
    });
}

/// What is asked for within a parent that does not exist is not found either.
fn orphan(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let Some(parent) = case.entity.parent() else { return };
    let kind = format!("{}Id", parent.entity());
    imports.add(&format!("{}::{}", case.model.service().snake(), parent.entity().snake()), &kind);
    test(code, case, "finds_nothing_within_nothing", false, |code| {
        code.value("let nowhere = ", &format!("{kind}::new()"), ";");
        let mut calls = case.call("item");
        for call in &mut calls {
            *call = call.replace(&format!("item.{})", parent.field()), "nowhere)");
        }
        calls.extend(case.credential(1));
        calls.extend(json(case));
        calls.extend([".send()".into(), ".await".into(), NOT_FOUND.into()]);
        code.chain("", "platform", &calls, ";");
    });
}

/// Somebody else's item is not there, whatever is asked of it.
fn foreign(code: &mut Code, case: &Case<'_>) {
    // A page through nobody's parent is a page without what is another's.
    let empty = case.is(OperationKind::List) && !case.reads_parent();
    test(code, case, "does_not_find_what_is_another_users", true, |code| {
        if empty {
            send(code, case, "let page = ", case.credential(2), &[], "");
            code.line("page.assert_status(200);");
            return code.line("assert_eq!(page.json()[\"items\"], json!([]));");
        }
        let mut extra = demanded(case, 1);
        extra.extend(json(case));
        send(code, case, "", case.credential(2), &extra, NOT_FOUND);
        if let Some(event) = case.operation.emits() {
            code.value(
                "",
                &format!("assert!(platform.events_of({:?}).is_empty())", event.as_str()),
                ";",
            );
        }
    });
}
