//! What tells the items of one entity apart in tests: their ids, and values that no two of them may share.

use purlin_schema::Model;
use purlin_schema::Name;
use purlin_schema::model::{Entity, Field, Operation, Type};

use crate::codegen::emit::value::digits_of;
use crate::codegen::emit::visibility::is_withheld;
use crate::codegen::rust::Imports;

/// How many values a field must have for a test never to run out of them.
const MANY: i64 = 100_000;

/// The digits of the greatest number that a test comes to.
const DIGITS: u64 = 5;

/// The field that identifies an item among those of its owner and parent: its id, or else one of its key.
pub(super) fn identity(entity: &Entity) -> Option<&Field> {
    let id = entity.id().map(|(id, _)| id);
    id.or_else(|| entity.key_fields().into_iter().find(|field| varies(entity, field)))
}

/// The fields that two items must have different values in: their identity, and a field of each unique.
pub(super) fn fields(entity: &Entity) -> Vec<&Field> {
    let mut found: Vec<&Field> = identity(entity).into_iter().collect();
    for held in held(entity).into_iter().flatten() {
        if !found.iter().any(|field| field.name() == held.name()) {
            found.push(held);
        }
    }
    found
}

/// Whether an owner can have but one item of the entity, so that a test of several needs a table for each.
pub(super) fn is_singular(entity: &Entity) -> bool {
    identity(entity).is_none() || held(entity).iter().any(Option::is_none)
}

/// Whether a second call of an operation that makes items could make the same one again.
pub(super) fn is_made_once(entity: &Entity, operation: &Operation) -> bool {
    let told =
        |field: &Field| operation.input().contains(field.name()) && !is_withheld(operation, field);
    is_singular(entity)
        || entity.id().is_none()
        || held(entity).into_iter().flatten().any(|field| !told(field))
}

/// For each unique the field by which items are told apart; none where all of it is given to them.
pub(super) fn held(entity: &Entity) -> Vec<Option<&Field>> {
    let is_input = |field: &&Field| {
        entity.operations().iter().any(|operation| operation.input().contains(field.name()))
    };
    let of_one = |fields: &[Name]| {
        let mut varied: Vec<&Field> = fields
            .iter()
            .filter_map(|name| entity.field(name.as_str()))
            .filter(|field| varies(entity, field))
            .collect();
        // What a caller gives is what a caller may give twice.
        varied.sort_by_key(|field| !is_input(field));
        varied.first().copied()
    };
    entity.uniques().iter().map(|unique| of_one(unique.fields())).collect()
}

/// Whether the field can have a value of its own in every item.
fn varies(entity: &Entity, field: &Field) -> bool {
    let name = field.name();
    let given = entity.owner().as_ref() == Some(name)
        || entity.parent().as_ref().is_some_and(|parent| parent.field() == name);
    let expiry = entity.ttl().as_ref().is_some_and(|ttl| ttl.field() == name);
    let identified = matches!(field.kind(), Type::Id { .. } | Type::Ref { .. });
    !given && !expiry && (identified || call(field).is_some())
}

/// A value that no other item has, as Rust writes it.
pub(super) fn value(
    model: &Model,
    entity: &Entity,
    field: &Field,
    imports: &mut Imports,
) -> Option<String> {
    let package = model.service().snake();
    let mut id_of = |entity: &str, module: &str| {
        imports.add(&format!("{package}::{module}"), &format!("{entity}Id"));
        Some(format!("{entity}Id::new()"))
    };
    match field.kind() {
        Type::Id { .. } => id_of(entity.name().as_str(), &entity.name().snake()),
        Type::Ref { entity } => id_of(entity.as_str(), &entity.snake()),
        _ => {
            let call = call(field)?;
            let start = call.find("different")?;
            let name = call[start..].split('(').next()?;
            imports.add("crate", name);
            Some(call)
        }
    }
}

/// The call that gives a value no other call gives; none where the field has too few values.
fn call(field: &Field) -> Option<String> {
    match field.kind() {
        // 30 characters hold an address with any number that a test comes to.
        Type::String { email: true, max_length, .. } => {
            max_length.is_none_or(|most| most >= 30).then(|| "different_email()".to_owned())
        }
        Type::String { max_length, .. } => max_length
            .is_none_or(|most| most >= DIGITS)
            .then(|| format!("different_text({})", digits_of(field.kind()))),
        Type::Integer { minimum, maximum } => {
            let (least, most) = (minimum.unwrap_or(0), maximum.unwrap_or(i64::MAX));
            match most.saturating_sub(least) {
                MANY.. if least <= 1 && most >= MANY => Some("different()".to_owned()),
                MANY.. => Some(format!("{least} + different()")),
                _ => None,
            }
        }
        Type::Timestamp => Some("different_moment()".to_owned()),
        _ => None,
    }
}

/// A field of a struct with a value that no other item has: `name: value`.
pub(super) fn member(
    model: &Model,
    entity: &Entity,
    field: &Field,
    imports: &mut Imports,
) -> Option<String> {
    let value = value(model, entity, field, imports)?;
    let value = if *field.optional() { format!("Some({value})") } else { value };
    Some(format!("{}: {value}", field.name()))
}
