//! What a list does: pages, cursors, filters, and whose items it holds.

use purlin_schema::model::{Field, Type};

use super::request::{Start, send, test};
use super::{Case, different, fixture};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    if !different::is_singular(case.entity) {
        pages(code, case);
        cursors(code, case);
    }
    limits(code, case);
    for field in case.operation.filter().iter().filter_map(|name| case.entity.field(name.as_str()))
    {
        filter(code, case, field, imports);
    }
    others(code, case);
}

fn pages(code: &mut Code, case: &Case<'_>) {
    test(code, case, "pages_through_everything_once", Start::Stored, |code| {
        let id = different::identity(case.entity).map(|field| field.name().camel());
        let id = id.unwrap_or_default();
        code.line("let mut stored_ids = vec![item_id(&item)];");
        code.block("for _ in 0..4", |code| {
            code.line("stored_ids.push(item_id(&sibling(&platform, &item).await));");
        });
        code.line("let mut listed_ids = Vec::new();");
        code.line("let mut cursor: Option<String> = None;");
        code.block("loop", |code| {
            let mut calls: Vec<String> = case.call("item");
            calls.extend(case.credential(1));
            calls.push(".query(\"limit\", 2)".into());
            code.chain("let mut request = ", "platform", &calls, ";");
            code.block("if let Some(cursor) = &cursor", |code| {
                code.line("request = request.query(\"cursor\", cursor);");
            });
            code.line("let page = request.send().await;");
            code.line("page.assert_status(200);");
            code.line("let items = page.json()[\"items\"].as_array().expect(\"a list\").clone();");
            code.line("assert!(items.len() <= 2);");
            let ids = format!("items.iter().map(|item| item[{id:?}].to_string())");
            code.value("", &format!("listed_ids.extend({ids})"), ";");
            code.line("cursor = page.json()[\"nextCursor\"].as_str().map(str::to_owned);");
            code.block("if cursor.is_none()", |code| code.line("break;"));
        });
        code.line("stored_ids.sort();");
        code.line("listed_ids.sort();");
        code.line("assert_eq!(listed_ids, stored_ids);");
    });
}

/// A cursor that was changed, and one that somebody else was given.
fn cursors(code: &mut Code, case: &Case<'_>) {
    const REFUSED: &str = ".assert_problem(400, \"invalid-cursor\")";
    test(code, case, "refuses_a_cursor_it_did_not_give", Start::Stored, |code| {
        code.line("sibling(&platform, &item).await;");
        send(code, case, "let page = ", case.credential(1), &[".query(\"limit\", 1)".into()], "");
        code.line("let cursor = page.field(\"/nextCursor\");");
        code.line("let tampered = cursor.chars().rev().collect::<String>();");
        code.block("for cursor in [tampered.as_str(), \"\", \"not a cursor\"]", |code| {
            let query = ".query(\"cursor\", cursor)".to_owned();
            send(code, case, "", case.credential(1), &[query], REFUSED);
        });
        let others =
            case.credential(2).filter(|_| !case.reads_parent() || case.parent_owner().is_none());
        if let Some(credential) = others {
            send(
                code,
                case,
                "",
                Some(credential),
                &[".query(\"cursor\", &cursor)".into()],
                REFUSED,
            );
        }
    });
}

fn limits(code: &mut Code, case: &Case<'_>) {
    test(code, case, "holds_the_limits_of_a_page", Start::Stored, |code| {
        code.block("for (limit, status) in [(0, 400), (1, 200), (100, 200), (101, 400)]", |code| {
            let query = ".query(\"limit\", limit)".to_owned();
            send(code, case, "", case.credential(1), &[query], ".assert_status(status)");
        });
    });
}

/// A filter keeps what has the value, drops what has another, and refuses what cannot be one.
fn filter(code: &mut Code, case: &Case<'_>, field: &Field, imports: &mut Imports) {
    let name = field.name();
    let query = |value: &str| format!(".query({:?}, {value})", name.as_str());
    let malformed = match field.kind() {
        Type::Enum { .. } => Some("no such value"),
        Type::Boolean => Some("yes"),
        Type::Integer { .. } => Some("0.5"),
        Type::Ref { .. } => Some("no such id"),
        _ => None,
    };
    let (rows, value) =
        match different::fields(case.entity).iter().any(|other| other.name() == name) {
            true => (own_values(case, field, imports), "&value"),
            false => (known_values(case, field), "value"),
        };
    test(code, case, &format!("narrows_to_{name}"), Start::Stored, |code| {
        code.array("let cases = ", &rows);
        code.block("for (value, count) in cases", |code| {
            send(code, case, "let page = ", case.credential(1), &[query(value)], "");
            code.line("page.assert_status(200);");
            code.line("assert_eq!(page.json()[\"items\"].as_array().map(Vec::len), Some(count), \"{value}\");");
        });
        if let Some(malformed) = malformed {
            let refused = ".assert_problem(400, \"invalid-parameter\")";
            send(code, case, "", case.credential(1), &[query(&format!("{malformed:?}"))], refused);
        }
    });
}

/// Values of a field that is the same in every item, with how many items have each.
fn known_values(case: &Case<'_>, field: &Field) -> Vec<String> {
    let stored = fixture::initial(case.model, case.entity, field);
    let stored = stored.as_str().map_or_else(|| stored.to_string(), str::to_owned);
    let values: Vec<String> = match field.kind() {
        Type::Enum { values } => values.iter().map(ToString::to_string).collect(),
        Type::Boolean => vec!["true".into(), "false".into()],
        Type::Integer { .. } => vec![stored.clone(), format!("{stored}0")],
        Type::Ref { .. } => vec![stored.clone()],
        _ => vec![stored.clone(), format!("{stored}?")],
    };
    let count = |value: &String| usize::from(*value == stored);
    values.iter().map(|value| format!("({value:?}, {})", count(value))).collect()
}

/// Values of a field that is another in every item: the item's own, and one that none has.
fn own_values(case: &Case<'_>, field: &Field, imports: &mut Imports) -> Vec<String> {
    let name = field.name();
    let own = match field.optional() {
        true => format!("item.{name}.as_ref().map(ToString::to_string).unwrap_or_default()"),
        false => format!("item.{name}.to_string()"),
    };
    let other = different::value(case.model, case.entity, field, imports).unwrap_or_default();
    let other = if other.starts_with("format!(") { other } else { format!("{other}.to_string()") };
    vec![format!("({own}, 1)"), format!("({other}, 0)")]
}

/// A list of the caller's own holds nothing of anybody else's.
fn others(code: &mut Code, case: &Case<'_>) {
    let own = case.bounded().is_some()
        && case.is_owned()
        && case.operation.path_fields().next().is_none();
    if !own {
        return;
    }
    test(code, case, "holds_nothing_of_another_users", Start::Stored, |code| {
        send(code, case, "let page = ", case.credential(2), &[], "");
        code.line("page.assert_status(200);");
        code.line("assert_eq!(page.json()[\"items\"], json!([]));");
    });
}
