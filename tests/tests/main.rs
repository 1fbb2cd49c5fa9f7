//! All tests that need more than one crate, in one binary.

mod audit;
mod contracts;
mod data;
mod derive;
mod events;
mod pattern;
mod platform;
mod ui;
