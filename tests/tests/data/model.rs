//! Repositories against their model: whatever is done to them, in whatever order.

use purlin::{Order, Repository};
use purlin_local::model::Plan;

use super::entity::{Note, Notebook};

#[test]
fn notes_are_what_their_model_says() {
    Plan::new(|ctx| Box::new(Repository::new(ctx)))
        .bounded(|permit| Box::new(Repository::for_caller(permit)))
        .access("in_notebook", Order::Ascending, |(notes, note): (_, &Note)| {
            Some(notes.query(Note::in_notebook(&note.notebook_id)))
        })
        .access("by_user", Order::Descending, |(notes, note)| {
            Some(notes.query(Note::by_user(&note.user_id)))
        })
        .access("by_shelf", Order::Ascending, |(notes, note)| {
            Some(notes.query(Note::by_shelf(note.shelf.as_deref()?)))
        })
        .transition(Note::PUBLISH)
        .transition(Note::ARCHIVE)
        .check();
}

#[test]
fn notebooks_are_what_their_model_says() {
    Plan::<Notebook, _>::new(|ctx| Box::new(Repository::new(ctx)))
        .bounded(|permit| Box::new(Repository::for_caller(permit)))
        .check();
}
