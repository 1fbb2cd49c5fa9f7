//! Delivery: an event says how it gets to the bus, and what becomes of one that does not.

use super::View;
use crate::draft::{EventDraft, words};
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for document in &view.draft.events {
        for (name, event) in document.events.iter().flatten() {
            word(&event.delivery, "an event's `delivery`", words::DELIVERY, problems);
            word(&event.fallback, "an event's `fallback`", words::FALLBACK, problems);
            let direct = event.delivery.as_ref().filter(|delivery| delivery.value == "direct");
            match (direct, &event.fallback) {
                (Some(direct), None) => problems.push(
                    Problem::new(
                        Code::MissingKey,
                        direct.place,
                        format!("`{}` is lost where the bus does not take it", name.value),
                    )
                    .help("say so with `fallback = \"drop\"`, or keep it with `fallback = \"outbox\"`"),
                ),
                // What was meant by a word that there is not, is not known.
                (None, Some(fallback)) if is_atomic(event) => problems.push(
                    Problem::new(
                        Code::InapplicableOption,
                        fallback.place,
                        format!("`{}` is published from the table, and never lost", name.value),
                    )
                    .help("remove `fallback`, or add `delivery = \"direct\"`"),
                ),
                _ => {}
            }
            if let (Some(direct), Some((field, _))) = (direct, event.sourced().next()) {
                let message = format!("`{}` is taken of a write, and there is none", field.value);
                problems.push(
                    Problem::new(Code::InapplicableOption, field.place, message)
                        .label(direct.place, "published without the table")
                        .help("give the field a type of its own, or let the event be `atomic`"),
                );
            }
        }
    }
}

fn is_atomic(event: &EventDraft) -> bool {
    event.delivery.as_ref().is_none_or(|delivery| delivery.value == "atomic")
}

/// Notes a word that is none of the few that its key takes.
pub(crate) fn word(
    written: &Option<Located<String>>,
    what: &str,
    words: &'static [&'static str],
    problems: &mut Problems,
) {
    if let Some(written) = written.as_ref().filter(|it| !words.contains(&it.value.as_str())) {
        let message = format!("{what} cannot be `{}`", written.value);
        problems.push(
            Problem::new(Code::UnknownWord, written.place, message)
                .maybe_help(suggest(&written.value, words.iter().copied())),
        );
    }
}
