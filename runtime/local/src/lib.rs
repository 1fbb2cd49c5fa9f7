//! The local stand-in for AWS: an embedded DynamoDB, an event bus and an HTTP gateway, all on loopback.
//!
//! [`main`] is the whole of an application's local binary. [`Platform`] is the same for tests, which write
//! requests with [`Platform::request`] and look at what came back and at [`Platform::events`].

pub mod api_keys;
mod audit;
mod bus;
mod cli;
mod clock;
mod directory;
mod gateway;
mod identity;
mod letters;
pub mod matrix;
#[cfg(feature = "model-tests")]
pub mod model;
mod platform;
mod relay;
mod secrecy;
mod secrets;
mod server;
mod soak;
mod store;
mod subscribers;
mod table;
mod testing;
mod wire;

pub use bus::{
    Archive, BoxFuture, Bus, DeadLetters, Event, Redrive, Replay, Retry, Rule, Schedule, Setup,
    Target, Terminal,
};
pub use cli::{Example, main};
pub use platform::{Events, Options, Platform};
pub use soak::Soak;
pub use store::Store;
pub use testing::{TestRequest, TestResponse};
