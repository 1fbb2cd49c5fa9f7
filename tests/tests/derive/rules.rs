//! Expiry, soft deletion, unique values and narrowing: what the attributes say is what the runtime
//! is told.

use purlin::dynamodb::AttributeValue;
use purlin::{
    Access, Changes, End, Entity, Id, IndexProjection, KeyKind, Next, Part, Patch, Projected,
    Projection, SoftDelete, Timestamp, Update,
};
use serde::Deserialize;

use super::State;

/// An item that every rule holds for.
#[derive(Clone, Debug, PartialEq, Deserialize, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "LOAN#{loan_id}", sort = "METADATA", id = "loan", owner = reader)]
#[entity(index(by_reader, on = GSI1, partition = "READER#{reader}", sort = "{state}#{due_at}#{shelf.row}", project = Due))]
#[entity(index(by_state, on = GSI2, partition = "STATE#{state}", sort = "LOAN#{copy}#{reader}-#{due_at}"))]
#[entity(access(of_loan))]
#[entity(ttl = due_at, soft_delete(returned_at, retain = 86400))]
#[entity(unique(copy(copy), shelf_mark(reader, mark)))]
struct Loan {
    loan_id: Id<Loan>,
    reader: String,
    copy: i64,
    mark: Option<String>,
    shelf: Shelf,
    #[entity(status)]
    state: State,
    due_at: Timestamp,
    returned_at: Option<Timestamp>,
    #[entity(counter)]
    renewals: u32,
}

#[derive(Clone, Debug, PartialEq, Deserialize, purlin::Attribute)]
struct Shelf {
    row: i64,
}

#[derive(Projection)]
#[projection(entity = Loan)]
#[serde(rename_all = "camelCase")]
struct Due {
    due_at: Timestamp,
}

/// An entity with the shorter forms.
#[derive(Entity)]
#[entity(partition = "GUEST#{name}", sort = "GUEST")]
#[entity(ttl = until, soft_delete = gone)]
struct Guest {
    name: String,
    until: Option<Timestamp>,
    gone: Option<Timestamp>,
}

#[test]
fn the_rules_are_told_in_constants() {
    assert_eq!(Loan::TTL, Some("dueAt"));
    assert_eq!(
        Loan::SOFT_DELETE,
        Some(SoftDelete { attribute: "returnedAt", retain_seconds: Some(86_400) })
    );
    assert_eq!(Guest::TTL, Some("until"));
    assert_eq!(Guest::SOFT_DELETE, Some(SoftDelete { attribute: "gone", retain_seconds: None }));
    assert!(Guest::UNIQUE.is_empty());
    let rules: Vec<_> = Loan::UNIQUE.iter().map(|unique| (unique.name, unique.fields)).collect();
    let field = |path, kind| Part::Field { path, kind };
    assert_eq!(
        rules,
        [
            ("copy", &[field(&["copy"], KeyKind::Integer)][..]),
            ("shelf_mark", &[field(&["reader"], KeyKind::Text), field(&["mark"], KeyKind::Text)]),
        ]
    );
}

#[test]
fn an_index_holds_what_its_projection_reads() {
    assert_eq!(Loan::INDEXES[0].projection, IndexProjection::Include(&["dueAt"]));
    assert_eq!(Loan::INDEXES[1].projection, IndexProjection::All);
    let item = [("dueAt".to_owned(), AttributeValue::S("2026-01-02T03:04:05.678Z".to_owned()))];
    let due = Due::from_item(item.into()).expect("it is all there is");
    assert_eq!(due.due_at.to_string(), "2026-01-02T03:04:05.678Z");
}

#[test]
fn a_query_is_narrowed_by_the_fields_of_its_sort_key_in_order() {
    // The types are what is shown: to the first field inside an object, or one that no `#` follows.
    let _: Access<Loan, Next<State, Next<Timestamp, End>>, Projected<Due>> = Loan::by_reader("Ann");
    let _: Access<Loan, Next<i64, End>> = Loan::by_state(&State::InTransit);
    let _: Access<Loan> = Loan::of_loan(&Id::new());
}

/// What a reader may ask for.
#[derive(Patch)]
#[patch(entity = Loan)]
#[serde(rename_all = "camelCase")]
struct LoanPatch {
    copy: Option<i64>,
    due_at: Option<Timestamp>,
}

#[test]
fn changes_and_patches_tell_the_same() {
    let due_at: Timestamp = "2026-01-02T03:04:05.678Z".parse().expect("a time");
    let told = |apply: &dyn Fn(&mut Update)| {
        let mut update = Update::default();
        apply(&mut update);
        format!("{update:?}")
    };
    let patch = || LoanPatch { copy: Some(7), due_at: Some(due_at) };
    let loan = Loan::fields();
    let changes = Changes::new().set(loan.copy(), 7).set(loan.due_at(), due_at);
    assert_eq!(
        told(&|update| changes.clone().apply(update)),
        told(&|update| patch().apply(update))
    );
}
