//! The documents in `entities/`.

use super::{AccessKeyDraft, Scalar, words};
use crate::check::Kind;
use crate::duration;
use crate::model::OperationKind;
use crate::place::{Located, Place};
use crate::rate;
use crate::read::{Table, table};

table! {
    /// `entities/*.toml`: one entity, its keys, its states and its operations.
    EntityDocument {
        required {
            /// The entity itself.
            entity: EntitySection,
            /// The fields, in snake_case, in the order they are shown. JSON and DynamoDB names are the same in camelCase.
            fields: Table<FieldDraft>,
        }
        optional {
            /// Fields whose values no two items share, taken together, by a name of your own: `email = ["email"]`. An item that lacks one of them is not held to it.
            unique: Table<Vec<Located<String>>>,
            /// A state machine over one field.
            status: StatusDraft,
            /// Makes the items credentials.
            api_key: AccessKeyDraft,
            /// Access patterns: the queries there are, by name.
            access: Table<AccessDraft>,
            /// Collections: entities that share a partition and are read in one query, by name.
            collections: Table<CollectionDraft>,
            /// What callers can do with the entity, by name.
            operations: Table<OperationDraft>,
        }
    }
}

table! {
    /// The entity itself.
    EntitySection {
        required {
            /// The entity's name in PascalCase.
            name: Located<String>,
            /// The primary key.
            key: KeyDraft,
        }
        optional {
            /// What the entity is, in a sentence or two.
            description: Located<String>,
            /// The entity's name for several, in snake_case; by default the name with an `s`.
            plural: Located<String>,
            /// The integer field that counts writes. Updates may then demand the version they have read.
            version: Located<String>,
            /// The field naming the user an item belongs to. A caller without a grant ending in `:any` reaches only its own.
            owner: Located<String>,
            /// A `ref` field. What it refers to must exist, and be within the caller's reach, before an item is made or listed.
            parent: Located<String>,
            /// When an item expires. From then on it counts as gone, and DynamoDB removes it within days.
            ttl: TtlDraft,
            /// Makes deleting an item mark it instead, so that it can be restored. A marked item counts as gone.
            soft_delete: SoftDeleteDraft,
            /// The size of an item, in whole KB of 1,024 bytes, that costs are computed for; by default 1.
            item_kb: Located<i64>,
        }
    }
}

table! {
    /// When an item expires.
    TtlDraft {
        required {
            /// The `timestamp` field that says when. An item without it never expires.
            field: Located<String>,
        }
        optional {
            /// How long after its creation an item expires, for example `90s`, `5m`, `2h` or `30d`. The platform then sets the field; without it, the field may be an input.
            #[schemars(extend("pattern" = duration::PATTERN))]
            after: Located<String>,
        }
    }
}

table! {
    /// How deleted items are kept.
    SoftDeleteDraft {
        required {
            /// The optional `timestamp` field that says when an item was deleted. Only deleting and restoring set it.
            field: Located<String>,
        }
        optional {
            /// How long a deleted item can be restored, for example `30d`; then it expires. By default it is kept for good.
            #[schemars(extend("pattern" = duration::PATTERN))]
            retain: Located<String>,
        }
    }
}

table! {
    /// A primary key.
    KeyDraft {
        required {
            /// The partition key's template, for example `AGENT#{agent_id}`.
            partition: Located<String>,
            /// The sort key's template, for example `TASK#{task_id}` or a literal such as `METADATA`.
            sort: Located<String>,
        }
        optional {}
    }
}

table! {
    /// A field: its type, and the limits that go with the type.
    FieldDraft {
        required {
            /// `id`, `ref`, `string`, `integer`, `number`, `boolean`, `enum`, `timestamp`, `object`, `list`, `set`, `map` or `json`.
            #[schemars(extend("enum" = Kind::WORDS))]
            kind = "type": Located<String>,
        }
        optional {
            /// What the field holds, in a sentence.
            description: Located<String>,
            /// Whether the field may be absent.
            optional: Located<bool>,
            /// The value of an input that leaves the field out.
            default: Located<Scalar>,
            /// `on_create` or `on_write`: when the platform sets the timestamp. Nobody else can.
            #[schemars(extend("enum" = words::SET))]
            set: Located<String>,
            /// `integer`: whether the field counts: it starts at 0 and is only ever added to, without being read. It is never an input, and no key holds it.
            counter: Located<bool>,
            /// Whether the field never leaves the platform: no answer shows it, and no event carries it. Only an entity's own fields.
            hidden: Located<bool>,
            /// The permission that a caller needs to see the field; others get the resource without it. A grant without `:any` shows it of the caller's own resources. Only an entity's own fields.
            read_by: Located<String>,
            /// The permission that a caller needs to give the field in a body; others are refused. Only an entity's own fields.
            write_by: Located<String>,
            /// `id`: what the id's text begins with, for example `agent` for `agent_01h455vb4pex5vsknk084sn02q`.
            prefix: Located<String>,
            /// `ref`: the entity whose id the field holds.
            entity: Located<String>,
            /// `string`: the least number of characters (Unicode scalar values).
            min_length: Located<i64>,
            /// `string`: the greatest number of characters (Unicode scalar values).
            max_length: Located<i64>,
            /// `string`: a format; `email` is the one there is.
            #[schemars(extend("enum" = words::FORMAT))]
            format: Located<String>,
            /// `integer`, `number`: the least value.
            minimum: Located<f64>,
            /// `integer`, `number`: the greatest value.
            maximum: Located<f64>,
            /// `enum`: the values, in snake_case.
            values: Vec<Located<String>>,
            /// `object`: its fields.
            fields: Table<FieldDraft>,
            /// `list`, `set`, `map`: the type of each item (of each value, in a map).
            items: Box<FieldDraft>,
            /// `list`, `set`, `map`: the least number of items.
            min_items: Located<i64>,
            /// `list`, `set`, `map`: the greatest number of items.
            max_items: Located<i64>,
        }
    }
}

table! {
    /// A state machine over one enum field.
    StatusDraft {
        required {
            /// The enum field that holds the state.
            field: Located<String>,
            /// The state of a new item.
            initial: Located<String>,
            /// The ways from state to state, by name.
            transitions: Table<TransitionDraft>,
        }
        optional {
            /// States that nothing leaves.
            finals = "final": Vec<Located<String>>,
            /// For a state, the optional timestamp field that entering it sets.
            entered_at: Table<Located<String>>,
            /// The event that each transition emits.
            emits: Located<String>,
        }
    }
}

table! {
    /// A way from one state to another.
    TransitionDraft {
        required {
            /// The states it leaves.
            from: Vec<Located<String>>,
            /// The state it enters.
            to: Located<String>,
        }
        optional {
            /// When it is taken, in a sentence.
            description: Located<String>,
            /// The event that it emits, besides that of the whole status.
            emits: Located<String>,
        }
    }
}

table! {
    /// An access pattern: a query over the table or one of its indexes.
    AccessDraft {
        required {}
        optional {
            /// What the pattern finds, in a sentence.
            description: Located<String>,
            /// The index, `GSI1` to `GSI20`. Left out, the pattern is the table's own: the entity's partition and sort key.
            #[schemars(extend("pattern" = "^GSI([1-9]|1[0-9]|20)$"))]
            index: Located<String>,
            /// The index's partition key, for example `USER#{user_id}`.
            partition: Located<String>,
            /// The index's sort key, for example `AGENT#{created_at}`. It begins with a literal of the entity's own.
            sort: Located<String>,
            /// `ascending` (by default) or `descending`.
            #[schemars(extend("enum" = words::ORDER))]
            order: Located<String>,
            /// The fields that the index holds besides its keys; `[]` for none. By default it holds whole items. A row of the pattern has these fields, and those that the keys are built of.
            project: Vec<Located<String>>,
        }
    }
}

table! {
    /// A collection: an item, and items of other entities that share its partition, read in one query.
    CollectionDraft {
        required {}
        optional {
            /// What the collection shows, in a sentence.
            description: Located<String>,
            /// The index whose partition they share, `GSI1` to `GSI20`; by default the table.
            #[schemars(extend("pattern" = "^GSI([1-9]|1[0-9]|20)$"))]
            index: Located<String>,
            /// `ascending` (by default) or `descending`.
            #[schemars(extend("enum" = words::ORDER))]
            order: Located<String>,
            /// Entities of which all items in the partition are read.
            many: Vec<Located<String>>,
            /// An entity of which only the item that comes first in the order is read. Its items come after all others.
            first: Vec<Located<String>>,
        }
    }
}

table! {
    /// An operation: something a caller can do.
    OperationDraft {
        required {
            /// Method and path, for example `GET /agents/{agent_id}`.
            http: Located<String>,
        }
        optional {
            /// What the operation does, in a sentence.
            description: Located<String>,
            /// `create`, `get`, `list`, `update`, `delete`, `restore` or `transition`; by default the operation's name.
            #[schemars(extend("enum" = OperationKind::WORDS))]
            kind: Located<String>,
            /// The permission the caller needs.
            permission: Located<String>,
            /// Whether anybody may call it, without a credential.
            public: Located<bool>,
            /// `create`, `update`: the fields that the body may set.
            input: Vec<Located<String>>,
            /// `get`: the fields to answer with; by default all.
            output: Vec<Located<String>>,
            /// `list`, `get`: the access pattern to read through.
            access: Located<String>,
            /// `list`: fields that a query parameter of the same name may narrow the page to. Items filtered out cost their read.
            filter: Vec<Located<String>>,
            /// `transition`: the transition to take.
            transition: Located<String>,
            /// `update`, `delete`, `restore`, `transition`: `required` or `optional` (by default): whether the caller must name the version it has read, in `If-Match`.
            #[schemars(extend("enum" = words::IF_MATCH))]
            if_match: Located<String>,
            /// The event to publish once the write has succeeded.
            emits: Located<String>,
            /// How often one caller may call it: a whole number of calls and `s`, `min` or `h`, for example `60/min`, or `60/min burst 10` where no more than 10 of them may come at once. Further calls are answered with 429. Callers without a credential are told apart by their addresses.
            #[schemars(extend("pattern" = rate::PATTERN))]
            rate: Located<String>,
            /// The most write units that one call may cost, as DynamoDB bills them; by default the service's.
            max_write_units: Located<i64>,
            /// The most read units that one call may cost, a list's for a page of 20 items; by default the service's.
            max_read_units: Located<i64>,
        }
    }
}
