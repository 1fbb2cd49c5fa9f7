//! The application's hand-written part.
//!
//! What the schemas declare is generated and needs nothing from here: every operation has a body already.
