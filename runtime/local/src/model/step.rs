//! The steps of a sequence, drawn at random, and the calls that they come to.

use aws_sdk_dynamodb::types::AttributeValue;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::strategy::Union;
use purlin::{Entity, Expected, Order};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::{Call, Changes, Meddling, Question, Read};
use super::domain::{self, Domain};
use super::oracle::Oracle;
use super::shape::Shape;
use super::{order, values};

/// Steps of the longest sequence.
const LONGEST: usize = 20;

/// Changes of the largest update. More of them hide one another.
const CHANGES: usize = 3;

/// One step. What it is about is found in the model when its turn comes.
#[derive(Clone, Debug)]
pub(super) enum Step<E> {
    Create(E),
    Get(Subject<E>),
    BatchGet(Vec<Subject<E>>),
    /// Some attributes become what they are in `like`; with a transition, where there is one.
    Update {
        of: Subject<E>,
        names: Vec<&'static str>,
        like: E,
        version: Version,
    },
    Transition {
        step: Index,
        of: Subject<E>,
        names: Vec<&'static str>,
        like: E,
        version: Version,
    },
    Delete {
        of: Subject<E>,
        version: Version,
    },
    Restore {
        of: Subject<E>,
        version: Version,
    },
    Purge {
        of: Subject<E>,
        version: Version,
    },
    Query {
        access: usize,
        of: Subject<E>,
        order: Option<Order>,
        filter: Option<&'static str>,
        read: Read,
    },
    /// The step, taken by whoever owns what is like this.
    Bounded {
        like: E,
        step: Box<Step<E>>,
    },
    Sweep,
    Meddle {
        of: Index,
        with: Meddling,
    },
}

/// Which item a step is about.
#[derive(Clone, Debug)]
pub(super) enum Subject<E> {
    /// One of those that are there.
    Stored(Index),
    /// One of those that are stored and yet gone for a reader.
    Gone(Index),
    /// Whatever has this key, or shares this partition; mostly nothing.
    Any(E),
}

/// The version that a step expects.
#[derive(Clone, Copy, Debug)]
pub(super) enum Version {
    Any,
    Stored,
    Older,
    Newer,
}

/// Sequences of steps.
pub(super) fn sequences<E>(shape: &Shape<E>) -> BoxedStrategy<Vec<Step<E>>>
where
    E: Entity + DeserializeOwned + Clone + std::fmt::Debug,
{
    let shape = shape.clone();
    let steps = move |domain| prop::collection::vec(steps(&shape, &domain), 1..=LONGEST);
    domain::domains().prop_flat_map(steps).boxed()
}

fn steps<E>(shape: &Shape<E>, domain: &Domain) -> BoxedStrategy<Step<E>>
where
    E: Entity + DeserializeOwned + Clone + std::fmt::Debug,
{
    let entity = entities::<E>(shape, domain);
    let of = prop_oneof![
        10 => any::<Index>().prop_map(Subject::Stored),
        1 => any::<Index>().prop_map(Subject::Gone),
        2 => entity.clone().prop_map(Subject::Any),
    ]
    .boxed();
    let names = subsequence(shape.changeable.clone(), 0..=CHANGES.min(shape.changeable.len()));
    let names = names.boxed();
    let version = select(vec![
        Version::Any,
        Version::Stored,
        Version::Stored,
        Version::Older,
        Version::Newer,
    ]);

    let mut choices = vec![
        (6, entity.clone().prop_map(Step::Create).boxed()),
        (2, of.clone().prop_map(Step::Get).boxed()),
        (1, prop::collection::vec(of.clone(), 0..4).prop_map(Step::BatchGet).boxed()),
        (
            6,
            (of.clone(), names.clone(), entity.clone(), version.clone())
                .prop_map(|(of, names, like, version)| Step::Update { of, names, like, version })
                .boxed(),
        ),
        (
            2,
            (of.clone(), version.clone())
                .prop_map(|(of, version)| Step::Delete { of, version })
                .boxed(),
        ),
        (1, Just(Step::Sweep).boxed()),
        (1, (any::<Index>(), meddlings()).prop_map(|(of, with)| Step::Meddle { of, with }).boxed()),
    ];
    if shape.soft_delete.is_some() {
        let of = prop_oneof![
            6 => any::<Index>().prop_map(Subject::Gone),
            1 => any::<Index>().prop_map(Subject::Stored),
            1 => entity.clone().prop_map(Subject::Any),
        ];
        let of = (of, version.clone()).boxed();
        let restore = of.clone().prop_map(|(of, version)| Step::Restore { of, version });
        choices.push((3, restore.boxed()));
        choices.push((1, of.prop_map(|(of, version)| Step::Purge { of, version }).boxed()));
    }
    if !shape.transitions.is_empty() {
        let names = prop_oneof![3 => Just(Vec::new()), 1 => names];
        let step = (any::<Index>(), of.clone(), names, entity.clone(), version).prop_map(
            |(step, of, names, like, version)| Step::Transition { step, of, names, like, version },
        );
        choices.push((4, step.boxed()));
    }
    if !shape.accesses.is_empty() {
        let order = select(vec![None, Some(Order::Ascending), Some(Order::Descending)]);
        let filter = match shape.changeable.is_empty() {
            true => Just(None).boxed(),
            false => prop::option::weighted(0.2, select(shape.changeable.clone())).boxed(),
        };
        let read = select(vec![
            Read::Pages(20),
            Read::Pages(1),
            Read::Pages(2),
            Read::Pages(3),
            Read::First,
            Read::Count,
        ]);
        let query = (0..shape.accesses.len(), of, order, filter, read).prop_map(
            |(access, of, order, filter, read)| Step::Query { access, of, order, filter, read },
        );
        choices.push((7, query.boxed()));
    }
    let step = Union::new_weighted(choices).boxed();
    if shape.owner.is_none() {
        return step;
    }
    let bounded = (entity, step.clone())
        .prop_map(|(like, step)| Step::Bounded { like, step: Box::new(step) });
    prop_oneof![2 => step, 1 => bounded].boxed()
}

/// Entities as they are created: of the first version.
fn entities<E>(shape: &Shape<E>, domain: &Domain) -> BoxedStrategy<E>
where
    E: Entity + DeserializeOwned + std::fmt::Debug,
{
    let (version, ttl) = (shape.version, shape.ttl);
    let deleted = shape.soft_delete.map(|soft| soft.attribute);
    let read = move |(mut value, far): (Value, Option<&str>)| {
        if let Some(fields) = value.as_object_mut() {
            fields.extend(version.map(|version| (version.to_owned(), 1.into())));
            if let (Some(ttl), Some(far)) = (ttl, far) {
                fields.insert(ttl.to_owned(), far.into());
            }
            if let Some(deleted) = deleted {
                fields.remove(deleted);
            }
        }
        let text = value.to_string();
        serde_json::from_value(value).unwrap_or_else(|error| {
            panic!("{} does not read its own schema's {text}: {error}", E::NAME)
        })
    };
    // Most moments that items are tried with are over, and what has expired answers nothing.
    let far = prop::option::weighted(0.7, select(domain::FAR.to_vec()));
    (values::strategy(&shape.schema, domain), far).prop_map(read).boxed()
}

fn meddlings() -> BoxedStrategy<Meddling> {
    let text = || AttributeValue::S("of a newer release".to_owned());
    select(vec![
        Meddling::Unknown(text()),
        Meddling::Unknown(AttributeValue::L(vec![AttributeValue::Null(true), text()])),
        Meddling::Stranger,
    ])
    .boxed()
}

impl<E: Entity + Clone> Step<E> {
    /// The call that the step comes to; none where it is about an item and there is none, or where an item
    /// lacks the partition asked for.
    pub(super) fn call(&self, oracle: &Oracle<'_, E>) -> Option<Call<E>> {
        let shape = oracle.shape;
        Some(match self {
            Self::Create(entity) => Call::Create(entity.clone()),
            Self::Get(of) => Call::Get(of.entity(oracle)?),
            Self::BatchGet(of) => {
                Call::BatchGet(of.iter().filter_map(|of| of.entity(oracle)).collect())
            }
            Self::Update { of, names, like, version } => {
                let of = of.entity(oracle)?;
                let expected = version.expected(oracle, &of);
                Call::Update { of, changes: changes(names, like, &[]), expected }
            }
            Self::Transition { step, of, names, like, version } => {
                let of = of.entity(oracle)?;
                let expected = version.expected(oracle, &of);
                let step = *step.get(&shape.transitions);
                Call::Transition {
                    of,
                    step,
                    changes: changes(names, like, step.stamped()),
                    expected,
                }
            }
            Self::Delete { of, version } => {
                let of = of.entity(oracle)?;
                let expected = version.expected(oracle, &of);
                Call::Delete { of, expected }
            }
            Self::Restore { of, version } => {
                let of = of.entity(oracle)?;
                let expected = version.expected(oracle, &of);
                Call::Restore { of, expected }
            }
            Self::Purge { of, version } => {
                let of = of.entity(oracle)?;
                let expected = version.expected(oracle, &of);
                Call::Purge { of, expected }
            }
            Self::Bounded { like, step } => {
                let owner = like.to_item().remove(shape.owner?)?.as_s().ok()?.clone();
                match step.call(oracle)? {
                    // Nobody's call at all.
                    call @ (Call::Sweep | Call::Meddle { .. }) => call,
                    call => Call::Bounded { owner, call: Box::new(call) },
                }
            }
            Self::Sweep => Call::Sweep,
            &Self::Query { access, ref of, order, filter, read } => {
                let of = of.entity(oracle)?;
                order::values(shape.keys(access).0, &of.to_item())?;
                // Only texts, numbers and booleans can be compared.
                let item = of.to_item();
                let filter = filter.filter(|name| {
                    shape.can_filter(access, name)
                        && item
                            .get(*name)
                            .is_none_or(|value| value.is_s() || value.is_n() || value.is_bool())
                });
                Call::Query(Question { access, of, order, filter, read })
            }
            Self::Meddle { of, with } => {
                Call::Meddle { of: Subject::Stored(*of).entity(oracle)?, with: with.clone() }
            }
        })
    }
}

impl<E: Entity + Clone> Subject<E> {
    fn entity(&self, oracle: &Oracle<'_, E>) -> Option<E> {
        match self {
            Self::Stored(index) => {
                let stored = oracle.entities();
                (!stored.is_empty()).then(|| index.get(&stored).clone())
            }
            Self::Gone(index) => {
                let gone = oracle.gone();
                (!gone.is_empty()).then(|| index.get(&gone).clone())
            }
            Self::Any(entity) => Some(entity.clone()),
        }
    }
}

impl Version {
    fn expected<E: Entity>(self, oracle: &Oracle<'_, E>, of: &E) -> Expected {
        let stored = oracle.version(of).unwrap_or(1);
        match self {
            Self::Any => Expected::Any,
            Self::Stored => Expected::Version(stored),
            Self::Older => Expected::Version(stored.saturating_sub(1)),
            Self::Newer => Expected::Version(stored + 1),
        }
    }
}

/// The attributes `names`, but for those in `without`, as they are in `like`.
fn changes<E: Entity>(names: &[&'static str], like: &E, without: &[&str]) -> Changes {
    let item = like.to_item();
    let names = names.iter().filter(|name| !without.contains(name));
    Changes(names.map(|name| (*name, item.get(*name).cloned())).collect())
}
