//! Entities: keys, access patterns and states.

use std::path::PathBuf;

use super::{AccessKey, Collection, Field, Operation, SetOn, SoftDelete, Ttl, Type, Unique, model};
use crate::name::Name;
use crate::template::{Part, SEPARATOR, Template};

model! {
    /// An entity.
    Entity {
        /// The name, in PascalCase.
        name: Name,
        /// The name for several, in snake_case.
        plural: Name,
        /// What it is.
        description: Option<String>,
        /// The partition key.
        partition: Template,
        /// The sort key.
        sort: Template,
        /// The fields, in the order written.
        fields: Vec<Field>,
        /// The integer field that counts writes.
        version: Option<Name>,
        /// The field naming the user an item belongs to.
        owner: Option<Name>,
        /// What an item belongs to besides its owner.
        parent: Option<Parent>,
        /// The state machine.
        status: Option<Status>,
        /// What makes the items credentials.
        api_key: Option<AccessKey>,
        /// When an item expires.
        ttl: Option<Ttl>,
        /// How a deleted item is kept.
        soft_delete: Option<SoftDelete>,
        /// What no two items share, in the order written.
        uniques: Vec<Unique>,
        /// The size, in KB, of an item that costs are computed for.
        item_kb: u32,
        /// The access patterns, in the order written.
        accesses: Vec<Access>,
        /// The collections, in the order written.
        collections: Vec<Collection>,
        /// The operations, in the order written.
        operations: Vec<Operation>,
        /// The document that declares it.
        document: PathBuf,
    }
}

impl Entity {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.as_str() == name)
    }

    /// The entity's own id field, and what the id's text begins with.
    #[must_use]
    pub fn id(&self) -> Option<(&Field, &str)> {
        self.fields.iter().find_map(|field| match &field.kind {
            Type::Id { prefix } => Some((field, prefix.as_str())),
            _ => None,
        })
    }

    /// The fields of the primary key, each once, partition first.
    #[must_use]
    pub fn key_fields(&self) -> Vec<&Field> {
        let mut fields: Vec<&Field> = Vec::new();
        for name in self.partition.fields().chain(self.sort.fields()) {
            if let Some(field) = self.field(name)
                && !fields.iter().any(|known| known.name == field.name)
            {
                fields.push(field);
            }
        }
        fields
    }

    /// The collection of this name.
    #[must_use]
    pub fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.iter().find(|collection| collection.name.as_str() == name)
    }

    /// The access pattern of this name.
    #[must_use]
    pub fn access(&self, name: &str) -> Option<&Access> {
        self.accesses.iter().find(|access| access.name.as_str() == name)
    }

    /// The fields of a row that a pattern reads, in the order of the entity's: all of them, or those
    /// that its index holds and those that the keys, which every index holds, are built of.
    #[must_use]
    pub fn row(&self, access: &Access) -> Vec<&Field> {
        let Some(projection) = &access.projection else { return self.fields.iter().collect() };
        let keys = [&self.partition, &self.sort, &access.partition, &access.sort];
        let in_keys = |field: &Field| {
            let mut placeholders = keys.iter().flat_map(|key| key.placeholders());
            placeholders.any(|placeholder| placeholder.path == [field.name.as_str()])
        };
        let held = |field: &&Field| projection.contains(&field.name) || in_keys(field);
        self.fields.iter().filter(held).collect()
    }

    /// The transition of this name.
    #[must_use]
    pub fn transition(&self, name: &str) -> Option<&Transition> {
        self.status.as_ref()?.transitions.iter().find(|transition| transition.name.as_str() == name)
    }

    /// The fields that any update operation may set, in the order of the entity's fields.
    #[must_use]
    pub fn patchable(&self) -> Vec<&Field> {
        let inputs: Vec<&Name> = self
            .operations
            .iter()
            .filter(|operation| operation.kind == super::OperationKind::Update)
            .flat_map(|operation| &operation.input)
            .collect();
        self.fields.iter().filter(|field| inputs.contains(&&field.name)).collect()
    }

    /// The timestamps that every write sets.
    pub fn set_on_write(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.set == Some(SetOn::Write))
    }
}

model! {
    /// What an item belongs to besides its owner.
    Parent {
        /// The field that refers to it.
        field: Name,
        /// The entity it is.
        entity: Name,
    }
}

model! {
    /// An access pattern.
    Access {
        /// The name, in snake_case.
        name: Name,
        /// What it finds.
        description: Option<String>,
        /// The index; none where the table itself is read.
        index: Option<String>,
        /// The partition key it is read by.
        partition: Template,
        /// The sort key. A query reads what begins with the template's literal prefix.
        sort: Template,
        /// Whether pages come in descending order of the sort key.
        descending: bool,
        /// The fields that the index holds besides its keys; none where it holds whole items.
        projection: Option<Vec<Name>>,
    }
}

impl Access {
    /// The index, where there is one.
    #[must_use]
    pub fn index_name(&self) -> Option<&str> {
        self.index.as_deref()
    }

    /// The fields of the sort key by which a query can be narrowed, from the left to the right.
    ///
    /// They end before a field of a nested object, whose type has no name outside it, and before one
    /// that a literal other than the separator follows: the order of such keys is not quite that of
    /// the values.
    #[must_use]
    pub fn narrowing(&self) -> Vec<&str> {
        let mut fields = Vec::new();
        let mut parts = self.sort.parts().iter().peekable();
        while let Some(part) = parts.next() {
            let Part::Field(placeholder) = part else { continue };
            let closed = match parts.peek() {
                Some(Part::Literal(literal)) => literal.starts_with(SEPARATOR),
                _ => true,
            };
            match placeholder.path.as_slice() {
                [field] if closed => fields.push(field.as_str()),
                _ => break,
            }
        }
        fields
    }

    /// The fields of the partition key, each once, in order.
    #[must_use]
    pub fn partition_fields(&self) -> Vec<&str> {
        let mut fields: Vec<&str> = Vec::new();
        for field in self.partition.fields() {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        fields
    }
}

model! {
    /// A state machine over one enum field.
    Status {
        /// The field.
        field: Name,
        /// The state of a new item.
        initial: Name,
        /// States that nothing leaves.
        finals: Vec<Name>,
        /// The ways from state to state.
        transitions: Vec<Transition>,
        /// The event that each transition emits, besides its own.
        emits: Option<Name>,
    }
}

model! {
    /// A way from one state to another.
    Transition {
        /// The name, in snake_case.
        name: Name,
        /// When it is taken.
        description: Option<String>,
        /// The states it leaves.
        from: Vec<Name>,
        /// The state it enters.
        to: Name,
        /// The optional timestamp field that it sets.
        stamps: Option<Name>,
        /// The event that it emits, besides that of the whole status.
        emits: Option<Name>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{Located, Place};

    #[test]
    fn a_query_is_narrowed_by_whole_fields_that_sort_as_their_values_do() {
        let narrowing = |sort: &str| {
            let template = |text: &str| {
                Template::parse(&Located::new(text.to_owned(), Place::default()))
                    .expect("a valid template")
            };
            let access = Access {
                name: Name::new("by_any"),
                description: None,
                index: None,
                partition: template("A"),
                sort: template(sort),
                descending: false,
                projection: None,
            };
            access.narrowing().join(" ")
        };
        assert_eq!(narrowing("A#{a}#{b}#C"), "a b");
        assert_eq!(narrowing("{a}"), "a");
        assert_eq!(narrowing("A"), "");
        assert_eq!(narrowing("A#{a}#{b.c}#{d}"), "a");
        assert_eq!(narrowing("A#{a}-x#{b}"), "");
    }
}
