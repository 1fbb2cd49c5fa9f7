//! Subscribers: what calls them, how often they are tried, and that they do one thing.

use super::View;
use super::delivery::word;
use crate::draft::{RetryDraft, SubscriberDraft, words};
use crate::duration;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::schedule;

/// How often a subscriber can be tried. Beyond it the events that fail cost more than they are worth.
pub(crate) const MAX_ATTEMPTS: i64 = 100;

/// SQS hides a message that failed for 12 hours at most.
pub(crate) const MAX_BACKOFF: u64 = 12 * 60 * 60;

/// SQS keeps messages for a minute at least.
pub(crate) const MIN_AGE: u64 = 60;

/// SQS keeps messages for 14 days at most.
pub(crate) const MAX_AGE: u64 = 14 * 24 * 60 * 60;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for subscriber in view.subscribers() {
        called(subscriber, problems);
        for event in subscriber.on.iter().flatten() {
            if view.event(&event.value).is_none() {
                super::emits::unknown(view, event, problems);
            }
        }
        if let Some(on) = &subscriber.on {
            super::names::listed_once(on, problems);
        }
        word(&subscriber.run, "what a subscriber runs", words::RUN, problems);
        reaction(subscriber, problems);
        if let Some(draft) = &subscriber.retry {
            retry(draft, problems);
        }
    }
}

/// What a subscriber is called in a message, whether it says its name or not.
fn told(subscriber: &SubscriberDraft) -> String {
    let name = subscriber.name.as_ref();
    name.map_or("a subscriber".to_owned(), |name| format!("subscriber `{}`", name.value))
}

/// A subscriber is called by events, or by the clock.
fn called(subscriber: &SubscriberDraft, problems: &mut Problems) {
    let first = subscriber.on.as_ref().map(|on| on.first().map_or(subscriber.place, |it| it.place));
    let Some(written) = &subscriber.schedule else {
        if subscriber.on.as_ref().is_none_or(Vec::is_empty) {
            let message = format!("{} is called by nothing", told(subscriber));
            problems.push(Problem::new(Code::MissingKey, subscriber.place, message).help(
                "name the events that it reacts to, `on = [\"…\"]`, or when it is called, `schedule = \"rate(5 minutes)\"`",
            ));
        }
        return;
    };
    if let Err(problem) = schedule::parse(written) {
        problems.push(problem);
    }
    if let Some(first) = first {
        let message = format!("{} is called by events and by the clock", told(subscriber));
        problems.push(
            Problem::new(Code::InapplicableOption, written.place, message)
                .label(first, "called by events")
                .help("make two subscribers of it"),
        );
        return;
    }
    let of_events = [
        ("pattern", subscriber.pattern.as_ref().map(|it| it.place), "remove it"),
        ("transition", subscriber.transition.as_ref().map(|it| it.place), BY_HAND),
        ("project", subscriber.project.as_ref().map(|it| it.place), BY_HAND),
    ];
    for (key, place, help) in of_events {
        if let Some(place) = place {
            let message = format!("`{key}` does not apply where the clock calls");
            problems.push(
                Problem::new(Code::InapplicableOption, place, message)
                    .label(written.place, "no event is at hand")
                    .help(help),
            );
        }
    }
}

const BY_HAND: &str = "write it by hand, with `run = \"custom\"`";

/// Two things done for one event could not be told apart when one fails.
fn reaction(subscriber: &SubscriberDraft, problems: &mut Problems) {
    let given: Vec<(&str, Place)> = [
        ("run", subscriber.run.as_ref().map(|it| it.place)),
        ("transition", subscriber.transition.as_ref().map(|it| it.place)),
        ("project", subscriber.project.as_ref().map(|it| it.place)),
    ]
    .into_iter()
    .filter_map(|(key, place)| Some((key, place?)))
    .collect();
    match given[..] {
        [] => {
            let message = format!("{} does nothing", told(subscriber));
            problems.push(Problem::new(Code::MissingKey, subscriber.place, message).help(
                "add `run = \"custom\"`, `transition = { entity = \"…\", step = \"…\" }` or `project = { into = \"…\" }`",
            ));
        }
        [_] => {}
        [(_, first), (key, place), ..] => {
            let message = format!("`{key}` does not apply where something else is done");
            problems.push(
                Problem::new(Code::InapplicableOption, place, message)
                    .label(first, "done already")
                    .help("make two subscribers of it"),
            );
        }
    }
}

fn retry(retry: &RetryDraft, problems: &mut Problems) {
    if let Some(attempts) =
        retry.attempts.as_ref().filter(|it| !(1..=MAX_ATTEMPTS).contains(&it.value))
    {
        let message = format!("nothing is tried {} times", attempts.value);
        problems.push(
            Problem::new(Code::ImpossibleLimit, attempts.place, message)
                .help(format!("write a whole number from 1 to {MAX_ATTEMPTS}")),
        );
    }
    let mut lasting = |written: &Option<Located<String>>| {
        let written = written.as_ref()?;
        duration::seconds(written).map_err(|problem| problems.push(problem)).ok()
    };
    let (backoff, age) = (lasting(&retry.backoff), lasting(&retry.max_age));
    let mut refuse = |written: &Option<Located<String>>, message: &str, help: &str| {
        if let Some(written) = written {
            let message = format!("`{}` {message}", written.value);
            problems.push(Problem::new(Code::ImpossibleLimit, written.place, message).help(help));
        }
    };
    if backoff.is_some_and(|backoff| backoff > MAX_BACKOFF) {
        refuse(
            &retry.backoff,
            "is longer than an event can be held back",
            "write `12h` or less, which is what SQS can do",
        );
    } else if backoff.zip(age).is_some_and(|(backoff, age)| backoff >= age) {
        refuse(
            &retry.backoff,
            "is as long as an event is tried at all",
            "write less than `max_age`",
        );
    }
    if age.is_some_and(|age| !(MIN_AGE..=MAX_AGE).contains(&age)) {
        refuse(
            &retry.max_age,
            "is not how long an event can be kept",
            "write `60s` to `14d`, which is what SQS can do",
        );
    }
}
