//! The runtime beneath what Purlin generates: typed DynamoDB repositories, events, permissions and handlers.

// Lets the derives name `::purlin` inside this crate's own tests.
extern crate self as purlin;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod access;
mod app;
mod attribute;
mod audit;
mod authorizer;
mod changes;
mod condition;
mod config;
mod context;
mod cursor;
pub mod dead_letter;
mod derived;
pub mod dynamodb;
mod entity;
mod error;
pub mod event;
mod expected;
mod failure_event;
mod guarded;
mod id;
pub mod json;
mod key;
pub mod lambda;
mod limit;
pub mod log;
mod operation;
mod parameter;
mod party;
mod path;
mod permission;
mod precondition;
mod problem;
mod projection;
pub mod publisher;
mod query;
mod rate;
mod relay;
mod repository;
pub mod request;
mod response;
mod router;
mod shared;
pub mod stream;
mod subscriber;
mod table_index;
mod time;
pub mod token;
mod transition;
mod update;
mod usage;
pub mod validate;

/// The events of API Gateway's HTTP APIs, payload format 2.0, which [`App::call`] takes and answers.
pub use aws_lambda_events::apigw;

#[cfg(fuzzing)]
pub use access::fuzzing;
pub use access::{AccessKey, Caller, IssuedKey, NewKey, StoredKey};
pub use app::App;
pub use attribute::{Attribute, AttributeError, Item};
pub use changes::{Changes, List, Number, Set};
pub use condition::{Condition, Elements, Ordered, Size, Text};
pub use config::{ConfigError, RuntimeConfig};
pub use context::Context;
pub use derived::{BatchWritable, Restorable};
pub use entity::{Entity, Index, SoftDelete, Unique};
pub use error::{Error, FieldError, Result};
pub use event::{Emitted, EntityRef, Event, EventOf, Fallback, Metadata, TraceContext};
pub use expected::Expected;
pub use failure_event::{Failure, FailureEvent};
pub use guarded::{Authority, Guarded};
pub use id::{Id, IdError, IdPrefix};
pub use key::{IndexPart, KeyKind, KeyPart, Part, Template};
pub use operation::{Handler, Operation};
pub use path::{
    Addable, Computable, Counter, Fixed, Free, Indexed, Object, Path, RawPath, Settable,
};
pub use permission::{Grants, PermissionType, Permissions, Permit, Scope};
pub use projection::{Projected, Projection, Row};
pub use publisher::EventPublisher;
#[doc(hidden)]
pub use query::read_member;
pub use query::{
    Access, Collect, Collected, Collection, End, Member, Narrowing, Next, Order, Page, Partition,
    Query, TextPart,
};
pub use rate::Rate;
pub use relay::Relayed;
pub use repository::{Answering, Repository, Seen, Slot, Snapshot, Transaction};
pub use request::Request;
pub use response::Response;
pub use router::{RouteError, RouteMatch};
pub use shared::Shared;
pub use subscriber::{
    Attempt, Delivered, Delivery, FromEvent, Received, Retry, Scheduled, Subscriber, Upcast,
};
pub use table_index::{IndexProjection, TableIndex};
pub use time::{Timestamp, TimestampError};
pub use transition::Transition;
pub use update::{Patch, Update};
pub use usage::Usage;

/// The derives, each beside the trait of the same name.
pub use purlin_macros::{
    Attribute, Entity, Event, Patch, Permissions, Projection, require_permission,
};
