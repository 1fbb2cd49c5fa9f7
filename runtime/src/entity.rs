//! Entities: what the repository knows of a type it stores.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::repository::ENTITY;
use crate::{AttributeError, Guarded, IndexProjection, Item, Template};

/// A type stored as items of the table; derive it.
///
/// The constants name attributes, which are the fields' names in the item.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "not an entity",
    note = "derive `purlin::Entity` and say its key with `#[entity(partition = \"…\", sort = \"…\")]`"
)]
pub trait Entity: Sized + Send + Sync + 'static {
    /// The fields of the primary key, borrowed: one reference, or a tuple of them.
    type Key<'k>: Copy + Send;

    /// The entity's name, which every item carries as `_entity`.
    const NAME: &'static str;

    /// The attributes of the fields, which queries and batches ask for. Without them, whole items are read.
    const ATTRIBUTES: &'static [&'static str] = &[];

    /// What the partition key `PK` is built of.
    const PARTITION: Template;

    /// What the sort key `SK` is built of; without one, `SK` is the same text as `PK`.
    const SORT: Option<Template>;

    /// The secondary indexes that hold the entity.
    const INDEXES: &'static [Index];

    /// The attribute that counts the writes, for optimistic locking.
    const VERSION: Option<&'static str>;

    /// The attribute that names the owner.
    const OWNER: Option<&'static str>;

    /// The attributes that every write sets to its time.
    const SET_ON_WRITE: &'static [&'static str];

    /// The attributes in the primary key, in the order of [`Entity::Key`]. No update may change them.
    const KEY_ATTRIBUTES: &'static [&'static str];

    /// The attribute that says when an item expires, from which time on it counts as gone.
    const TTL: Option<&'static str> = None;

    /// How an item is deleted without being lost.
    const SOFT_DELETE: Option<SoftDelete> = None;

    /// The values that no two items share.
    const UNIQUE: &'static [Unique] = &[];

    /// The fields that only callers with some permission see, or may give.
    const GUARDED: &'static [Guarded] = &[];

    /// The attributes in the primary key with their values, in the same order.
    fn key_values(key: Self::Key<'_>) -> Vec<(&'static str, AttributeValue)>;

    /// The primary key of this entity.
    fn key(&self) -> Self::Key<'_>;

    /// The fields as attributes. The repository adds the keys and `_entity`.
    fn to_item(&self) -> Item;

    /// Reads the fields back; other attributes are ignored.
    ///
    /// # Errors
    /// An attribute is missing or is not what its field's type says.
    fn from_item(item: Item) -> Result<Self, AttributeError>;

    /// The number of writes so far, where the entity counts them: its `ETag`.
    fn version(&self) -> Option<u64> {
        None
    }
}

/// How an item is deleted so that it can be restored: it stays, and counts as gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoftDelete {
    /// The attribute that holds the time of the deletion.
    pub attribute: &'static str,
    /// After how many seconds the item is removed for good; `None`: never.
    pub retain_seconds: Option<u64>,
}

/// Fields whose values, taken together, no two items of the entity share.
#[derive(Clone, Copy, Debug)]
pub struct Unique {
    /// The rule's name, for example `email`.
    pub name: &'static str,
    /// The fields: a template of [`Part::Field`](crate::Part::Field) alone. An item without one of them shares
    /// nothing.
    pub fields: Template,
}

/// An access pattern through a global secondary index.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// The index, for example `GSI1`.
    pub name: &'static str,
    /// The access pattern, for example `by_user`.
    pub pattern: &'static str,
    /// What the partition key is built of.
    pub partition: Template,
    /// What the sort key is built of.
    pub sort: Template,
    /// The attribute of the partition key, for example `GSI1PK`.
    pub partition_attribute: &'static str,
    /// The attribute of the sort key, for example `GSI1SK`.
    pub sort_attribute: &'static str,
    /// What the index holds besides keys.
    pub projection: IndexProjection,
}

/// What [`Entity`] says, as a value: the repository's code is compiled once for all entities.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) attributes: &'static [&'static str],
    pub(crate) partition: Template,
    pub(crate) sort: Option<Template>,
    pub(crate) indexes: &'static [Index],
    pub(crate) version: Option<&'static str>,
    pub(crate) owner: Option<&'static str>,
    pub(crate) set_on_write: &'static [&'static str],
    pub(crate) key_attributes: &'static [&'static str],
    pub(crate) ttl: Option<&'static str>,
    pub(crate) soft_delete: Option<SoftDelete>,
    pub(crate) unique: &'static [Unique],
}

impl Shape {
    /// Whether an item is one of the entity's.
    pub(crate) fn is_of(&self, item: &Item) -> bool {
        matches!(item.get(ENTITY), Some(AttributeValue::S(name)) if name == self.name)
    }

    /// Whether items may have a time to live: theirs, or that of what was deleted.
    pub(crate) fn may_expire(&self) -> bool {
        self.ttl.is_some() || self.soft_delete.is_some()
    }

    /// What the sort key is built of; without a template of its own it repeats the partition key.
    pub(crate) fn sort_template(&self) -> Template {
        self.sort.unwrap_or(self.partition)
    }

    pub(crate) const fn of<E: Entity>() -> &'static Self {
        const {
            &Self {
                name: E::NAME,
                attributes: E::ATTRIBUTES,
                partition: E::PARTITION,
                sort: E::SORT,
                indexes: E::INDEXES,
                version: E::VERSION,
                owner: E::OWNER,
                set_on_write: E::SET_ON_WRITE,
                key_attributes: E::KEY_ATTRIBUTES,
                ttl: E::TTL,
                soft_delete: E::SOFT_DELETE,
                unique: E::UNIQUE,
            }
        }
    }
}
