//! Events that ride on the item whose write emits them.

use aws_sdk_dynamodb::types::AttributeValue;

use super::store::Store;
use crate::event::Emission;
use crate::event::emission::{EVENTS, Note};
use crate::transition::Step;
use crate::{Item, Result, Update, limit};

impl Store {
    /// Notes on a whole item, complete with its keys, which events its write emits.
    pub(super) fn ride(&self, item: &mut Item, step: Option<Step>) -> Result<()> {
        let emissions = self.emissions_of(step);
        if emissions.is_empty() {
            return Ok(());
        }
        let bytes = limit::bytes_of(item)?;
        emissions.iter().try_for_each(|emission| emission.check(item, bytes))?;
        let note = Note::new(&self.ctx, &emissions).to_attribute()?;
        item.insert(EVENTS.to_owned(), note);
        limit::check_item(item)
    }

    /// The note of the events that a write emits; none where it emits none.
    pub(super) fn note_of(&self, step: Option<Step>) -> Result<Option<AttributeValue>> {
        let emissions = self.emissions_of(step);
        let note = || Note::new(&self.ctx, &emissions).to_attribute();
        (!emissions.is_empty()).then(note).transpose()
    }

    /// Whether a change may make the events too large of an item that fits the table. An item fits as JSON, too, unless
    /// it holds control characters, each of which is six bytes there; what is written of these is looked at.
    pub(super) fn may_outgrow(&self, update: &Update, step: Option<Step>) -> bool {
        let mut values = update.iter().filter_map(|(_, action)| action.value());
        values.any(holds_controls) && !self.emissions_of(step).is_empty()
    }

    /// Refuses a change that makes this item, where an event that it emits would be too large.
    pub(super) fn check_events(&self, item: &Item, step: Option<Step>) -> Result<()> {
        let bytes = limit::bytes_of(item)?;
        self.emissions_of(step).iter().try_for_each(|emission| emission.check(item, bytes))
    }

    /// What a write emits: what the repository is to emit, then what the step does.
    fn emissions_of(&self, step: Option<Step>) -> Vec<Emission> {
        let of_step = step.map_or(&[][..], |step| step.emits);
        let of_step = of_step.iter().map(|emitted| Emission::OfItem(*emitted));
        self.emissions.iter().cloned().chain(of_step).collect()
    }
}

/// Whether JSON writes something of a value as six bytes for one.
fn holds_controls(value: &AttributeValue) -> bool {
    let is_long = |byte: u8| byte < b' ' && !b"\n\r\t".contains(&byte);
    let in_text = |text: &String| text.bytes().any(is_long);
    match value {
        AttributeValue::S(text) => in_text(text),
        AttributeValue::Ss(texts) => texts.iter().any(in_text),
        AttributeValue::L(values) => values.iter().any(holds_controls),
        AttributeValue::M(map) => {
            map.iter().any(|(name, value)| in_text(name) || holds_controls(value))
        }
        _ => false,
    }
}
