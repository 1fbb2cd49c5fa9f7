//! Subscribers' patterns: EventBridge takes them, and their events can match.

use super::{View, lower};
use crate::draft::{EventDraft, JsonDraft, SubscriberDraft};
use crate::model::Model;
use crate::name::Name;
use crate::pattern::{Fault, Finding, Pattern, Shape, Weight};
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};

/// What of a pattern follows from the events that a subscriber reacts to.
const DERIVED: &[&str] = &["source", "detail-type"];

/// A pattern that EventBridge would refuse would be noticed at deployment, and all the others stay away with it.
pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for subscriber in view.subscribers() {
        // What is not called by events has been told that it has no pattern.
        let Some(on) = subscriber.on.as_ref().filter(|on| !on.is_empty()) else { continue };
        // Where an event's family is not known, neither is what follows from it.
        let family = |event: &Located<String>| view.family(&event.value)?.name.as_ref();
        let known = on.iter().all(|event| family(event).is_some());
        let whole = || match known {
            true => Pattern::parse(&lower::pattern(view, subscriber)).map(|_| ()),
            false => Ok(()),
        };
        let Some(written) = &subscriber.pattern else {
            report(whole(), |_| on[0].place, problems);
            continue;
        };
        let mut derived = written.names().filter(|name| DERIVED.contains(&name.value.as_str()));
        if let Some(name) = derived.next() {
            let message = format!("`{}` follows from `on`", name.value);
            problems.push(
                Problem::new(Code::InapplicableOption, name.place, message)
                    .label(on[0].place, "the events")
                    .help("remove it, and name the events in `on`"),
            );
            continue;
        }
        // With what follows from `on` it may still be too long.
        let result = Pattern::parse(&written.json()).map(|_| ()).and_then(|()| whole());
        report(result, |pointer| written.at(pointer), problems);
    }
}

fn report(result: Result<(), Vec<Fault>>, place: impl Fn(&str) -> Place, problems: &mut Problems) {
    problems.extend_with(result.err().into_iter().flatten().map(|fault| {
        Problem::new(Code::InvalidPattern, place(&fault.pointer), fault.message).help(fault.help)
    }));
}

/// What no event matches is a condition misspelt, and a subscriber that waits in vain.
pub(crate) fn check_matches(view: &View<'_>, model: &Model, problems: &mut Problems) {
    for subscriber in view.subscribers() {
        let Some(written) = &subscriber.pattern else { continue };
        let Ok(pattern) = Pattern::parse(&written.json()) else { continue };
        judge(view, model, subscriber, written, &pattern, problems);
    }
}

/// What an event makes of a pattern.
struct Judged<'a> {
    name: &'a Located<String>,
    event: Option<&'a EventDraft>,
    can_match: bool,
    findings: Vec<Finding>,
}

fn judge(
    view: &View<'_>,
    model: &Model,
    subscriber: &SubscriberDraft,
    written: &JsonDraft,
    pattern: &Pattern,
    problems: &mut Problems,
) {
    let on = subscriber.on.iter().flatten();
    let judged: Vec<Judged<'_>> = on
        .filter_map(|name| {
            let (family, event) = model.families().iter().find_map(|family| {
                let mut events = family.events().iter();
                Some((family, events.find(|event| event.name().as_str() == name.value)?))
            })?;
            let analysis = pattern.analyse(&Shape::of_event(model, family, event));
            Some(Judged {
                name,
                event: view.event(&name.value),
                can_match: analysis.can_match(),
                findings: analysis.findings().to_vec(),
            })
        })
        .collect();
    let everywhere = |pointer: &str| {
        judged.iter().all(|judged| judged.findings.iter().any(|it| it.pointer == pointer))
    };
    let mut told: Vec<&str> = Vec::new();
    for one in &judged {
        for finding in &one.findings {
            // What one event does not match is there for another.
            let matters = !one.can_match && finding.weight == Weight::Never;
            if told.contains(&finding.pointer.as_str())
                || !(matters || everywhere(&finding.pointer))
            {
                continue;
            }
            told.push(&finding.pointer);
            problems.push(problem(one, finding, written, judged.len() > 1));
        }
    }
}

fn problem(judged: &Judged<'_>, finding: &Finding, written: &JsonDraft, several: bool) -> Problem {
    let place = written.at(&finding.pointer);
    let mut problem = Problem::new(Code::NeverMatches, place, finding.message.clone());
    if let Some((place, text)) = judged.event.and_then(|event| about(event, finding)) {
        problem = problem.label(place, text);
    }
    if several && !judged.can_match {
        problem = problem.label(judged.name.place, "no such event would match");
    }
    problem.maybe_help(finding.help.clone()).or_help("mend the condition, or leave it out")
}

/// Where the event has the field that a finding is about; where it is declared, if it is about its data as such.
fn about(event: &EventDraft, finding: &Finding) -> Option<(Place, &'static str)> {
    let [detail, data, field @ ..] = finding.field.as_slice() else { return None };
    if (detail.as_str(), data.as_str()) != ("detail", "data") {
        return None;
    }
    let Some(field) = field.first() else { return Some((event.place, "the event")) };
    let is = |name: &&Located<String>| Name::new(&name.value).camel() == *field;
    let own = event.fields.iter().flatten().map(|(name, _)| name);
    let named = event.carries.iter().flatten().chain(own).find(is)?;
    Some((named.place, "the event's field"))
}
