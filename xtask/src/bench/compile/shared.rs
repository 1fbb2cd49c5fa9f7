//! What the hand-written entities have in common.

/// The module `store`.
pub(super) const STORE: &str = r##"//! What all entities have in common: the client, the errors, items and changes.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_dynamo::aws_sdk_dynamodb_1 as serde_items;

pub type Item = HashMap<String, AttributeValue>;

/// Where a page starts; nothing for the first one.
pub type Start = Option<Item>;

/// What a call comes to, as a server keeps it.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

pub struct Store {
    pub client: Client,
    pub table: String,
}

pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Start,
}

#[derive(Debug)]
pub enum Error {
    NotFound,
    /// The condition of a write did not hold.
    Conflict,
    Item(serde_dynamo::Error),
    Database(Box<aws_sdk_dynamodb::Error>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such item"),
            Self::Conflict => f.write_str("the item is not what the write needs"),
            Self::Item(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<serde_dynamo::Error> for Error {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Item(error)
    }
}

impl<E> From<aws_sdk_dynamodb::error::SdkError<E>> for Error
where
    aws_sdk_dynamodb::Error: From<aws_sdk_dynamodb::error::SdkError<E>>,
{
    fn from(error: aws_sdk_dynamodb::error::SdkError<E>) -> Self {
        match aws_sdk_dynamodb::Error::from(error) {
            aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_) => Self::Conflict,
            error => Self::Database(Box::new(error)),
        }
    }
}

pub fn key(partition: String, sort: &str) -> Item {
    HashMap::from([
        ("PK".to_owned(), AttributeValue::S(partition)),
        ("SK".to_owned(), AttributeValue::S(sort.to_owned())),
    ])
}

pub fn to_item(entity: &impl Serialize) -> Result<Item, Error> {
    Ok(serde_items::to_item(entity)?)
}

pub fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    Ok(serde_items::from_item(item)?)
}

pub fn page<T: DeserializeOwned>(output: QueryOutput) -> Result<Page<T>, Error> {
    let items = output.items.unwrap_or_default();
    let items = items.into_iter().map(from_item).collect::<Result<_, _>>()?;
    Ok(Page { items, next: output.last_evaluated_key })
}

pub fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// The parts of an update expression. Every update counts the version up.
#[derive(Default)]
pub struct Changes {
    set: Vec<String>,
    remove: Vec<String>,
    names: HashMap<String, String>,
    values: Item,
}

impl Changes {
    pub fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.set.push(format!("#{name} = :{name}"));
        self.names.insert(format!("#{name}"), name.to_owned());
        self.values.insert(format!(":{name}"), serde_items::to_attribute_value(value)?);
        Ok(())
    }

    pub fn set_or_remove<T: Serialize>(
        &mut self,
        name: &str,
        value: Option<&T>,
    ) -> Result<(), Error> {
        match value {
            Some(value) => self.set(name, value),
            None => {
                self.remove.push(format!("#{name}"));
                self.names.insert(format!("#{name}"), name.to_owned());
                Ok(())
            }
        }
    }

    pub fn expression(&self) -> String {
        let mut text = format!("SET {} ADD #version :one", self.set.join(", "));
        if !self.remove.is_empty() {
            text.push_str(" REMOVE ");
            text.push_str(&self.remove.join(", "));
        }
        text
    }

    pub fn names(&self) -> HashMap<String, String> {
        let mut names = self.names.clone();
        names.insert("#version".to_owned(), "version".to_owned());
        names
    }

    pub fn values(&self) -> Item {
        let mut values = self.values.clone();
        values.insert(":one".to_owned(), AttributeValue::N("1".to_owned()));
        values
    }
}
"##;
