//! What is asked of a repository, and what it answers.

use std::fmt;
use std::rc::Rc;

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{
    Attribute, AttributeError, Entity, Error, Expected, Item, Order, Patch, Transition, Update,
};

/// One call of a repository. The item it is about is named by an entity with the same key.
#[derive(Clone, Debug)]
pub(super) enum Call<E> {
    Create(E),
    Get(E),
    BatchGet(Vec<E>),
    Update {
        of: E,
        changes: Changes,
        expected: Expected,
    },
    Transition {
        of: E,
        step: Transition<E>,
        changes: Changes,
        expected: Expected,
    },
    Delete {
        of: E,
        expected: Expected,
    },
    /// Brings back what was deleted.
    Restore {
        of: E,
        expected: Expected,
    },
    /// Removes what was deleted for good.
    Purge {
        of: E,
        expected: Expected,
    },
    Query(Question<E>),
    /// The call, made by a caller who reaches what it owns and nothing else.
    Bounded {
        owner: String,
        call: Box<Call<E>>,
    },
    /// DynamoDB removes what has expired.
    Sweep,
    /// Another writer puts something into the table, past the repository.
    Meddle {
        of: E,
        with: Meddling,
    },
}

/// A query of the partition that `of` lies in.
#[derive(Clone, Debug)]
pub(super) struct Question<E> {
    /// The access pattern's place in the plan.
    pub(super) access: usize,
    pub(super) of: E,
    /// As the pattern says, where nothing is said.
    pub(super) order: Option<Order>,
    /// Items whose attribute is as it is in `of`, or absent as it is there.
    pub(super) filter: Option<&'static str>,
    pub(super) read: Read,
}

/// How far a query is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Read {
    First,
    Count,
    /// All pages of so many items, each started by the cursor of the one before.
    Pages(u32),
}

/// What another writer leaves in the table.
#[derive(Clone, Debug)]
pub(super) enum Meddling {
    /// An attribute of the item that its entity does not know.
    Unknown(AttributeValue),
    /// An item of another entity beside it, in the table and in every index.
    Stranger,
}

/// Attributes, each with its new value or none.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes(pub(super) Vec<(&'static str, Option<AttributeValue>)>);

impl Changes {
    pub(super) fn patch<E>(&self) -> ChangesOf<E> {
        ChangesOf { changes: self.clone(), entity: std::marker::PhantomData }
    }
}

/// Changes as a repository takes them.
pub(super) struct ChangesOf<E> {
    changes: Changes,
    entity: std::marker::PhantomData<fn() -> E>,
}

impl<E: Entity> Patch for ChangesOf<E> {
    type Entity = E;

    fn apply(self, update: &mut Update) {
        for (name, value) in self.changes.0 {
            update.set(name, &Raw(value));
        }
    }
}

/// An attribute's value as it is; `None`: absent.
pub(super) struct Raw(pub(super) Option<AttributeValue>);

impl Attribute for Raw {
    fn to_attribute(&self) -> Option<AttributeValue> {
        self.0.clone()
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        Ok(Self(Some(value)))
    }

    fn absent() -> Result<Self, AttributeError> {
        Ok(Self(None))
    }
}

/// What came of a call.
#[derive(Clone, Debug)]
pub(super) enum Answer<E> {
    Done,
    One(E),
    Maybe(Option<E>),
    Many(Vec<Option<E>>),
    First(Option<Found>),
    Count(u64),
    Pages(Vec<Vec<Found>>),
    Refused(Refusal),
}

/// A row that a query found: an entity, or as much of it as the access pattern returns.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) text: String,
    is: Rc<dyn Fn(&Item) -> bool>,
}

impl Found {
    pub(super) fn new(text: String, is: impl Fn(&Item) -> bool + 'static) -> Self {
        Self { text, is: Rc::new(is) }
    }

    /// Whether it is what a query finds of this item.
    pub(super) fn is(&self, item: &Item) -> bool {
        (self.is)(item)
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a call was refused, as its caller can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    NotFound,
    Stale,
    Conflict,
    NotUnique,
    Denied,
    Invalid,
    /// Nothing that a model foresees.
    Other(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        // Every stale write is also a conflict, and so is one of a value that is taken.
        let kinds = [
            (error.is_not_found(), Self::NotFound),
            (error.is_stale(), Self::Stale),
            (error.is_denied(), Self::Denied),
            (error.code() == "not-unique", Self::NotUnique),
            (error.is_conflict(), Self::Conflict),
            (error.is_invalid(), Self::Invalid),
        ];
        let known = kinds.into_iter().find(|(is, _)| *is).map(|(_, refusal)| refusal);
        known.unwrap_or_else(|| Self::Other(format!("{error:?}")))
    }
}
