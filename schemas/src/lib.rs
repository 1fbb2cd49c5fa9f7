//! Purlin's schema language: the one place where a schema is understood.
//!
//! Text becomes a [`draft`] (what was written, every leaf with its place), [`check()`] turns a draft
//! into a [`Model`] or into every problem there is at once, and the generator and the derive
//! macros work from the model alone.
//!
//! This crate knows no AWS crate, no `tokio` and no `proc_macro`.

pub mod contract;
pub mod cost;
pub mod draft;
pub mod model;
pub mod pattern;
pub mod template;

mod check;
mod compile;
mod duration;
mod json_schema;
mod load;
mod name;
mod place;
mod problem;
mod rate;
mod read;
mod reference;
mod render;
mod schedule;
mod suggest;

pub use check::{Scope, check, check_entity, check_event, check_permissions, check_prefix};
pub use compile::{Refusal, compile};
pub use json_schema::json_schema;
pub use load::{Loaded, load};
pub use model::Model;
pub use name::Name;
pub use place::{Located, Place, Source, Sources};
pub use problem::{Code, Label, Problem, Problems};
pub use reference::reference;
pub use suggest::suggest;
