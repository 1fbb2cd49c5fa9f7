//! The words that keys take which know only a few.

/// When the platform sets a timestamp.
pub(crate) const SET: &[&str] = &["on_create", "on_write"];

/// The formats of strings.
pub(crate) const FORMAT: &[&str] = &["email"];

/// The orders of a page.
pub(crate) const ORDER: &[&str] = &["ascending", "descending"];

/// How an event gets to the bus.
pub(crate) const DELIVERY: &[&str] = &["atomic", "direct"];

/// What becomes of a direct event that the bus does not take.
pub(crate) const FALLBACK: &[&str] = &["drop", "outbox"];

/// What a subscriber runs.
pub(crate) const RUN: &[&str] = &["custom"];

/// Whether a caller must name the version it has read.
pub(crate) const IF_MATCH: &[&str] = &["required", "optional"];
