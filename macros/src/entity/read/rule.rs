//! Rules that items are under: when they expire, how they are deleted, what no two of them share.

use proc_macro2::Ident;
use purlin_schema::draft::{SoftDeleteDraft, TtlDraft};
use purlin_schema::{Code, Located};

use crate::arguments::{Argument, Either, Keys, Value};
use crate::faults::Faults;
use crate::names::plain;

/// The longest time that a deleted item is kept: ten years, as in a schema. A longer one is a slip.
const MAX_SECONDS: i64 = 3650 * 24 * 60 * 60;

/// `ttl = expires_at`
pub(super) fn ttl(keys: &mut Keys, faults: &mut Faults) -> Option<TtlDraft> {
    let field = keys.word("ttl", faults)?;
    Some(TtlDraft { place: field.place, field: Some(field), ..TtlDraft::default() })
}

/// `soft_delete = deleted_at` or `soft_delete(deleted_at, retain = 2592000)`
pub(super) fn soft_delete(keys: &mut Keys, faults: &mut Faults) -> Option<SoftDeleteDraft> {
    let (field, retain) = match keys.word_or_list("soft_delete", faults)? {
        Either::Word(field) => (field, None),
        Either::List(at, mut list) => {
            if !matches!(list.first(), Some(Argument::Key(_, Value::Nothing))) {
                let message = "`soft_delete` names no field";
                let help = "write the field first: `soft_delete(deleted_at, retain = 2592000)`";
                faults.at(at, Code::MissingKey, message, help);
                return None;
            }
            let Argument::Key(field, _) = list.remove(0) else { return None };
            let mut keys = Keys::new(list, faults);
            let retain = keys.integer("retain", faults);
            keys.finish(faults);
            (faults.located(plain(&field), field.span()), retain)
        }
    };
    let retain = retain.filter(|seconds| lasts(seconds, faults));
    // The schema writes durations with their unit.
    let retain = retain.map(|seconds| Located::new(format!("{}s", seconds.value), seconds.place));
    Some(SoftDeleteDraft { place: field.place, field: Some(field), retain })
}

fn lasts(seconds: &Located<i64>, faults: &mut Faults) -> bool {
    let lasts = (1..=MAX_SECONDS).contains(&seconds.value);
    if !lasts {
        let message = format!("nothing is retained for {} seconds", seconds.value);
        let help = format!(
            "write 1 to {MAX_SECONDS} seconds; left out, a deleted item is kept until it is purged"
        );
        faults.at(faults.token(seconds.place), Code::InvalidDuration, message, help);
    }
    lasts
}

/// A rule's name, and the fields that it names.
type Rule = (Located<String>, Vec<Located<String>>);

/// Every `unique(email(email), place(shelf, row))`, or `unique(email, email)` of one rule alone.
///
/// The second form says a word twice, which Clippy takes for a slip (`duplicated_attributes`).
pub(super) fn unique(keys: &mut Keys, faults: &mut Faults) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for (at, list) in keys.lists("unique", faults) {
        let named = |argument: &Argument| matches!(argument, Argument::Key(_, Value::List(_)));
        if list.iter().any(named) {
            for argument in list {
                match argument {
                    Argument::Key(name, Value::List(fields)) => {
                        rule(&name, fields, &mut rules, faults);
                    }
                    other => not_a_word(&other, faults),
                }
            }
            continue;
        }
        let mut words = list.into_iter();
        match words.next() {
            Some(Argument::Key(name, Value::Nothing)) => {
                rule(&name, words.collect(), &mut rules, faults);
            }
            Some(other) => not_a_word(&other, faults),
            None => {
                let message = "`unique` names no rule";
                faults.at(at, Code::MissingKey, message, format!("write `unique({UNIQUE})`"));
            }
        }
    }
    rules
}

/// What a rule looks like.
const UNIQUE: &str = "email(email)";

fn rule(name: &Ident, fields: Vec<Argument>, rules: &mut Vec<Rule>, faults: &mut Faults) {
    if fields.is_empty() {
        let message = format!("the unique `{name}` names no field");
        let help = format!("name the fields whose values no two items share: `{name}(…)`");
        return faults.at(name.span(), Code::MissingKey, message, help);
    }
    if rules.iter().any(|(known, _)| *known.value == plain(name)) {
        let message = format!("the unique `{name}` is given twice");
        return faults.at(name.span(), Code::DuplicateName, message, "give each a name of its own");
    }
    let count = fields.len();
    let mut words = Vec::with_capacity(count);
    for field in fields {
        match field {
            Argument::Key(word, Value::Nothing) => {
                words.push(faults.located(plain(&word), word.span()));
            }
            other => not_a_word(&other, faults),
        }
    }
    // Of fields that are told already, the checks would only know that they are missing.
    if words.len() == count {
        rules.push((faults.located(plain(name), name.span()), words));
    }
}

fn not_a_word(argument: &Argument, faults: &mut Faults) {
    let at = match argument {
        Argument::Key(word, _) => word.span(),
        Argument::Literal(literal) => literal.span(),
    };
    let help = format!("write a rule's name and its fields: `unique({UNIQUE})`");
    faults.at(at, Code::WrongType, "expected a name", help);
}
