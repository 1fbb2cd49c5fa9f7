//! The runtime beneath what Purlin generates: typed DynamoDB repositories, events, permissions and handlers.

// Lets the derives name `::purlin` inside this crate's own tests.
extern crate self as purlin;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod app;
mod attribute;
mod caller;
mod config;
mod context;
mod cursor;
mod derived;
pub mod dynamodb;
mod entity;
mod error;
mod event;
mod expected;
mod id;
pub mod json;
mod key;
pub mod lambda;
mod limit;
pub mod log;
mod parameter;
mod permission;
mod precondition;
mod problem;
pub mod publisher;
mod query;
mod repository;
pub mod request;
mod response;
mod router;
mod table_index;
mod time;
pub mod token;
mod transition;
mod update;
pub mod validate;

/// The events of API Gateway's HTTP APIs, payload format 2.0, which [`App::call`] takes and answers.
pub use aws_lambda_events::apigw;

pub use app::{App, Operation};
pub use attribute::{Attribute, AttributeError, Item};
pub use caller::Caller;
pub use config::{ConfigError, RuntimeConfig};
pub use context::{Context, Shared};
pub use entity::{Entity, Index};
pub use error::{Error, FieldError, Result};
pub use event::Event;
pub use expected::Expected;
pub use id::{Id, IdError, IdPrefix};
pub use key::{IndexPart, KeyKind, KeyPart, Part, Template};
pub use permission::{Grants, Permissions, Permit, Scope};
pub use publisher::EventPublisher;
pub use query::{Access, Order, Page, Query};
pub use repository::Repository;
pub use request::Request;
pub use response::Response;
pub use router::{RouteError, RouteMatch};
pub use table_index::{IndexProjection, TableIndex};
pub use time::{Timestamp, TimestampError};
pub use transition::Transition;
pub use update::{Patch, Update};

/// The derives, each beside the trait of the same name.
pub use purlin_macros::{Attribute, Entity, Event, Patch, Permissions};
