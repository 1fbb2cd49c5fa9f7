//! Model-based tests of repositories: whatever is done to one entity, in whatever order, its repository must answer
//! as a model in memory does.
//!
//! [`Plan::check`] draws sequences of calls at random (creations, updates, steps, removals, reads, queries by every access
//! pattern), makes each, and compares the answer with the model's, which knows nothing of keys and their encoding. A
//! sequence that fails is made as short as possible, and told with both answers.
//!
//! | Variable | Says |
//! |---|---|
//! | `PURLIN_TEST_ENDPOINT` | another DynamoDB than the embedded one; its indexes must be consistent at once |
//! | `PURLIN_MODEL_CASES` | how many sequences; 256 where nothing is said |
//! | `PURLIN_MODEL_SEED` | what a failure named, for the same sequences again |

mod access;
mod call;
mod compare;
mod domain;
mod foresee;
mod oracle;
mod order;
mod plan;
mod report;
mod run;
mod shape;
mod step;
mod subject;
mod values;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Deref;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use purlin::{App, Entity, Repository, TableIndex};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use self::shape::Shape;
use self::subject::{Subject, Subjected, Table};
use crate::platform::Platform;

pub use plan::{Plan, Reach};

/// Sequences of a test, where `PURLIN_MODEL_CASES` does not say.
const CASES: u32 = 256;

/// Attempts at making a sequence that fails simpler.
const SIMPLER: u32 = 4_000;

impl<E, R> Plan<E, R>
where
    E: Entity + JsonSchema + DeserializeOwned + PartialEq + Debug + Clone,
    R: Deref<Target = Repository<E>>,
{
    /// Tests the repository against its model.
    ///
    /// # Panics
    /// If an answer is not the model's, with the sequence that led to it; or if the test cannot be made.
    pub fn check(&self) {
        let outcome = Draw::of_environment()
            .and_then(|draw| compare_with(&Shape::of(self), self, |subject| subject, draw));
        if let Err(failure) = outcome {
            panic!("{failure}");
        }
    }
}

/// Compares what `wrap` makes of the plan's repository with the model of `shape`.
fn compare_with<'p, E, R, S>(
    shape: &Shape<E>,
    plan: &'p Plan<E, R>,
    wrap: impl FnOnce(Subjected<'p, E, R>) -> S,
    draw: Draw,
) -> Result<(), String>
where
    E: Entity + DeserializeOwned + PartialEq + Debug + Clone,
    R: Deref<Target = Repository<E>>,
    S: Subject<E>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime can be started: {error}"))?;
    let app = plan.app.map_or_else(|| App::new("model").indexes(indexes(shape)), |app| app());
    let platform = runtime.block_on(Platform::for_test(app));
    let table = || Table { client: platform.client().clone(), name: platform.table().to_owned() };
    let repository = (plan.open)(&platform.context());
    let subject =
        wrap(Subjected { plan, shared: platform.shared().clone(), repository, table: table() });
    let run = |steps: &[_]| runtime.block_on(run::run(shape, &subject, &table(), steps));
    let config = Config {
        cases: draw.cases,
        failure_persistence: None,
        max_shrink_iters: draw.simpler,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, draw.random());
    let outcome =
        runner.run(&step::sequences(shape), |steps| run(&steps).map_err(TestCaseError::fail));
    outcome.map_err(|error| match error {
        TestError::Fail(reason, steps) => {
            let reason = shortest(steps, run).unwrap_or_else(|| reason.to_string());
            format!("{reason}\n  again: PURLIN_MODEL_SEED={}", draw.seed)
        }
        TestError::Abort(reason) => reason.to_string(),
    })
}

/// What a sequence fails with once no step of it can be left out. Steps that were needed while others were not yet
/// simple may not be any more.
fn shortest<S: Clone>(
    mut steps: Vec<S>,
    run: impl Fn(&[S]) -> Result<(), String>,
) -> Option<String> {
    let mut failure = run(&steps).err()?;
    let mut place = 0;
    while place < steps.len() {
        let mut without = steps.clone();
        without.remove(place);
        match run(&without) {
            Err(still) => (steps, failure, place) = (without, still, 0),
            Ok(()) => place += 1,
        }
    }
    Some(failure)
}

/// The indexes of the entity's table, for as long as the process runs, which is what an application has.
fn indexes<E>(shape: &Shape<E>) -> &'static [TableIndex] {
    let names = shape.indexes.iter().map(|index| (index.name, TableIndex::all(index.name)));
    let indexes: BTreeMap<_, _> = names.collect();
    indexes.into_values().collect::<Vec<_>>().leak()
}

/// Which sequences are drawn.
#[derive(Clone, Copy)]
struct Draw {
    cases: u32,
    /// Attempts at making a sequence that fails simpler.
    simpler: u32,
    seed: u64,
}

impl Draw {
    /// As many as the environment says; others than any test before, unless it says which.
    fn of_environment() -> Result<Self, String> {
        let mut seed = [0; 8];
        seed.copy_from_slice(&uuid::Uuid::now_v7().as_bytes()[8..]);
        Ok(Self {
            cases: number("PURLIN_MODEL_CASES", CASES)?,
            simpler: SIMPLER,
            seed: number("PURLIN_MODEL_SEED", u64::from_le_bytes(seed))?,
        })
    }

    fn random(self) -> TestRng {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
    }
}

fn number<N: std::str::FromStr>(variable: &str, usual: N) -> Result<N, String> {
    match std::env::var(variable) {
        Ok(text) if !text.is_empty() => {
            text.parse().map_err(|_| format!("`{variable}` is `{text}`, which is no number"))
        }
        _ => Ok(usual),
    }
}

#[cfg(test)]
mod tests;
