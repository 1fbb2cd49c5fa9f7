//! One field of a cron expression that is made of numbers: lists, ranges and steps.

use std::collections::BTreeSet;

use super::Fault;

/// What a field may hold.
pub(super) struct Field {
    /// What it is called, for messages.
    pub(super) name: &'static str,
    pub(super) least: i64,
    pub(super) most: i64,
    /// Words that stand for numbers from `least` on.
    pub(super) words: &'static [&'static str],
    /// Whether it takes steps, `1/10`.
    pub(super) steps: bool,
}

impl Field {
    /// The numbers that a text stands for. `at` is where the text stands.
    pub(super) fn numbers(&self, text: &str, at: usize) -> Result<BTreeSet<i64>, Fault> {
        let mut numbers = BTreeSet::new();
        let mut at = at;
        for part in text.split(',') {
            numbers.extend(self.part(part, at)?);
            at += part.len() + 1;
        }
        Ok(numbers)
    }

    fn part(&self, part: &str, at: usize) -> Result<impl Iterator<Item = i64> + use<>, Fault> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) if self.steps => (range, Some(step)),
            _ => (part, None),
        };
        let bounds = match range.split_once('-') {
            _ if range == "*" => Some((self.least, self.most)),
            Some((first, last)) => self.number(first).zip(self.number(last)),
            // A step without an end goes on to the end of the field.
            None => {
                let first = self.number(range);
                first.map(|first| (first, if step.is_some() { self.most } else { first }))
            }
        };
        let step = step.map_or(Some(1), |step| digits(step).filter(|step| *step > 0));
        match (bounds, step) {
            (Some((first, last)), Some(step)) if first <= last => {
                let step = usize::try_from(step).unwrap_or(usize::MAX);
                Ok((first..=last).step_by(step))
            }
            _ => Err(self.fault(part, at)),
        }
    }

    /// A number of the field's, or the word for one.
    pub(super) fn number(&self, text: &str) -> Option<i64> {
        let word = self.words.iter().zip(self.least..).find(|(word, _)| **word == text);
        let number = word.map(|(_, number)| number).or_else(|| digits(text))?;
        (self.least..=self.most).contains(&number).then_some(number)
    }

    /// What is wrong with a part that cannot be read.
    pub(super) fn fault(&self, part: &str, at: usize) -> Fault {
        let Self { name, least, most, .. } = self;
        let words = match self.words {
            [first, .., last] => format!(" or `{first}` to `{last}`"),
            _ => String::new(),
        };
        let steps = if self.steps { ", steps (`1/2`)" } else { "" };
        Fault::new(
            at..at + part.len(),
            format!("`{part}` cannot be the {name} of a schedule"),
            format!(
                "write {least} to {most}{words}, lists (`1,2`), ranges (`1-2`){steps}, or `*` for all"
            ),
        )
    }
}

fn digits(text: &str) -> Option<i64> {
    // More digits than any field needs are a mistake, and would not fit.
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
