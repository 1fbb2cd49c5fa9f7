//! Transactions: writes of several items, of any entities, that all happen or none.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Repository;
use super::change::{ATTEMPTS, Change};
use super::guard::Guard;
use super::outbox;
use super::receipt::Receipt;
use super::send::Sent;
use super::store::Store;
use super::write::{Kind, Write, mark};
use crate::condition::Node;
use crate::entity::Shape;
use crate::event::Event;
use crate::key::PrimaryKey;
use crate::publisher::PreparedEvent;
use crate::{
    Changes, Condition, Context, Entity, Error, Expected, Item, Patch, Result, Update, limit,
};

/// Writes of several items that all happen, or none.
///
/// ```text
/// Transaction::new()
///     .update(&agents, &agent_id, Changes::new().add(Agent::fields().tasks(), 1), Expected::Any)
///     .create(&tasks, &task)
///     .check(&users, &user_id, User::fields().role().eq(UserRole::User))
///     .commit()
///     .await?;
/// ```
///
/// Each write keeps to the reach of the repository that it names, and to all that the repository keeps: versions,
/// unique values, index keys, expiry. DynamoDB: at most 100 items, those that hold unique values included, and 4 MB;
/// no item twice. A transaction costs twice the units of its writes alone.
#[must_use = "a transaction does nothing until it is committed"]
#[derive(Default)]
pub struct Transaction {
    store: Option<Store>,
    steps: Vec<Step>,
    /// The first mistake in what was added.
    mistake: Option<Error>,
}

/// What became of a transaction that happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    /// It happened.
    Now,
    /// It had happened before, and did not again.
    Before,
}

/// One of a transaction's writes, as it was asked for.
enum Step {
    Create(Store, Item),
    Within(Store, &'static Shape, PrimaryKey),
    Change(Store, Box<Change>),
    Delete(Store, PrimaryKey, Box<Guard>),
    Check(PrimaryKey, Box<Guard>),
    Emit(PreparedEvent),
    /// An item as it is made, or the change of the one that is there already.
    Either(Store, Item, Box<Change>),
}

impl Transaction {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a new item.
    pub fn create<E: Entity>(self, repository: &Repository<E>, entity: &E) -> Self {
        self.step(repository, |store| Ok(Step::Create(store, entity.to_item())))
    }

    /// Writes a new item, if its parent exists and is within the repository's reach.
    pub fn create_within<P: Entity, E: Entity>(
        self,
        repository: &Repository<E>,
        parent: P::Key<'_>,
        entity: &E,
    ) -> Self {
        let shape = Shape::of::<P>();
        let values = P::key_values(parent);
        self.step(repository, |store| {
            let key = PrimaryKey::render(shape, values.as_slice())?;
            Ok(Step::Within(store, shape, key))
        })
        .create(repository, entity)
    }

    /// Changes an item.
    pub fn update<E: Entity, P: Patch<Entity = E>>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        patch: P,
        expected: Expected,
    ) -> Self {
        self.change(repository, key, patch, expected, None)
    }

    /// Writes a new item, or changes the one that has its key already.
    pub fn create_or_update<E: Entity, P: Patch<Entity = E>>(
        self,
        repository: &Repository<E>,
        entity: &E,
        patch: P,
    ) -> Self {
        self.step(repository, |store| {
            let mut update = Update::default();
            patch.apply(&mut update);
            let key = E::key_values(entity.key());
            let change = store.change(key, update, Expected::Any, None)?;
            Ok(Step::Either(store, entity.to_item(), Box::new(change)))
        })
    }

    /// Takes a step of an entity's state machine.
    pub fn transition<E: Entity>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        transition: crate::Transition<E>,
        expected: Expected,
    ) -> Self {
        self.transition_with(repository, key, transition, Changes::new(), expected)
    }

    /// Takes a step and changes fields with it.
    pub fn transition_with<E: Entity, P: Patch<Entity = E>>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        transition: crate::Transition<E>,
        patch: P,
        expected: Expected,
    ) -> Self {
        self.change(repository, key, patch, expected, Some(transition.step))
    }

    /// Removes an item.
    pub fn delete<E: Entity>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        expected: Expected,
    ) -> Self {
        self.remove(repository, E::key_values(key), expected, None)
    }

    /// Removes an item, if this is true of it.
    pub fn delete_when<E: Entity>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        expected: Expected,
        condition: Condition<E>,
    ) -> Self {
        self.remove(repository, E::key_values(key), expected, Some(condition))
    }

    /// Demands that this is true of an item, which stays as it is.
    pub fn check<E: Entity>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        condition: Condition<E>,
    ) -> Self {
        self.demand(repository, E::key_values(key), Expected::Any, Some(condition))
    }

    /// Demands that an item is there, and of the version expected.
    pub fn check_version<E: Entity>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        expected: Expected,
    ) -> Self {
        self.demand(repository, E::key_values(key), expected, None)
    }

    /// Emits an event that is not of one of the items.
    pub fn emit<V: Event>(mut self, ctx: &Context, event: &V) -> Self {
        self.store.get_or_insert_with(|| Store::of_bookkeeping(ctx));
        match ctx.events().prepare(event) {
            Ok(event) => self.steps.push(Step::Emit(event)),
            Err(error) => {
                self.mistake.get_or_insert(error);
            }
        }
        self
    }

    /// Makes all the writes, or none.
    ///
    /// # Errors
    /// What the write that failed would have failed with alone: [`Error::is_not_found`], [`Error::is_stale`],
    /// [`Error::is_conflict`]; [`Error::failed_action`] tells which one it was, counted from zero in the order in
    /// which they were added. Without a request: `transaction-too-large`, `item-twice`, and what a repository refuses
    /// before one.
    pub async fn commit(self) -> Result<()> {
        let Some(store) = self.store.clone() else { return self.mistake.map_or(Ok(()), Err) };
        self.send(&store, None).await.map(|_| ())
    }

    /// As [`commit`](Self::commit), together with a receipt, and not at all where that has been given before.
    pub(crate) async fn commit_once(self, ctx: &Context, receipt: &Receipt) -> Result<Committed> {
        let store = self.store.clone().unwrap_or_else(|| Store::of_bookkeeping(ctx));
        self.send(&store, Some(receipt)).await
    }

    async fn send(self, store: &Store, receipt: Option<&Receipt>) -> Result<Committed> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        limit::check_actions(self.steps.len())?;
        let mark = mark();
        let before = usize::from(receipt.is_some());
        for _ in 0..ATTEMPTS {
            let (mut writes, owners) = resolve(&self.steps, &mark).await?;
            if let Some(receipt) = receipt {
                // Its condition comes first, and so is the one that is told of where others fail, too.
                writes.insert(0, receipt.write(&mark));
            }
            let refused = match store.send(writes, &mark).await? {
                Sent::Done(_) => return Ok(Committed::Now),
                Sent::Refused(refused) => refused,
            };
            let Some(index) = refused.index.checked_sub(before) else {
                return Ok(Committed::Before);
            };
            let action = owners.get(index).copied().unwrap_or_default();
            let explained = refused.explain();
            // What was not there when it was looked for is there now, or the other way round.
            if self.steps.iter().any(|step| matches!(step, Step::Either(..)))
                && tries_again(&explained)
            {
                continue;
            }
            explained.map_err(|error| error.in_action(action, &refused.describe()))?;
        }
        Err(store.contended())
    }

    fn change<E: Entity, P: Patch<Entity = E>>(
        self,
        repository: &Repository<E>,
        key: E::Key<'_>,
        patch: P,
        expected: Expected,
        transition: Option<crate::transition::Step>,
    ) -> Self {
        let values = E::key_values(key);
        self.step(repository, |store| {
            let mut update = Update::default();
            patch.apply(&mut update);
            let change = store.change(values, update, expected, transition)?;
            Ok(Step::Change(store, Box::new(change)))
        })
    }

    fn remove<E: Entity>(
        self,
        repository: &Repository<E>,
        values: Vec<(&'static str, AttributeValue)>,
        expected: Expected,
        condition: Option<Condition<E>>,
    ) -> Self {
        self.step(repository, |store| {
            let (key, guard) = guarded(&store, &values, expected, condition)?;
            Ok(Step::Delete(store, key, guard))
        })
    }

    fn demand<E: Entity>(
        self,
        repository: &Repository<E>,
        values: Vec<(&'static str, AttributeValue)>,
        expected: Expected,
        condition: Option<Condition<E>>,
    ) -> Self {
        self.step(repository, |store| {
            let (key, guard) = guarded(&store, &values, expected, condition)?;
            Ok(Step::Check(key, guard))
        })
    }

    fn step<E: Entity>(
        mut self,
        repository: &Repository<E>,
        step: impl FnOnce(Store) -> Result<Step>,
    ) -> Self {
        let store = repository.store().clone();
        self.store.get_or_insert_with(|| store.clone());
        match step(store) {
            Ok(step) => self.steps.push(step),
            Err(error) => {
                self.mistake.get_or_insert(error);
            }
        }
        self
    }
}

/// The key of an item, and what it must be.
fn guarded<E>(
    store: &Store,
    values: &[(&'static str, AttributeValue)],
    expected: Expected,
    condition: Option<Condition<E>>,
) -> Result<(PrimaryKey, Box<Guard>)> {
    let key = PrimaryKey::render(store.shape, values)?;
    let conditions: Vec<Node> = condition.into_iter().map(Condition::into_node).collect();
    conditions.iter().try_for_each(Node::check)?;
    Ok((key, Box::new(Guard { conditions, ..store.guard(expected) })))
}

/// All writes, and for each the place of the step that it belongs to among those the user added.
async fn resolve(steps: &[Step], mark: &AttributeValue) -> Result<(Vec<Write>, Vec<usize>)> {
    let mut writes = Vec::with_capacity(steps.len());
    let mut owners = Vec::with_capacity(steps.len());
    let mut action = 0;
    for step in steps {
        let new = match step {
            Step::Create(store, item) => store.new_item(item.clone(), mark)?,
            Step::Within(store, parent, key) => vec![store.parent_check(parent, key.clone())],
            Step::Change(store, change) => {
                store
                    .resolve(change, mark, None)
                    .await
                    .map_err(|error| error.in_action(action, &of(store, "update")))?
                    .writes
            }
            Step::Delete(store, key, guard) => store
                .deletion(key.clone(), guard, mark)
                .await
                .map_err(|error| error.in_action(action, &of(store, "delete")))?,
            Step::Check(key, guard) => {
                vec![Write::guarded(Kind::Check(key.clone()), guard.as_ref().clone())]
            }
            Step::Emit(event) => vec![outbox::write(event, None, None)?],
            Step::Either(store, item, change) => store
                .either(item, change, mark)
                .await
                .map_err(|error| error.in_action(action, &of(store, "update")))?,
        };
        owners.extend(std::iter::repeat_n(action, new.len()));
        writes.extend(new);
        // The check of a parent belongs to the creation that follows it.
        action += usize::from(!matches!(step, Step::Within(..)));
    }
    distinct(&writes, &owners)?;
    Ok((writes, owners))
}

/// Whether a step that makes an item or changes it may have looked too early.
fn tries_again(explained: &Result<()>) -> bool {
    let code = explained.as_ref().err().map(Error::code);
    explained.is_ok() || matches!(code, Some("conflict" | "not-found"))
}

fn of(store: &Store, verb: &str) -> String {
    format!("{verb} of {}", store.shape.name)
}

/// DynamoDB refuses a transaction that names one item twice.
fn distinct(writes: &[Write], owners: &[usize]) -> Result<()> {
    let mut seen = std::collections::HashMap::with_capacity(writes.len());
    for (write, action) in writes.iter().zip(owners) {
        let Some(key) = write.key() else { continue };
        if let Some(first) = seen.insert(key, *action) {
            return Err(Error::invalid(
                "item-twice",
                format!(
                    "actions {first} and {action} of the transaction are about one item, {}",
                    write.subject.describe(write.verb())
                ),
            ));
        }
    }
    Ok(())
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("actions", &self.steps.len()).finish_non_exhaustive()
    }
}
