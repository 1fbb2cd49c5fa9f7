//! Whatever the bus refuses, and whenever: nothing is lost, and nothing overtakes what happened to the same item before.

use std::collections::{HashMap, HashSet};

use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use purlin::stream::Record;

use super::bus::{Answer, Entry, FaultBus};
use super::stand::{Stand, process};

/// Items, and events of each.
const ITEMS: usize = 12;
const EVENTS: u64 = 12;

/// Scripts that are tried beside each other.
const SCRIPTS: usize = 32;

/// What the bus does with one request.
#[derive(Clone, Debug)]
enum Act {
    /// Refuses the entries in these places.
    Refuse(Vec<bool>),
    Fail,
    Lose,
    Reset,
}

/// What happens from the first record to the last.
#[derive(Clone, Debug)]
struct Script {
    acts: Vec<Act>,
    /// How many records each call is handed at most.
    batches: Vec<usize>,
    /// Before which calls the process ends.
    ends: Vec<bool>,
}

fn script() -> impl Strategy<Value = Script> {
    let act = prop_oneof![
        6 => vec(any::<bool>(), 10).prop_map(Act::Refuse),
        1 => Just(Act::Fail),
        1 => Just(Act::Lose),
        1 => Just(Act::Reset),
    ];
    let acts = vec(act, 5..30);
    (acts, vec(1_usize..60, 1..20), vec(any::<bool>(), 1..20))
        .prop_map(|(acts, batches, ends)| Script { acts, batches, ends })
}

/// What went wrong, of everything that a bus has taken.
#[derive(Debug, Default, PartialEq)]
struct Count {
    lost: usize,
    reordered: usize,
    /// Sent again under another id.
    renamed: usize,
}

fn count(taken: &[Entry]) -> Count {
    let mut count = Count::default();
    let mut ids: HashSet<&str> = HashSet::new();
    let mut newest: HashMap<String, u64> = HashMap::new();
    let mut seen: HashSet<(String, u64)> = HashSet::new();
    for entry in taken {
        if !ids.insert(&entry.id) {
            continue;
        }
        let (key, version) = entry.entity();
        let newest = newest.entry(key.clone()).or_default();
        count.reordered += usize::from(version < *newest);
        *newest = version.max(*newest);
        count.renamed += usize::from(!seen.insert((key, version)));
    }
    count.lost = ITEMS * usize::try_from(EVENTS).expect("few") - seen.len();
    count
}

/// Relays everything while the bus follows the script, and takes what comes behind its end.
async fn play(stand: &Stand, records: &[Record], script: &Script) -> Vec<Entry> {
    let bus = FaultBus::start().await;
    let mut acts = script.acts.clone().into_iter();
    bus.answers(move |_| match acts.next() {
        Some(Act::Refuse(refused)) => {
            let code = |refused| if refused { "ThrottlingException" } else { "" };
            Answer::Each(refused.into_iter().map(code).collect())
        }
        Some(Act::Fail) => Answer::Whole(500, "InternalFailure"),
        Some(Act::Lose) => Answer::Lost,
        Some(Act::Reset) => Answer::Reset,
        None => Answer::taken(),
    });
    let mut shared = process(&stand.platform, bus.endpoint());
    let mut position = 0;
    let calls = script.batches.iter().cycle().zip(script.ends.iter().cycle());
    for (batch, ends) in calls {
        if position == records.len() {
            return bus.taken();
        }
        if *ends {
            shared = process(&stand.platform, bus.endpoint());
        }
        let batch = &records[position..records.len().min(position + batch)];
        let relayed = stand.app().relay(batch, &shared).await;
        let first = relayed.failed.first();
        let failed = first
            .and_then(|failed| batch.iter().position(|record| record.sequence_number() == failed));
        position += failed.unwrap_or(batch.len());
    }
    unreachable!("both cycle")
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_overtakes_under_random_faults() {
    let stand = Stand::start().await;
    stand.parcels_are_made(0..ITEMS).await;
    // One item's events lie beside each other as often as not.
    let mut changed: Vec<usize> = (0..ITEMS).flat_map(|id| (1..EVENTS).map(move |_| id)).collect();
    fastrand::shuffle(&mut changed);
    for id in changed {
        stand.parcel_is_changed(&id.to_string(), "again").await;
    }
    let records = stand.records().await;
    let mut runner = TestRunner::default();
    let scripts: Vec<Script> =
        (0..SCRIPTS).map(|_| script().new_tree(&mut runner).expect("a script").current()).collect();
    let taken = join_all(scripts.iter().map(|script| play(&stand, &records, script))).await;
    let mut doubled = 0;
    for (script, taken) in scripts.iter().zip(&taken) {
        assert_eq!(count(taken), Count::default(), "{script:?}");
        doubled += taken.len() - records.len();
    }
    // The scripts do what they are for.
    assert!(doubled > 0);
}
