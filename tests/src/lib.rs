//! Types that a user of Purlin could have written: the derives must accept them without a warning.

pub mod shadowed_names;
pub mod written_by_hand;
