//! The table's secondary indexes, and which attributes each of them holds.

/// A global secondary index of the table. Its keys are the attributes `{name}PK` and `{name}SK`.
///
/// ```
/// use purlin::{IndexProjection, TableIndex};
///
/// const INDEXES: &[TableIndex] = &[
///     TableIndex::all("GSI1"),
///     TableIndex::keys("GSI2"),
///     TableIndex::including("GSI3", &["title"]),
/// ];
/// assert_eq!(INDEXES[2].projection(), IndexProjection::Include(&["title"]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableIndex {
    name: &'static str,
    projection: IndexProjection,
}

/// The attributes that an index holds of an item, besides the keys of the table and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexProjection {
    /// All of them.
    All,
    /// None.
    Keys,
    /// These. DynamoDB: at most 100 over all indexes of a table together.
    Include(&'static [&'static str]),
}

impl TableIndex {
    /// An index that holds whole items.
    #[must_use]
    pub const fn all(name: &'static str) -> Self {
        Self { name, projection: IndexProjection::All }
    }

    /// An index that holds the items' keys alone.
    #[must_use]
    pub const fn keys(name: &'static str) -> Self {
        Self { name, projection: IndexProjection::Keys }
    }

    /// An index that holds these attributes besides the keys.
    #[must_use]
    pub const fn including(name: &'static str, attributes: &'static [&'static str]) -> Self {
        Self { name, projection: IndexProjection::Include(attributes) }
    }

    /// The index's name, for example `GSI1`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What the index holds.
    #[must_use]
    pub const fn projection(&self) -> IndexProjection {
        self.projection
    }
}
