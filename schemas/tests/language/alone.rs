//! One entity alone, as a derive macro sees it: nothing is known of its fields' types.

use purlin_schema::draft::{
    AccessDraft, EntityDocument, EntitySection, FieldDraft, KeyDraft, SoftDeleteDraft, TtlDraft,
};
use purlin_schema::{Code, Located, Place, check_entity};

fn located<T>(value: T) -> Located<T> {
    Located::new(value, Place::default())
}

fn text(value: &str) -> Option<Located<String>> {
    Some(located(value.to_owned()))
}

fn names(values: &[&str]) -> Vec<Located<String>> {
    values.iter().map(|value| located((*value).to_owned())).collect()
}

/// A note in a notebook, with whatever fields it has; those that end in `_at` may be absent.
fn note() -> EntityDocument {
    let field = |name: &str| {
        let draft = FieldDraft {
            kind: text("opaque"),
            optional: name.ends_with("_at").then(|| located(true)),
            ..FieldDraft::default()
        };
        (located(name.to_owned()), draft)
    };
    let fields = ["note_id", "title", "hits", "version", "expires_at", "deleted_at"];
    EntityDocument {
        entity: Some(EntitySection {
            name: text("Note"),
            key: Some(KeyDraft {
                partition: text("NOTE#{note_id}"),
                sort: text("NOTE"),
                ..KeyDraft::default()
            }),
            version: text("version"),
            ..EntitySection::default()
        }),
        fields: Some(fields.into_iter().map(field).collect()),
        ..EntityDocument::default()
    }
}

fn expiring(mut note: EntityDocument, field: &str) -> EntityDocument {
    if let Some(section) = &mut note.entity {
        section.ttl = Some(TtlDraft { field: text(field), ..TtlDraft::default() });
    }
    note
}

fn kept(mut note: EntityDocument, field: &str, retain: &str) -> EntityDocument {
    if let Some(section) = &mut note.entity {
        section.soft_delete = Some(SoftDeleteDraft {
            field: text(field),
            retain: text(retain),
            ..SoftDeleteDraft::default()
        });
    }
    note
}

fn unique(mut note: EntityDocument, fields: &[&str]) -> EntityDocument {
    note.unique = Some([(located("one".to_owned()), names(fields))].into_iter().collect());
    note
}

fn projected(mut note: EntityDocument, index: Option<&str>, fields: &[&str]) -> EntityDocument {
    let draft = AccessDraft {
        index: index.and_then(text),
        partition: index.and_then(|_| text("TITLE#{title}")),
        sort: index.and_then(|_| text("NOTE")),
        project: Some(names(fields)),
        ..AccessDraft::default()
    };
    note.access = Some([(located("by_title".to_owned()), draft)].into_iter().collect());
    note
}

/// Counts a field, and says what else is to be said of it.
fn counting(
    mut note: EntityDocument,
    name: &str,
    more: impl Fn(&mut FieldDraft),
) -> EntityDocument {
    let fields = note.fields.iter().flatten().cloned().map(|(written, mut field)| {
        if written.value == name {
            field.counter = Some(located(true));
            more(&mut field);
        }
        (written, field)
    });
    note.fields = Some(fields.collect());
    note
}

#[test]
fn a_struct_written_by_hand_may_say_all_that_a_schema_may() {
    let note = kept(expiring(note(), "expires_at"), "deleted_at", "2592000s");
    let note = projected(unique(note, &["title", "expires_at"]), Some("GSI1"), &["version"]);
    let model = check_entity(&counting(note, "hits", |_| {})).expect("a valid entity");
    assert_eq!(model.ttl().as_ref().map(|ttl| ttl.field().as_str()), Some("expires_at"));
    let retain = model.soft_delete().as_ref().and_then(|deleted| *deleted.retain());
    assert_eq!(retain, Some(2_592_000));
    assert_eq!(model.uniques().len(), 1);
    assert!(model.field("hits").is_some_and(|hits| *hits.counter()));
    let projection = model.accesses().first().and_then(|access| access.projection().as_ref());
    assert_eq!(projection.map(Vec::len), Some(1));
}

#[test]
fn what_needs_no_types_is_checked_all_the_same() {
    let check = |note: EntityDocument, code: Code, message: &str| {
        let problems = check_entity(&note).expect_err("a problem");
        let found: Vec<_> =
            problems.iter().map(|problem| (problem.code, problem.message.as_str())).collect();
        assert_eq!(found, [(code, message)]);
    };
    check(expiring(note(), "expires"), Code::UnknownField, "`Note` has no field `expires`");
    check(
        expiring(note(), "version"),
        Code::UnfitField,
        "`version` cannot tell when `Note` items expire",
    );
    check(
        kept(note(), "title", "30d"),
        Code::UnfitField,
        "`title` cannot tell when `Note` items were deleted",
    );
    check(kept(note(), "deleted_at", "0s"), Code::InvalidDuration, "`0s` lasts no time");
    check(
        kept(expiring(note(), "deleted_at"), "deleted_at", "30d"),
        Code::UnfitField,
        "`deleted_at` cannot tell both when an item expires and when it was deleted",
    );
    check(unique(note(), &["title", "titel"]), Code::UnknownField, "`Note` has no field `titel`");
    check(
        unique(note(), &["version"]),
        Code::UnfitForUnique,
        "`version` counts writes, so it cannot be unique",
    );
    check(
        projected(note(), Some("GSI1"), &["titel"]),
        Code::UnknownField,
        "`Note` has no field `titel`",
    );
    check(
        projected(note(), None, &["title"]),
        Code::InapplicableOption,
        "`project` does not apply to a pattern of the table itself",
    );
    check(
        counting(note(), "expires_at", |_| {}),
        Code::InapplicableOption,
        "a counter is never absent",
    );
    check(
        counting(note(), "hits", |hits| hits.set = text("on_write")),
        Code::InapplicableOption,
        "a counter is added to, and holds no time",
    );
    check(
        counting(note(), "version", |_| {}),
        Code::UnfitField,
        "the counter `version` cannot be the version",
    );
    check(
        counting(note(), "note_id", |_| {}),
        Code::UnfitForKey,
        "`note_id` counts, so no key can hold it",
    );
    check(
        counting(projected(note(), Some("GSI1"), &[]), "title", |_| {}),
        Code::UnfitForKey,
        "`title` counts, so no key can hold it",
    );
}
