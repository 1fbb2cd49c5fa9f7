//! The events of a process that is killed: none is lost, and each has its effect once.

#[path = "events/evidence.rs"]
mod evidence;
#[path = "events/every_point.rs"]
mod every_point;
#[path = "local/process.rs"]
mod process;
#[path = "events/soak.rs"]
mod soak;
#[path = "events/stream.rs"]
mod stream;
