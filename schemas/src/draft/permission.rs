//! `permissions.toml`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::place::{Located, Place};
use crate::read::{Read, Reader, Table, table};

table! {
    /// `permissions.toml`: every permission there is, and the roles that hold them.
    PermissionsDocument {
        required {
            /// Every permission, `resource:action`, with what it allows.
            permissions: Table<PermissionDraft>,
            /// The roles, by the name that a credential carries.
            roles: Table<RoleDraft>,
        }
        optional {
            /// The grant that holds every permission, over everybody's resources, for example `admin:*`.
            everything: Located<String>,
        }
    }
}

table! {
    /// A permission of which there is more to say than what it allows.
    PermissionTable {
        required {
            /// What it allows, in a sentence.
            description: Located<String>,
        }
        optional {
            /// Whether what is done with it is told to the audit, by whoever it is done.
            privileged: Located<bool>,
            /// Whether handlers written by hand need it, though no operation does.
            by_hand: Located<bool>,
        }
    }
}

/// A permission: what it allows, or a table with that and more.
#[derive(Clone, Debug, Default)]
pub struct PermissionDraft {
    /// Where it was written.
    pub place: Place,
    /// What it allows, in a sentence.
    pub description: Option<Located<String>>,
    /// Whether what is done with it is told to the audit, by whoever it is done.
    pub privileged: Option<Located<bool>>,
    /// Whether handlers written by hand need it, though no operation does.
    pub by_hand: Option<Located<bool>>,
}

impl Read for PermissionDraft {
    const EXAMPLE: &'static str = <Located<String> as Read>::EXAMPLE;

    fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.get_ref().is_table() {
            let PermissionTable { place, description, privileged, by_hand } =
                PermissionTable::read(node, reader)?;
            return Some(Self { place, description, privileged, by_hand });
        }
        let description = Located::<String>::read(node, reader)?;
        Some(Self { place: description.place, description: Some(description), ..Self::default() })
    }
}

impl JsonSchema for PermissionDraft {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Permission".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<PermissionTable>();
        json_schema!({
            "description": "What a permission allows, in a sentence; or a table with that and more.",
            "anyOf": [{ "type": "string" }, table],
        })
    }
}

table! {
    /// A role and what it may do.
    RoleDraft {
        required {
            /// Permissions (`agent:read`) and wildcards (`agent:*`). With `:any` appended a grant also reaches what others own.
            grants: Vec<Located<String>>,
        }
        optional {
            /// Who holds the role, in a sentence.
            description: Located<String>,
        }
    }
}
