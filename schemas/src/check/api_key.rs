//! API keys: an entity of credentials has what a credential needs, and there is one such entity.

use super::view::{is_optional, operation_kind};
use super::{AccessView, EntityView, Kind, Scope, View};
use crate::draft::{AccessKeyDraft, FieldDraft};
use crate::model::OperationKind;
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};

/// The letters of a prefix.
const PREFIX: std::ops::RangeInclusive<usize> = 2..=16;

/// What an answer calls the key itself.
const KEY: &str = "key";

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    let mut first: Option<(&EntityView<'_>, &AccessKeyDraft)> = None;
    for entity in &view.entities {
        let Some(draft) = &entity.document.api_key else { continue };
        match first {
            Some((other, told)) => {
                let message = format!("`{}` and `{}` are both API keys", other.name, entity.name);
                problems.push(
                    Problem::new(Code::DuplicateName, draft.place, message)
                        .label(told.place, "the first")
                        .help("keep one: a key's text does not say which entity it is of"),
                );
            }
            None => first = Some((entity, draft)),
        }
        prefix(draft, problems);
        fields(entity, draft, problems);
        entity_of(entity, draft, problems);
    }
}

/// The field's role among what a key is stored as, if it has one.
pub(crate) fn is_issued(entity: &EntityView<'_>, name: &str) -> bool {
    let Some(draft) = &entity.document.api_key else { return false };
    [&draft.hash, &draft.shown, &draft.role, &draft.last_used]
        .into_iter()
        .flatten()
        .any(|field| field.value == name)
}

/// The access pattern that finds a key by its id alone.
pub(crate) fn finder<'e, 'a>(entity: &'e EntityView<'a>) -> Option<&'e AccessView<'a>> {
    let is_id = |name: &str| entity.field(name).and_then(Kind::of) == Some(Kind::Id);
    entity.accesses.iter().find(|access| {
        access.draft.index.is_some()
            && access.draft.project.is_none()
            && access.partition.as_ref().is_some_and(|partition| {
                let mut fields = partition.fields();
                fields.next().is_some_and(is_id) && fields.next().is_none()
            })
    })
}

fn prefix(draft: &AccessKeyDraft, problems: &mut Problems) {
    let Some(prefix) = &draft.prefix else { return };
    let letters = prefix.value.bytes().all(|byte| byte.is_ascii_lowercase());
    if !letters || !PREFIX.contains(&prefix.value.len()) {
        let message = format!("`{}` is not a valid prefix of API keys", prefix.value);
        problems.push(
            Problem::new(Code::InvalidName, prefix.place, message)
                .help("write 2 to 16 lower-case letters, for example `ap`"),
        );
    }
}

fn fields(entity: &EntityView<'_>, draft: &AccessKeyDraft, problems: &mut Problems) {
    let text = |field: &FieldDraft| Kind::of(field) == Some(Kind::String) && !is_optional(field);
    let texts = |field: &FieldDraft| {
        let items = field.items.as_deref().and_then(Kind::of);
        Kind::of(field) == Some(Kind::Set) && items == Some(Kind::String) && !is_optional(field)
    };
    let moment =
        |field: &FieldDraft| Kind::of(field) == Some(Kind::Timestamp) && is_optional(field);
    type Fits<'f> = &'f dyn Fn(&FieldDraft) -> bool;
    let wanted: [(&Option<Located<String>>, Fits<'_>, &str); 5] = [
        (&draft.hash, &text, "a `string` that is never absent"),
        (&draft.shown, &text, "a `string` that is never absent"),
        (&draft.role, &text, "a `string` that is never absent"),
        (&draft.permissions, &texts, "a `set` of `string` that is never absent"),
        (&draft.last_used, &moment, "an optional `timestamp`"),
    ];
    for (name, fits, form) in wanted {
        let Some(name) = name else { continue };
        match entity.field(&name.value) {
            None => super::entity::unknown_field(entity, name, problems),
            Some(field) if Kind::of(field).is_some() && !fits(field) => problems.push(
                Problem::new(
                    Code::UnfitField,
                    name.place,
                    format!("`{}` cannot hold this of an API key", name.value),
                )
                .label(field.place, "the field")
                .help(format!("make it {form}")),
            ),
            Some(_) => {}
        }
    }
    let named = [&draft.hash, &draft.shown, &draft.role, &draft.permissions];
    let named: Vec<&Located<String>> = named.into_iter().flatten().collect();
    for (at, name) in named.iter().enumerate() {
        if let Some(other) = named[..at].iter().find(|other| other.value == name.value) {
            problems.push(
                Problem::new(
                    Code::DuplicateName,
                    name.place,
                    format!("`{}` would hold two things", name.value),
                )
                .label(other.place, "the other")
                .help("name a field for each"),
            );
        }
    }
}

fn entity_of(entity: &EntityView<'_>, draft: &AccessKeyDraft, problems: &mut Problems) {
    let mut lacks = |what: &str, help: &str| {
        problems.push(
            Problem::new(
                Code::IncompleteApiKey,
                draft.place,
                format!("`{}` is an API key, and lacks {what}", entity.name),
            )
            .help(help),
        );
    };
    if !entity.clear {
        return;
    }
    if entity.owner().is_none() {
        lacks("an owner", "add `owner = \"…\"` to `[entity]`: whom a key speaks for");
    }
    if !entity.fields().any(|(_, field)| Kind::of(field) == Some(Kind::Id)) {
        lacks("an id", "add a field of type `id` to `[fields]`");
    } else if finder(entity).is_none() {
        lacks(
            "an access pattern that finds it by its id alone",
            "add one on an index that holds whole items, with `partition = \"KEY#{…}\"` of the id",
        );
    }
    if let Some((name, _)) = entity.fields().find(|(name, _)| name.value == KEY) {
        problems.push(
            Problem::new(Code::ReservedWord, name.place, format!("`{KEY}` is a reserved word"))
                .saying("an answer calls the key itself so")
                .help("choose another name"),
        );
    }
    for (name, operation) in entity.operations() {
        let public = operation.public.as_ref().filter(|public| public.value);
        if let (Some(OperationKind::Create), Some(public)) =
            (operation_kind(&name.value, operation), public)
        {
            problems.push(
                Problem::new(
                    Code::OperationWithoutPermission,
                    public.place,
                    format!("operation `{}` gives credentials to anybody", name.value),
                )
                .help("name a permission: a key may do no more than whoever makes it"),
            );
        }
    }
}
