//! Replacing an item that was read by what it becomes, together with its claims, unless somebody changed it since.

use aws_sdk_dynamodb::types::AttributeValue;

use super::alive::TTL;
use super::change::Resolved;
use super::claim;
use super::create::finish;
use super::guard::Guard;
use super::store::Store;
use super::write::{Kind, Write};
use crate::key::PrimaryKey;
use crate::{Item, Result};

impl Store {
    /// The writes that make `stored`, which fulfils the guard, into `item`. Attributes that the entity does not know
    /// are in both.
    pub(super) fn replace(
        &self,
        guard: &Guard,
        stored: &Item,
        mut item: Item,
        mark: &AttributeValue,
    ) -> Result<Resolved> {
        count(self.shape.version, &mut item);
        finish(self.shape, &mut item, mark)?;
        self.ride(&mut item, guard.step)?;
        let before = claim::claims(self.shape, stored)?;
        let after = claim::claims(self.shape, &item)?;
        let holder = claim::holder(&item);
        let ttl = item.get(TTL).cloned();
        let moves = stored.get(TTL) != ttl.as_ref();
        let mut writes = vec![Write::unchanged(Kind::Put(item.clone()), guard.clone(), stored)];
        for claim in before.iter().filter(|claim| !after.contains(claim)) {
            writes.push(claim.clone().release(&holder));
        }
        for claim in after.into_iter().filter(|claim| moves || !before.contains(claim)) {
            writes.push(claim.stake(self.shape, &holder, ttl.as_ref()));
        }
        Ok(Resolved { writes, result: Some(item) })
    }

    /// The writes that remove `stored`, which fulfils the guard, and give its claims up.
    pub(super) fn erase(&self, guard: &Guard, stored: &Item) -> Result<Vec<Write>> {
        let holder = claim::holder(stored);
        let mut writes = Vec::new();
        if let Some(key) = PrimaryKey::of(stored) {
            writes.push(Write::unchanged(Kind::Delete(key), guard.clone(), stored));
        }
        let claims = claim::claims(self.shape, stored)?;
        writes.extend(claims.into_iter().map(|claim| claim.release(&holder)));
        writes.extend(self.outbox(stored)?);
        Ok(writes)
    }
}

/// Counts a write.
fn count(version: Option<&'static str>, item: &mut Item) {
    let Some(attribute) = version else { return };
    let stored = item.get(attribute).and_then(|version| version.as_n().ok()?.parse().ok());
    let next = stored.unwrap_or(0_u64).saturating_add(1);
    item.insert(attribute.to_owned(), AttributeValue::N(next.to_string()));
}
