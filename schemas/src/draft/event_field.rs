//! A field of an event: of its own, or the entity's before or after the write.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::FieldDraft;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem};
use crate::read::{Read, Reader, TABLE, table};

table! {
    /// A field of an event that holds what one of the entity's fields held before the write, or holds after it. It has that field's type.
    SourcedDraft {
        required {}
        optional {
            /// The entity's field before the write. Only what changes an item can emit the event.
            was: Located<String>,
            /// The entity's field after the write.
            now: Located<String>,
            /// What the field holds, in a sentence; by default what the entity's field does.
            description: Located<String>,
        }
    }
}

/// A field of an event: one of its own, or the entity's before or after the write.
#[derive(Clone, Debug)]
pub enum EventFieldDraft {
    /// A field of the event's own.
    Own(Box<FieldDraft>),
    /// The entity's field before or after the write.
    Sourced(SourcedDraft),
}

impl Read for EventFieldDraft {
    const EXAMPLE: &'static str = TABLE;

    fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let sourced = match node.get_ref() {
            DeValue::Table(table) if ["was", "now"].iter().any(|key| table.contains_key(*key)) => {
                table
            }
            _ => return FieldDraft::read(node, reader).map(|field| Self::Own(Box::new(field))),
        };
        let mut kept = DeTable::new();
        for (key, value) in sourced {
            let name: &str = key.get_ref();
            if SourcedDraft::KEYS.contains(&name) || !FieldDraft::KEYS.contains(&name) {
                kept.insert(key.clone(), value.clone());
                continue;
            }
            let message = format!("`{name}` does not apply to a field taken of the entity");
            reader.problems.push(
                Problem::new(Code::InapplicableOption, reader.place(key.span()), message)
                    .help("remove it: the field is what the entity's field is"),
            );
        }
        let node = Spanned::new(node.span(), DeValue::Table(kept));
        SourcedDraft::read(&node, reader).map(Self::Sourced)
    }
}

impl JsonSchema for EventFieldDraft {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "EventField".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let own = generator.subschema_for::<FieldDraft>();
        let sourced = generator.subschema_for::<SourcedDraft>();
        json_schema!({
            "description": "A field of the event's own, or the entity's before or after the write.",
            "anyOf": [own, sourced],
        })
    }
}
