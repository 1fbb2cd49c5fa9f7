//! What an entity says of itself: version, owner, parent, `ttl` and `soft_delete` name fields fit
//! for it.

use super::view::is_optional;
use super::{EntityView, Kind, View};
use crate::draft::FieldDraft;
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        roles(entity, problems);
        let section = entity.document.entity.as_ref();
        if let Some(name) = section.and_then(|section| section.parent.as_ref()) {
            parent(entity, name, view, problems);
        }
    }
}

/// Whether version, owner, parent, expiry, deletion and status name fields that can be it, so that other rules may
/// build on them.
pub(crate) fn is_clear(entity: &EntityView<'_>) -> bool {
    let mut problems = Problems::new();
    roles(entity, &mut problems);
    problems.is_empty() && super::status::is_clear(entity)
}

fn roles(entity: &EntityView<'_>, problems: &mut Problems) {
    let Some(section) = &entity.document.entity else { return };
    let of = |role: &str, wanted: &str| Role {
        cannot: format!("be the {role} of `{}`", entity.name),
        help: format!("the {role} is {wanted}"),
    };
    if let Some(name) = &section.version {
        let fits = |kind| matches!(kind, Kind::Integer | Kind::Opaque);
        let role = of("version", "an `integer` that is not optional");
        role.check(entity, name, |field| has(field, fits) && !is_optional(field), problems);
    }
    if let Some(name) = &section.owner {
        let fits = |kind| matches!(kind, Kind::Id | Kind::Ref | Kind::Opaque);
        let role = of("owner", "a `ref` (or the entity's own `id`) that is not optional");
        role.check(entity, name, |field| has(field, fits) && !is_optional(field), problems);
    }
    if let Some(name) = &section.parent {
        let fits = |kind| kind == Kind::Ref;
        let role = of("parent", "a `ref` that is not optional");
        role.check(entity, name, |field| has(field, fits) && !is_optional(field), problems);
    }
    let moment = |kind| matches!(kind, Kind::Timestamp | Kind::Opaque);
    if let Some(name) = section.ttl.as_ref().and_then(|ttl| ttl.field.as_ref()) {
        let role = Role {
            cannot: format!("tell when `{}` items expire", entity.name),
            help: "name a field of type `timestamp`".to_owned(),
        };
        role.check(entity, name, |field| has(field, moment), problems);
    }
    if let Some(name) = section.soft_delete.as_ref().and_then(|deleted| deleted.field.as_ref()) {
        let role = Role {
            cannot: format!("tell when `{}` items were deleted", entity.name),
            help: "name an optional field of type `timestamp`; it is absent until then".to_owned(),
        };
        role.check(entity, name, |field| has(field, moment) && is_optional(field), problems);
    }
}

/// What a field is named for.
struct Role {
    /// What an unfit field cannot do.
    cannot: String,
    help: String,
}

impl Role {
    fn check(
        self,
        entity: &EntityView<'_>,
        name: &Located<String>,
        fits: impl Fn(&FieldDraft) -> bool,
        problems: &mut Problems,
    ) {
        let Some(field) = entity.field(&name.value) else {
            return unknown_field(entity, name, problems);
        };
        if !fits(field) {
            let message = format!("`{}` cannot {}", name.value, self.cannot);
            problems.push(
                Problem::new(Code::UnfitField, name.place, message)
                    .label(field.place, "the field")
                    .help(self.help),
            );
        }
    }
}

/// Whether a field's type is one of those, or not known.
fn has(field: &FieldDraft, fits: impl Fn(Kind) -> bool) -> bool {
    Kind::of(field).is_none_or(fits)
}

/// A parent is read by its own key, so the child must hold all of it.
fn parent(
    entity: &EntityView<'_>,
    name: &Located<String>,
    view: &View<'_>,
    problems: &mut Problems,
) {
    let target = entity.field(&name.value).and_then(|field| field.entity.as_ref());
    let Some(parent) = target.and_then(|target| view.entity(&target.value)) else { return };
    owners(entity, name, parent, problems);
    // Where there is no id at all, that has been said.
    let id = parent.fields().find(|(_, field)| Kind::of(field) == Some(Kind::Id));
    if id.is_some_and(|(id, _)| parent.key_fields() != [id.value.as_str()]) {
        let message =
            format!("`{}` is not found by its id alone, so it cannot be a parent", parent.name);
        problems.push(
            Problem::new(Code::UnfitField, name.place, message)
                .label(parent.name_place, "the parent")
                .help("a parent's key holds its id and no other field"),
        );
    }
}

/// Whoever owns a child owns its parent, so both name the same kind of owner.
fn owners(
    entity: &EntityView<'_>,
    name: &Located<String>,
    parent: &EntityView<'_>,
    problems: &mut Problems,
) {
    let owner = |entity: &EntityView<'_>| Some((owner_kind(entity)?, entity.owner_place()?));
    // A child without an owner would be everybody's, whoever its parent belongs to.
    if let (None, Some(theirs), Some(other)) =
        (entity.owner(), owner_kind(parent), parent.owner_place())
    {
        let message =
            format!("`{}` has no owner, but its parent `{}` has one", entity.name, parent.name);
        return problems.push(
            Problem::new(Code::UnfitField, name.place, message)
                .label(other, "the parent's owner")
                .help(format!("add `owner = \"…\"`, naming a field that refers to `{theirs}`")),
        );
    }
    let (Some((mine, place)), Some((theirs, other))) = (owner(entity), owner(parent)) else {
        return;
    };
    if mine != theirs {
        let message = format!(
            "`{}` belongs to `{mine}` items, but its parent to `{theirs}` items",
            entity.name
        );
        problems.push(
            Problem::new(Code::UnfitField, place, message)
                .label(name.place, "the parent")
                .label(other, "the parent's owner")
                .help(format!("name a field that refers to `{theirs}`")),
        );
    }
}

/// The entity whose id the owner field holds.
fn owner_kind(entity: &EntityView<'_>) -> Option<String> {
    let field = entity.field(entity.owner()?)?;
    match Kind::of(field)? {
        Kind::Id => Some(entity.name.to_owned()),
        Kind::Ref => field.entity.as_ref().map(|entity| entity.value.clone()),
        _ => None,
    }
}

/// Notes a field named somewhere that the entity does not have.
pub(crate) fn unknown_field(
    entity: &EntityView<'_>,
    name: &Located<String>,
    problems: &mut Problems,
) {
    // Where the fields themselves are missing, that has been said.
    if entity.document.fields.is_some() {
        problems.push(
            Problem::new(
                Code::UnknownField,
                name.place,
                format!("`{}` has no field `{}`", entity.name, name.value),
            )
            .maybe_help(suggest(&name.value, entity.field_names()))
            .or_help("declare it under `[fields]`"),
        );
    }
}
