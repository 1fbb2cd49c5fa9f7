//! What can be which: types that fit a field's role, and entities that fit what a repository does.

use crate::{Entity, Timestamp};

/// An entity that is deleted softly, as `derive(Entity)` tells: its items can be restored, and purged.
#[diagnostic::on_unimplemented(
    message = "an item of `{Self}` is deleted for good",
    label = "nothing is left of it to restore or purge",
    note = "name the field that says when an item was deleted: `#[entity(soft_delete = deleted_at)]`"
)]
pub trait Restorable: Entity {}

/// An entity without unique values, as `derive(Entity)` tells: a batch, which knows no conditions, can write its items.
#[diagnostic::on_unimplemented(
    message = "a batch cannot keep the values of `{Self}` unique",
    label = "has unique values",
    note = "write such items one by one, or up to a hundred at once with a `Transaction`"
)]
pub trait BatchWritable: Entity {}

/// A field that counts an entity's writes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a version",
    label = "not a version",
    note = "a version is a `u64`, or a `u32`"
)]
pub trait Version {
    /// The number of writes.
    fn number(&self) -> u64;
}

impl Version for u64 {
    fn number(&self) -> u64 {
        *self
    }
}

impl Version for u32 {
    fn number(&self) -> u64 {
        (*self).into()
    }
}

/// A time that the platform sets.
#[diagnostic::on_unimplemented(
    message = "the platform cannot set a `{Self}`",
    label = "not a time",
    note = "the platform sets a `purlin::Timestamp`"
)]
pub trait Moment {}

impl Moment for Timestamp {}

/// Accepts the type of a field that the platform sets.
pub const fn set_by_platform<T: Moment>() {}

/// When an item expires.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot tell when an item expires",
    label = "not a time",
    note = "write a `purlin::Timestamp`, or an `Option` of one for items that may never expire"
)]
pub trait Expiry {}

impl Expiry for Timestamp {}
impl Expiry for Option<Timestamp> {}

/// Accepts the type of a field that says when an item expires.
pub const fn expires<T: Expiry>() {}

/// When an item was deleted, if it was.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot tell when an item was deleted",
    label = "not an optional time",
    note = "write `Option<purlin::Timestamp>`: it is `None` until the item is deleted"
)]
pub trait Deletion {}

impl Deletion for Option<Timestamp> {}

/// Accepts the type of a field that says when an item was deleted.
pub const fn is_deleted<T: Deletion>() {}

/// A number that is only added to.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot count",
    label = "not an integer",
    note = "a counter is an integer, such as `u64` or `i64`"
)]
pub trait Count {}

macro_rules! count {
    ($($integer:ty)*) => { $( impl Count for $integer {} )* };
}

count!(i8 i16 i32 i64 u8 u16 u32 u64);

/// Accepts the type of a counter.
pub const fn counts<T: Count>() {}
