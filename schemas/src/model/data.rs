//! What the table holds of an entity besides its items' fields: expiry, locks, collections, indexes.

use super::model;
use crate::name::Name;
use crate::template::Template;

model! {
    /// When an item expires.
    Ttl {
        /// The timestamp field that says when.
        field: Name,
        /// How many seconds after its creation an item expires; none where the field is given.
        after: Option<u64>,
    }
}

model! {
    /// How a deleted item is kept.
    SoftDelete {
        /// The optional timestamp field that says when it was deleted.
        field: Name,
        /// For how many seconds it is kept; none where it is kept for good.
        retain: Option<u64>,
    }
}

model! {
    /// Fields whose values no two items share, taken together.
    Unique {
        /// The name, in snake_case.
        name: Name,
        /// The fields, in the order written.
        fields: Vec<Name>,
    }
}

model! {
    /// An item, and items of other entities that share its partition, read in one query.
    Collection {
        /// The name, in snake_case.
        name: Name,
        /// What it shows.
        description: Option<String>,
        /// The index; none where the table itself is read.
        index: Option<String>,
        /// The partition key that all of them write.
        partition: Template,
        /// Whether they are read in descending order of the sort key.
        descending: bool,
        /// The entities of which all items are read.
        many: Vec<Name>,
        /// The entity of which only the first item is read; its items come after all others.
        first: Option<Name>,
    }
}

model! {
    /// An index of the table.
    TableIndex {
        /// `GSI1`
        name: String,
        /// What it holds of an item.
        projection: IndexProjection,
    }
}

/// What an index holds of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexProjection {
    /// All of it.
    All,
    /// The keys of the table and of the index.
    Keys,
    /// The keys, and these attributes, sorted.
    Include(Vec<String>),
}

model! {
    /// What an API key is stored as.
    AccessKey {
        /// What a key's text begins with behind the environment.
        prefix: String,
        /// The field of the hash.
        hash: Name,
        /// The field of the part that may be shown.
        shown: Name,
        /// The field of the role of whoever made the key.
        role: Name,
        /// The field of the permissions that the key is limited to.
        permissions: Name,
        /// The field of the moment when the key was last used.
        last_used: Name,
        /// The access pattern that finds a key by its id alone.
        finder: Name,
    }
}
