//! The model finds what it is there to find: each fault here is one that a repository might have.

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{Attribute, Entity, Expected, KeyKind, Order, Part, Template, Timestamp, Transition};
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::{Answer, Call, Refusal};
use super::*;

mod kept;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Attribute, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    New,
    Used,
    Broken,
}

#[derive(Clone, Debug, PartialEq, Entity, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "BOX#{box_name}", sort = "THING#{number}", version = version)]
#[entity(access(in_box))]
#[entity(index(by_color, on = GSI1, partition = "COLOR#{color}", sort = "THING#{weight}#{label}"))]
#[entity(index(by_label, on = GSI2, partition = "LABEL#{label}#{box_name}", sort = "THING#{color}#{number}"))]
struct Thing {
    box_name: String,
    number: i64,
    color: Option<String>,
    weight: f64,
    label: String,
    state: State,
    used_at: Option<Timestamp>,
    #[entity(set = on_write)]
    updated_at: Timestamp,
    version: u64,
}

/// The same sequences each time: what finds a fault today finds it tomorrow.
const DRAW: Draw = Draw { cases: 256, simpler: 300, seed: 1 };

type Things = Box<Repository<Thing>>;
type Right<'p, E> = Subjected<'p, E, Box<Repository<E>>>;

const USE: Transition<Thing> =
    Transition::new("use", "state", &["new"], "used").stamping(&["usedAt"]);
const BREAK: Transition<Thing> = Transition::new("break", "state", &[], "broken");

fn plan() -> Plan<Thing, Things> {
    Plan::new(|ctx| Box::new(Repository::new(ctx)))
        .access("in_box", Order::Ascending, |(things, thing): (&Things, &Thing)| {
            Some(things.query(Thing::in_box(&thing.box_name)))
        })
        .access("by_color", Order::Ascending, |(things, thing)| {
            Some(things.query(Thing::by_color(thing.color.as_deref()?)))
        })
        .access("by_label", Order::Ascending, |(things, thing)| {
            Some(things.query(Thing::by_label(&thing.label, &thing.box_name)))
        })
        .transition(USE)
        .transition(BREAK)
}

/// A repository that answers as `answer` says.
struct Faulty<'p, E: Entity, F> {
    right: Right<'p, E>,
    answer: F,
}

impl<'p, E, F> Subject<E> for Faulty<'p, E, F>
where
    E: Entity,
    F: AsyncFn(&Right<'p, E>, &Call<E>) -> anyhow::Result<Answer<E>>,
{
    async fn answer(&self, call: &Call<E>) -> anyhow::Result<Answer<E>> {
        (self.answer)(&self.right, call).await
    }
}

/// What a repository of `plan` that answers so fails with.
#[track_caller]
fn failure_of<E, F>(plan: &Plan<E, Box<Repository<E>>>, draw: Draw, answer: F) -> String
where
    E: Tried,
    F: for<'p> AsyncFn(&Right<'p, E>, &Call<E>) -> anyhow::Result<Answer<E>>,
{
    let outcome = compare_with(&Shape::of(plan), plan, |right| Faulty { right, answer }, draw);
    outcome.expect_err("the fault is found")
}

/// What the right repository of `plan` fails with where the model is told something else of its entity.
#[track_caller]
fn difference_of<E: Tried>(
    plan: &Plan<E, Box<Repository<E>>>,
    draw: Draw,
    change: impl FnOnce(&mut Shape<E>),
) -> String {
    let mut shape = Shape::of(plan);
    change(&mut shape);
    compare_with(&shape, plan, |right| right, draw).expect_err("the difference is found")
}

/// What an entity of a model test is.
trait Tried: Entity + JsonSchema + DeserializeOwned + PartialEq + Debug + Clone {}

impl<E: Entity + JsonSchema + DeserializeOwned + PartialEq + Debug + Clone> Tried for E {}

/// What a repository of things that answers so fails with.
#[track_caller]
fn failure<F>(answer: F) -> String
where
    F: for<'p> AsyncFn(&Right<'p, Thing>, &Call<Thing>) -> anyhow::Result<Answer<Thing>>,
{
    failure_of(&plan(), DRAW, answer)
}

#[track_caller]
fn failure_of_shape(change: impl FnOnce(&mut Shape<Thing>)) -> String {
    difference_of(&plan(), DRAW, change)
}

/// The calls that a failure tells, without the answers.
fn calls(failure: &str) -> Vec<&str> {
    let numbered =
        |line: &&str| line.trim_start().starts_with(|first: char| first.is_ascii_digit());
    failure
        .lines()
        .filter(numbered)
        .map(|line| line.split_once(". ").map_or(line, |(_, call)| call))
        .collect()
}

#[test]
fn a_right_repository_is_found_right() {
    plan().check();
}

/// The update is right, and so is its answer; but the item stays where it was in its index.
#[test]
fn an_update_that_forgets_the_index_is_found_in_few_calls() {
    let failure = failure(async |right, call| {
        let Call::Update { of, .. } = call else { return right.answer(call).await };
        let same = |item: &purlin::Item| {
            order::identity(Thing::KEY_ATTRIBUTES, item)
                == order::identity(Thing::KEY_ATTRIBUTES, &of.to_item())
        };
        let before = right.table.items().await?.into_iter().find(same);
        let answer = right.answer(call).await?;
        if let (Answer::One(_), Some(before)) = (&answer, before) {
            let after = right.table.items().await?.into_iter().find(same);
            let mut after = after.unwrap_or_default();
            for key in ["GSI1PK", "GSI1SK"] {
                after.remove(key);
                after.extend(before.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            right.table.put(after).await?;
        }
        Ok(answer)
    });
    let calls = calls(&failure);
    assert!(calls.len() <= 4 && calls.iter().any(|call| call.starts_with("update ")), "{failure}");
    assert!(calls.last().is_some_and(|call| call.starts_with("query by_color")), "{failure}");
    assert!(failure.contains("\n  repository: ") && failure.contains("\n  model: "), "{failure}");
}

#[test]
fn keys_that_sort_otherwise_are_found() {
    /// By the label first.
    const SORT: Template = &[
        Part::Literal("THING#"),
        Part::Field { path: &["label"], kind: KeyKind::Text },
        Part::Field { path: &["weight"], kind: KeyKind::Number },
    ];
    let failure = failure_of_shape(|shape| {
        shape.indexes[0].sort = SORT;
    });
    assert_eq!(calls(&failure).len(), 3, "{failure}");
    let failure = failure_of_shape(|shape| shape.accesses[0].1 = Order::Descending);
    assert!(
        calls(&failure).last().is_some_and(|call| call.starts_with("query in_box")),
        "{failure}"
    );
}

#[test]
fn an_index_that_holds_what_lacks_a_part_is_found() {
    /// Without the part that a thing may lack.
    const PARTITION: Template = &[Part::Literal("COLOR#")];
    failure_of_shape(|shape| {
        shape.indexes[0].partition = PARTITION;
    });
}

#[test]
fn a_write_that_takes_any_version_is_found() {
    let failure = failure(async |right, call| {
        let mut call = call.clone();
        if let Call::Update { expected, .. } | Call::Delete { expected, .. } = &mut call {
            *expected = Expected::Any;
        }
        right.answer(&call).await
    });
    assert!(failure.contains("\n  model: refused, stale"), "{failure}");
}

#[test]
fn a_creation_that_overwrites_is_found() {
    let failure = failure(async |right, call| {
        if let Call::Create(entity) = call {
            right.answer(&Call::Delete { of: entity.clone(), expected: Expected::Any }).await?;
        }
        right.answer(call).await
    });
    assert!(failure.contains("\n  repository: done\n  model: refused, a conflict"), "{failure}");
}

#[test]
fn a_step_that_starts_anywhere_is_found() {
    let failure = failure(async |right, call| {
        let mut call = call.clone();
        if let Call::Transition { step, .. } = &mut call {
            *step = Transition::new(step.name(), step.attribute(), &[], step.to())
                .stamping(step.stamped());
        }
        right.answer(&call).await
    });
    assert!(failure.contains("\n  model: refused, a conflict"), "{failure}");
}

#[test]
fn a_write_that_sets_no_time_is_found() {
    for name in ["updatedAt", "usedAt"] {
        let failure = failure(async |right, call| {
            let answer = right.answer(call).await?;
            let Answer::One(entity) = &answer else { return Ok(answer) };
            let mut item = entity.to_item();
            let old = AttributeValue::S("2026-01-01T00:00:00.000Z".to_owned());
            if item.contains_key(name) && !matches!(call, Call::Delete { .. }) {
                item.insert(name.to_owned(), old);
            }
            Ok(Answer::One(Thing::from_item(item)?))
        });
        assert!(
            failure.contains(&format!("now as {name}")) || failure.contains("usedAt"),
            "{failure}"
        );
    }
}

#[test]
fn an_update_that_loses_what_it_does_not_know_is_found() {
    let failure = failure(async |right, call| {
        let answer = right.answer(call).await?;
        if matches!(call, Call::Update { .. }) {
            for mut item in right.table.items().await? {
                if item.remove(oracle::UNKNOWN).is_some() {
                    right.table.put(item).await?;
                }
            }
        }
        Ok(answer)
    });
    assert!(
        calls(&failure).last().is_some_and(|call| *call == "what the table holds"),
        "{failure}"
    );
}

#[test]
fn pages_that_end_early_or_skip_are_found() {
    for skips in [true, false] {
        let failure = failure(async |right, call| {
            let mut answer = right.answer(call).await?;
            if let Answer::Pages(pages) = &mut answer
                && pages.len() > 1
            {
                if skips { drop(pages.pop()) } else { drop(pages[1].pop()) }
            }
            Ok(answer)
        });
        assert!(
            calls(&failure).last().is_some_and(|call| call.contains("pages of 1")),
            "{failure}"
        );
    }
}

#[test]
fn a_filter_that_is_not_heeded_is_found() {
    let failure = failure(async |right, call| {
        let mut call = call.clone();
        if let Call::Query(question) = &mut call {
            question.filter = None;
        }
        right.answer(&call).await
    });
    assert!(failure.contains(", where "), "{failure}");
}

#[test]
fn an_error_that_nothing_foresees_is_told_whole() {
    let failure = failure(async |right, call| match call {
        Call::Delete { .. } => {
            Ok(Answer::Refused(Refusal::Other("the disk is on fire".to_owned())))
        }
        _ => right.answer(call).await,
    });
    assert!(calls(&failure).len() <= 2, "{failure}");
    assert!(failure.contains("repository: failed: the disk is on fire"), "{failure}");
}
