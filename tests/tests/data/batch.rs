//! Reading many items at once.

use purlin::{Entity as _, Id};
use tokio::task::JoinSet;

use super::entity::{Note, NoteId};
use super::table::Table;

#[tokio::test]
async fn any_number_of_keys_is_read_in_their_order() {
    let table = Table::start().await;
    let mut creations = JoinSet::new();
    let notes: Vec<Note> =
        (0..250).map(|number| Note::new("book", "user_1", &number.to_string())).collect();
    for note in notes.clone() {
        let repository = table.all::<Note>();
        creations.spawn(async move { repository.create(&note).await });
    }
    assert!(creations.join_all().await.into_iter().all(|result| result.is_ok()));

    let repository = table.all::<Note>();
    for count in [0, 1, 26, 100, 101, 250] {
        let keys: Vec<_> = notes.iter().rev().take(count).map(Note::key).collect();
        let read = repository.batch_get(&keys).await.expect("the table is read");
        let expected: Vec<_> = notes.iter().rev().take(count).cloned().map(Some).collect();
        assert!(read == expected, "{count} keys");
    }
    let missing: NoteId = Id::new();
    let keys = [notes[3].key(), (&notes[0].notebook_id, &missing), notes[3].key(), notes[1].key()];
    let read = repository.batch_get(&keys).await.expect("the table is read");
    let expected = [Some(notes[3].clone()), None, Some(notes[3].clone()), Some(notes[1].clone())];
    assert_eq!(read, expected);
}
