//! Limits on the items of sets and maps, for `#[garde(custom(…))]`: `garde` itself looks into lists only.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;

/// A collection whose items have a limit.
pub trait Items<T> {
    /// Calls `check` for each item until one fails.
    ///
    /// # Errors
    /// The first failure.
    fn each(&self, check: impl FnMut(&T) -> garde::Result) -> garde::Result;
}

impl<T> Items<T> for BTreeSet<T> {
    fn each(&self, check: impl FnMut(&T) -> garde::Result) -> garde::Result {
        self.iter().try_for_each(check)
    }
}

impl<T> Items<T> for BTreeMap<String, T> {
    fn each(&self, check: impl FnMut(&T) -> garde::Result) -> garde::Result {
        self.values().try_for_each(check)
    }
}

impl<T, I: Items<T>> Items<T> for Option<I> {
    fn each(&self, check: impl FnMut(&T) -> garde::Result) -> garde::Result {
        self.as_ref().map_or(Ok(()), |items| items.each(check))
    }
}

/// Every text has a length within `limits`, in Unicode scalar values.
pub fn each_length<I: Items<String>>(
    limits: impl RangeBounds<usize>,
) -> impl FnOnce(&I, &()) -> garde::Result {
    move |items, ()| {
        items.each(|text| {
            let length = text.chars().count();
            if limits.contains(&length) {
                return Ok(());
            }
            Err(garde::Error::new(format!(
                "an item's length is {length}, which is outside its limits"
            )))
        })
    }
}

/// Every text is an e-mail address.
///
/// # Errors
/// An item that is none.
pub fn each_email<I: Items<String>>(items: &I, (): &()) -> garde::Result {
    items.each(|text| garde::rules::email::apply(text, ()))
}

/// Every number is within `limits`.
pub fn each_in<T, I>(limits: impl RangeBounds<T>) -> impl FnOnce(&I, &()) -> garde::Result
where
    T: PartialOrd + std::fmt::Display,
    I: Items<T>,
{
    move |items, ()| {
        items.each(|number| {
            if limits.contains(number) {
                return Ok(());
            }
            Err(garde::Error::new(format!("the item {number} is outside its limits")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_measured_in_characters() {
        let texts = |text: &str| BTreeSet::from([text.to_owned()]);
        assert!(each_length(1..=2)(&texts("éé"), &()).is_ok());
        assert!(each_length(1..=2)(&texts("ééé"), &()).is_err());
        assert!(each_length(1..)(&texts(""), &()).is_err());
        assert!(each_length(1..)(&Some(texts("")), &()).is_err());
        assert!(each_length(1..)(&None::<BTreeSet<String>>, &()).is_ok());
    }

    #[test]
    fn addresses_are_looked_at() {
        let texts = |text: &str| BTreeSet::from([text.to_owned()]);
        assert!(each_email(&texts("ada@example.com"), &()).is_ok());
        assert!(each_email(&texts("ada"), &()).is_err());
    }

    #[test]
    fn numbers_are_held_to_both_ends() {
        let numbers = BTreeMap::from([("a".to_owned(), 3_i64)]);
        assert!(each_in(3..=3)(&numbers, &()).is_ok());
        assert!(each_in(4..)(&numbers, &()).is_err());
        assert!(each_in(..=2)(&numbers, &()).is_err());
    }
}
