//! Events that ride on the item whose write emits them.

use aws_sdk_dynamodb::types::AttributeValue;

use super::store::Store;
use crate::event::Emission;
use crate::event::emission::{EVENTS, Note};
use crate::transition::Step;
use crate::{Item, Result, limit};

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

    /// What a write emits: what the repository is to emit, then what the step does.
    fn emissions_of(&self, step: Option<Step>) -> Vec<Emission> {
        let of_step = step.map_or(&[][..], |step| step.emits);
        let of_step = of_step.iter().map(|emitted| Emission::OfItem(*emitted));
        self.emissions.iter().cloned().chain(of_step).collect()
    }
}
