//! The write happened and its answer was lost: the SDK sends it again, and there is one effect.

use purlin::{Entity as _, Expected, Repository};

use super::entity::{Note, NotePatch, NoteStatus, Notebook};
use super::proxy::Proxy;
use super::table::Table;

#[tokio::test]
async fn a_write_sent_again_after_its_answer_was_lost_happens_once() {
    let table = Table::start().await;
    let proxy = Proxy::start(table.address()).await;
    let notes: Repository<Note> = Repository::new(&table.through(proxy.endpoint()));
    let note = Note::new("book", "user_1", "first");

    proxy.lose(1);
    notes.create(&note).await.expect("its own first attempt is no conflict");
    assert_eq!(proxy.lost(), 1);
    for (expected, version) in [(Expected::Version(1), 2), (Expected::Any, 3)] {
        proxy.lose(2);
        // Of no index key, so that what is lost is the answer to the write, and not to a read before it.
        let patch = NotePatch { body: Some("after".to_owned()), ..NotePatch::default() };
        let updated = notes.update(note.key(), patch, expected).await;
        let updated = updated.expect("its own first attempt does not make it stale");
        assert_eq!((proxy.lost(), updated.version, updated.body.as_str()), (2, version, "after"));
        assert_eq!(table.all::<Note>().get(note.key()).await.expect("it is there"), updated);
    }
    proxy.lose(1);
    let published = notes.transition(note.key(), Note::PUBLISH, Expected::Version(3)).await;
    let published = published.expect("its own first attempt is no conflict");
    assert_eq!((proxy.lost(), published.status, published.version), (1, NoteStatus::Published, 4));
    let error = notes.create(&note).await.expect_err("somebody created it before");
    assert!(error.is_conflict());
}

#[tokio::test]
async fn a_transaction_sent_again_after_its_answer_was_lost_happens_once() {
    let table = Table::start().await;
    let proxy = Proxy::start(table.address()).await;
    let ctx = table.through(proxy.endpoint());
    let notebook = Notebook { notebook_id: "book".to_owned(), user_id: "user_1".to_owned() };
    table.all::<Notebook>().create(&notebook).await.expect("it is created");
    let notes: Repository<Note> = Repository::new(&ctx);
    let note = Note::new("book", "user_1", "first");
    proxy.lose(1);
    notes
        .create_within::<Notebook>(&note.notebook_id, &note)
        .await
        .expect("its own first attempt is no conflict");
    assert_eq!(proxy.lost(), 1);
    assert_eq!(table.all::<Note>().get(note.key()).await.expect("it is there"), note);
}
