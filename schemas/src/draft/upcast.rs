//! How an event of an earlier version becomes one of the next.

use super::Scalar;
use crate::place::{Located, Place};
use crate::read::{Table, table};

table! {
    /// How an event of an earlier version becomes one of the next: renamed fields first, then those that are removed, then those that are set.
    UpcastDraft {
        required {}
        optional {
            /// For each name of a field before, its name now.
            rename: Table<Located<String>>,
            /// What a field gets that was not there before.
            set: Table<Located<Scalar>>,
            /// The fields that are no longer there.
            remove: Vec<Located<String>>,
            /// Whether it is written by hand, instead of all this.
            custom: Located<bool>,
        }
    }
}
