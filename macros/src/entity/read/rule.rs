//! Rules that items are under: when they expire, how they are deleted, what no two of them share.

use proc_macro2::{Ident, Span};
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

/// Every `unique(email, email)`: a name, then the fields.
pub(super) fn unique(
    keys: &mut Keys,
    faults: &mut Faults,
) -> Vec<(Located<String>, Vec<Located<String>>)> {
    let mut rules: Vec<(Located<String>, Vec<Located<String>>)> = Vec::new();
    for (at, list) in keys.lists("unique", faults) {
        let mut words = list.into_iter().filter_map(|argument| word(argument, faults));
        let words: Vec<Ident> = words.by_ref().collect();
        let [name, fields @ ..] = words.as_slice() else {
            let help = "write a name of its own, then the fields: `unique(email, email)`";
            faults.at(at, Code::MissingKey, "what is unique has no name", help);
            continue;
        };
        if fields.is_empty() {
            let message = format!("the unique `{name}` names no field");
            let help =
                format!("name the fields whose values no two items share: `unique({name}, …)`");
            faults.at(name.span(), Code::MissingKey, message, help);
            continue;
        }
        if rules.iter().any(|(known, _)| *known.value == plain(name)) {
            let message = format!("the unique `{name}` is given twice");
            faults.at(name.span(), Code::DuplicateName, message, "give each a name of its own");
            continue;
        }
        let mut located = |ident: &Ident| faults.located(plain(ident), ident.span());
        rules.push((located(name), fields.iter().map(located).collect()));
    }
    rules
}

fn word(argument: Argument, faults: &mut Faults) -> Option<Ident> {
    let at: Span = match argument {
        Argument::Key(word, Value::Nothing) => return Some(word),
        Argument::Key(word, _) => word.span(),
        Argument::Literal(literal) => literal.span(),
    };
    let help = "write names alone: `unique(email, email)`";
    faults.at(at, Code::WrongType, "expected a name", help);
    None
}
