//! The table's indexes, as the access patterns of all entities together need them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Access, Entity, IndexProjection, Model, TableIndex};

/// The attribute in which DynamoDB looks for the second an item expires in.
const TTL_ATTRIBUTE: &str = "_ttl";

impl Model {
    /// The table's indexes, `GSI1` first.
    #[must_use]
    pub fn indexes(&self) -> Vec<TableIndex> {
        // DynamoDB has as many as twenty, so the order of the numbers is that of length, then text.
        let mut indexes: BTreeMap<(usize, &str), IndexProjection> = BTreeMap::new();
        for entity in &self.entities {
            for access in &entity.accesses {
                let Some(name) = access.index_name() else { continue };
                let held = indexes.entry((name.len(), name)).or_insert(IndexProjection::Keys);
                *held = match held {
                    IndexProjection::Keys => projection(entity, access),
                    IndexProjection::Include(held) => both(held, projection(entity, access)),
                    IndexProjection::All => IndexProjection::All,
                };
            }
        }
        let index = |((_, name), projection): ((usize, &str), IndexProjection)| TableIndex {
            name: name.to_owned(),
            projection,
        };
        indexes.into_iter().map(index).collect()
    }
}

/// What an index must hold of an entity's items for one of its patterns to be read: the fields
/// asked for, and what tells whether an item is there for the caller at all.
pub(crate) fn projection(entity: &Entity, access: &Access) -> IndexProjection {
    let Some(fields) = &access.projection else { return IndexProjection::All };
    let mut held: BTreeSet<String> = fields.iter().map(|field| field.camel()).collect();
    // Where the partition is the owner's, it tells whose an item is.
    let owner = entity.owner.as_ref().filter(|owner| !partitioned_by(access, owner.as_str()));
    held.extend(owner.map(|owner| owner.camel()));
    held.extend(entity.soft_delete.as_ref().map(|deleted| deleted.field.camel()));
    let expires = entity.ttl.is_some()
        || entity.soft_delete.as_ref().is_some_and(|deleted| deleted.retain.is_some());
    held.extend(expires.then(|| TTL_ATTRIBUTE.to_owned()));
    match held.is_empty() {
        true => IndexProjection::Keys,
        false => IndexProjection::Include(held.into_iter().collect()),
    }
}

fn partitioned_by(access: &Access, field: &str) -> bool {
    access.partition.placeholders().any(|placeholder| placeholder.path == [field])
}

fn both(held: &[String], other: IndexProjection) -> IndexProjection {
    match other {
        IndexProjection::All => IndexProjection::All,
        IndexProjection::Keys => IndexProjection::Include(held.to_vec()),
        IndexProjection::Include(more) => {
            let all: BTreeSet<String> = held.iter().cloned().chain(more).collect();
            IndexProjection::Include(all.into_iter().collect())
        }
    }
}
