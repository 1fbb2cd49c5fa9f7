//! The application's hand-written part: what the schemas leave to be written by hand.

mod by_hand;

use purlin::App;

pub use by_hand::ByOurHand;

/// The application as a whole.
#[must_use]
pub fn app() -> App {
    agentic_platform::app::<ByOurHand>()
}
