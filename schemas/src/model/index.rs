//! The table's indexes, as the access patterns of all entities together need them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Access, Entity, IndexProjection, TableIndex};

/// The attribute in which DynamoDB looks for the second an item expires in.
const TTL_ATTRIBUTE: &str = "_ttl";

/// The indexes that the patterns of these entities need, `GSI1` first.
pub(crate) fn of(entities: &[Entity]) -> Vec<TableIndex> {
    // DynamoDB has as many as twenty, so the order of the numbers is that of length, then text.
    let mut indexes: BTreeMap<(usize, &str), IndexProjection> = BTreeMap::new();
    for entity in entities {
        for access in &entity.accesses {
            let Some(name) = access.index_name() else { continue };
            let held = indexes.entry((name.len(), name)).or_insert(IndexProjection::Keys);
            *held =
                both(std::mem::replace(held, IndexProjection::Keys), projection(entity, access));
        }
    }
    indexes
        .into_iter()
        .map(|((_, name), projection)| TableIndex { name: name.to_owned(), projection })
        .collect()
}

/// What an index must hold of an entity's items for one of its patterns to be read: the fields
/// asked for, and what tells whether an item is there for the caller at all.
fn projection(entity: &Entity, access: &Access) -> IndexProjection {
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

/// What holds all that two patterns need.
fn both(first: IndexProjection, second: IndexProjection) -> IndexProjection {
    use IndexProjection::{All, Include, Keys};
    match (first, second) {
        (All, _) | (_, All) => All,
        (Keys, other) | (other, Keys) => other,
        (Include(first), Include(second)) => {
            let all: BTreeSet<String> = first.into_iter().chain(second).collect();
            Include(all.into_iter().collect())
        }
    }
}
