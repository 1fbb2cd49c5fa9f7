//! One sequence: each call made and foreseen, and at its end the table and every access pattern looked at.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};

use purlin::{Entity, Timestamp};

use super::call::{Call, Question, Read};
use super::foresee::Prediction;
use super::oracle::Oracle;
use super::shape::Shape;
use super::step::Step;
use super::subject::{Subject, Table};
use super::{compare, order, report};

/// Runs the steps against `subject`, whose table is empty, and empties it again.
///
/// # Errors
/// An answer is not the one that the model foresaw; the error tells the whole sequence.
pub(super) async fn run<E: Entity + PartialEq + Debug + Clone>(
    shape: &Shape<E>,
    subject: &impl Subject<E>,
    table: &Table,
    steps: &[Step<E>],
) -> Result<(), String> {
    let mut oracle = Oracle::new(shape);
    let mut history = History::default();
    let answered = sequence(&mut oracle, subject, steps, &mut history).await;
    // Also after a failure: the next, simpler sequence begins with nothing.
    let stored = table.empty().await.map_err(|error| format!("{error:#}"))?;
    answered?;
    let stored: Vec<_> = stored.iter().map(|item| compare::own(shape, item)).collect();
    if !compare::are_stored(&oracle.stored(), &stored) {
        let expected: Vec<_> = oracle.stored().into_iter().map(|(item, _)| item).collect();
        let (repository, model) = (report::items(&stored), report::items(&expected));
        return Err(history.differ("what the table holds", &repository, &model));
    }
    Ok(())
}

/// Makes every call, then a query for everything that there is.
async fn sequence<E: Entity + PartialEq + Debug + Clone>(
    oracle: &mut Oracle<'_, E>,
    subject: &impl Subject<E>,
    steps: &[Step<E>],
    history: &mut History,
) -> Result<(), String> {
    for step in steps {
        if let Some(call) = step.call(oracle) {
            let prediction = make(oracle, subject, &call, history).await?;
            history.add(&report::call(oracle.shape, &call), &prediction);
        }
    }
    for call in everything(oracle) {
        make(oracle, subject, &call, history).await?;
    }
    Ok(())
}

/// Makes a call and compares its answer with what was foreseen.
async fn make<E: Entity + PartialEq + Debug>(
    oracle: &mut Oracle<'_, E>,
    subject: &impl Subject<E>,
    call: &Call<E>,
    history: &History,
) -> Result<Prediction, String> {
    let told = || report::call(oracle.shape, call);
    let made = if let Call::Bounded { call, .. } = call { call } else { call };
    if let Call::Create(entity) = made
        && let Some(other) = compare::read_back(entity)
    {
        return Err(history.differ(
            &format!("{}: what is written is read as another", told()),
            &format!("{other:?}"),
            &format!("{entity:?}"),
        ));
    }
    let prediction = oracle.predict(call);
    let start = Timestamp::now();
    let answer = subject.answer(call).await.map_err(|error| format!("{}: {error:#}", told()))?;
    if !compare::is_as_predicted(&prediction, &answer, start) {
        let (repository, model) = (report::answer(&answer), report::prediction(&prediction));
        return Err(history.differ(&told(), &repository, &model));
    }
    oracle.follow(call, &answer);
    Ok(prediction)
}

/// A query of every partition that an item lies in, by every access pattern, as far as no other has the same.
fn everything<E: Entity + Clone>(oracle: &Oracle<'_, E>) -> Vec<Call<E>> {
    let mut calls = Vec::new();
    for access in 0..oracle.shape.accesses.len() {
        let (partition, _) = oracle.shape.keys(access);
        let mut seen = BTreeSet::new();
        for of in oracle.entities() {
            if order::values(partition, &of.to_item()).is_some_and(|values| seen.insert(values)) {
                let read = Read::Pages(20);
                calls.push(Call::Query(Question { access, of, order: None, filter: None, read }));
            }
        }
    }
    calls
}

/// What was called so far, and how it ended.
#[derive(Default)]
struct History {
    lines: Vec<String>,
}

impl History {
    fn add(&mut self, call: &str, prediction: &Prediction) {
        let refused = match prediction {
            Prediction::Refused(_) => format!(" ({})", report::prediction(prediction)),
            _ => String::new(),
        };
        self.lines.push(format!("{call}{refused}"));
    }

    /// The whole story, with `last`, whose answers differ.
    fn differ(&self, last: &str, repository: &str, model: &str) -> String {
        let mut text = String::from("the repository does not answer as its model:\n");
        for (number, line) in self.lines.iter().map(String::as_str).chain([last]).enumerate() {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "  {}. {line}", number + 1);
        }
        let _ = write!(text, "  repository: {repository}\n  model: {model}");
        text
    }
}
