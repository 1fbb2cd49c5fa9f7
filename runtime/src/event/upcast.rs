//! Data of an earlier version of an event, on its way to the next one.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Error, Result};

/// The data of an event as JSON: an object, field by field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data(Map<String, Value>);

impl Data {
    /// The data of an event.
    ///
    /// # Errors
    /// It is no object.
    pub fn new(data: Value) -> Result<Self> {
        match data {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(Error::internal("the data of an event is no object")),
        }
    }

    /// Gives a field another name. One that is not there stays so.
    #[must_use]
    pub fn rename(mut self, before: &str, now: &str) -> Self {
        if let Some(value) = self.0.remove(before) {
            self.0.insert(now.to_owned(), value);
        }
        self
    }

    /// Gives a field that is not there this value.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.entry(name).or_insert_with(|| value.into());
        self
    }

    /// Removes a field.
    #[must_use]
    pub fn remove(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// The value of a field; none where it is not there.
    ///
    /// # Errors
    /// It is there, and of another type.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let value = self.0.get(name).map(T::deserialize).transpose();
        value.map_err(|error| Error::internal(format!("`{name}` of an event: {error}")))
    }

    pub(crate) fn read<T: DeserializeOwned>(self) -> serde_json::Result<T> {
        T::deserialize(Value::Object(self.0))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_step_changes_what_it_says() -> Result<()> {
        let data = Data::new(json!({ "summary": "a", "legacy": 1, "kept": true }))?
            .rename("summary", "description")
            .rename("absent", "nothing")
            .set("priority", "normal")
            .set("kept", false)
            .remove("legacy");
        let expected = json!({ "description": "a", "kept": true, "priority": "normal" });
        assert_eq!(data, Data::new(expected)?);
        assert_eq!(data.get::<String>("description")?, Some("a".to_owned()));
        assert_eq!(data.get::<String>("summary")?, None);
        assert!(data.get::<u32>("description").is_err());
        assert!(Data::new(json!([])).is_err());
        Ok(())
    }
}
