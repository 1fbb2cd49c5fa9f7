//! API keys: that a key opens what it is limited to, and nothing once it is spoilt.

use purlin_schema::model::{AccessKey, OperationKind};

use super::Case;
use crate::codegen::rust::{Code, Imports};

/// Writes the test of an entity of API keys, by the operation that makes them.
pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let (Some(key), Some(actor)) = (case.entity.api_key(), case.actor()) else { return };
    if !case.is(OperationKind::Create) {
        return;
    }
    imports.add("purlin_local", "api_keys");
    let fields = plan(case, key, actor.name());
    code.blank();
    code.line("#[tokio::test]");
    code.function("async fn a_key_opens_what_it_is_limited_to", &[], "", |code| {
        code.list("let plan = api_keys::Plan {", &fields, "};");
        code.line("api_keys::check(app(), &plan).await;");
    });
}

fn plan(case: &Case<'_>, key: &AccessKey, role: &str) -> Vec<String> {
    let entity = case.entity;
    let operation = |kind| {
        entity.operations().iter().map(|operation| Case { operation, ..*case }).find(|other| {
            other.is(kind) && other.operation.permission() == case.operation.permission()
        })
    };
    let id = entity.id().map(|(id, _)| id.name());
    let revoke = operation(OperationKind::Delete).zip(id).map(|(delete, id)| {
        format!("({:?}, {:?}, {:?})", delete.full_name(), id.as_str(), id.camel())
    });
    let expiry = entity.ttl().as_ref().filter(|ttl| case.operation.input().contains(ttl.field()));
    let list = operation(OperationKind::List).filter(|list| list.row().is_none());
    let some = |text: Option<String>| text.map_or("None".into(), |text| format!("Some({text})"));
    vec![
        format!("create: {:?}", case.full_name()),
        format!("body: {}_body()", case.name()),
        format!("permissions: {:?}", key.permissions().camel()),
        format!("expires: {}", some(expiry.map(|ttl| format!("{:?}", ttl.field().camel())))),
        format!("revoke: {}", some(revoke)),
        format!("list: {}", some(list.map(|list| format!("{:?}", list.full_name())))),
        format!("last_used: {:?}", key.last_used().camel()),
        format!("role: {role:?}"),
    ]
}
