//! Values that no two items share: taken ones are refused, and given up ones are free again.

use purlin_schema::model::{Entity, Field, Operation, OperationKind, Unique};

use super::request::{Start, demanded, named_version, send, test};
use super::{Case, different, fixture};
use crate::codegen::emit::visibility::is_withheld;
use crate::codegen::rust::{Code, Imports};

const TAKEN: &str = ".assert_problem(409, \"not-unique\")";

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    match case.operation.kind() {
        OperationKind::Create => {
            for unique in case.entity.uniques().iter().filter(|unique| is_repeated(case, unique)) {
                made_twice(code, case, unique, imports);
            }
        }
        OperationKind::Update => {
            for (unique, field) in changeable(case.entity, case.operation) {
                changed_to_taken(code, case, unique);
                changed_and_free(code, case, unique, field, imports);
            }
        }
        OperationKind::Delete if !case.entity.uniques().is_empty() => {
            deleted(code, case, imports);
        }
        _ => {}
    }
}

/// Whether a sibling is needed to change an item to what is taken.
pub(super) fn needs_sibling(entity: &Entity) -> bool {
    let updates = entity.operations().iter();
    updates
        .filter(|operation| *operation.kind() == OperationKind::Update)
        .any(|operation| !changeable(entity, operation).is_empty())
}

/// Whether two calls of a create can agree in the values of a unique: the body gives them, or the caller.
fn is_repeated(case: &Case<'_>, unique: &Unique) -> bool {
    let (entity, operation) = (case.entity, case.operation);
    unique.fields().iter().all(|name| {
        let is_id = entity.id().is_some_and(|(id, _)| id.name() == name);
        let by_path = operation.path_fields().any(|field| field == name.as_str());
        let by_parent = entity.parent().as_ref().is_some_and(|parent| parent.field() == name);
        let by_caller = entity.owner().as_ref() == Some(name) && !is_id;
        case.tells(name) || by_path || by_parent || by_caller
    })
}

/// The uniques whose values an update changes, each with the field that tells items apart in it.
fn changeable<'e>(entity: &'e Entity, operation: &Operation) -> Vec<(&'e Unique, &'e Field)> {
    // A sibling differs in these, so an update must be able to give it all of them.
    let differs = different::fields(entity);
    let is_told =
        |field: &Field| operation.input().contains(field.name()) && !is_withheld(operation, field);
    let within = |unique: &&Unique, field: &Field| unique.fields().contains(field.name());
    entity
        .uniques()
        .iter()
        .zip(different::held(entity))
        .filter(|(unique, _)| {
            differs.iter().filter(|field| within(unique, field)).all(|field| is_told(field))
        })
        .filter_map(|(unique, held)| {
            Some((unique, held.filter(|_| !different::is_singular(entity))?))
        })
        .collect()
}

fn made_twice(code: &mut Code, case: &Case<'_>, unique: &Unique, imports: &mut Imports) {
    let start = Start::of_create(case);
    test(code, case, &format!("refuses_a_taken_{}", unique.name()), start, |code| {
        let given: Vec<String> = unique
            .fields()
            .iter()
            .filter(|name| case.tells(name))
            .map(|name| name.camel())
            .collect();
        let body = case.body().unwrap_or_else(|| "json!({})".into());
        code.line(format!("let body = {body};"));
        let first = [".json(body.clone())".to_owned()];
        let first = if given.is_empty() { [".json(body)".to_owned()] } else { first };
        send(code, case, "", case.credential(1), &first, ".assert_status(201)");
        let mut second = body;
        for name in &given {
            imports.add("crate", "with");
            second = format!("with({second}, \"/{name}\", body[{name:?}].clone())");
        }
        code.value("let body = ", &second, ";");
        send(code, case, "", case.credential(1), &[".json(body)".to_owned()], TAKEN);
    });
}

fn changed_to_taken(code: &mut Code, case: &Case<'_>, unique: &Unique) {
    let what = format!("refuses_a_taken_{}", unique.name());
    test(code, case, &what, Start::Stored, |code| {
        code.line("let other = sibling(&platform, &item).await;");
        let told = unique.fields().iter().filter(|name| case.tells(name));
        let entries: Vec<String> =
            told.map(|name| format!("{:?}: other.{name}", name.camel())).collect();
        let mut extra = demanded(case, 1);
        extra.push(format!(".json(json!({{ {} }}))", entries.join(", ")));
        send(code, case, "", case.credential(1), &extra, TAKEN);
    });
}

fn changed_and_free(
    code: &mut Code,
    case: &Case<'_>,
    unique: &Unique,
    field: &Field,
    imports: &mut Imports,
) {
    let what = format!("frees_the_{}_it_changes", unique.name());
    test(code, case, &what, Start::Stored, |code| {
        let value = different::value(case.model, case.entity, field, imports).unwrap_or_default();
        let mut extra = demanded(case, 1);
        extra.push(format!(".json(json!({{ {:?}: {value} }}))", field.name().camel()));
        send(code, case, "", case.credential(1), &extra, ".assert_status(200)");
        let mut fields = different::fields(case.entity);
        fields.retain(|other| other.name() != field.name());
        again(code, case, &fields, imports);
        code.line("put(&platform, again).await;");
    });
}

/// A deleted item's values are free, unless the item can be restored and would need them.
fn deleted(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let kept = case.entity.soft_delete().is_some();
    let what = if kept { "keeps_the_values_it_held" } else { "frees_the_values_it_held" };
    let fields: Vec<&Field> = different::identity(case.entity).into_iter().collect();
    test(code, case, what, Start::Stored, |code| {
        let extra = named_version(case, 1);
        send(code, case, "", case.credential(1), &extra, ".assert_status(204)");
        again(code, case, &fields, imports);
        if !kept {
            return code.line("put(&platform, again).await;");
        }
        code.line("let ctx = platform.context();");
        let repository = format!("{}Repository::new(&ctx)", case.entity.name());
        let calls = [".create(&again)".to_owned(), ".await".into()];
        code.chain("let refused = ", &repository, &calls, ";");
        code.line("assert!(refused.is_err_and(|error| error.code() == \"not-unique\"));");
    });
}

/// An item with the values of `item`, those of `fields` aside.
fn again(code: &mut Code, case: &Case<'_>, fields: &[&Field], imports: &mut Imports) {
    let (model, entity) = (case.model, case.entity);
    fixture::like(code, model, entity, "let again = ", fields, "item.clone()", imports);
}
