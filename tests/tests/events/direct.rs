//! Events that are published without the table: what becomes of those that the bus does not take.

use purlin::EventPublisher;

use super::bus::Answer;
use super::shop::{Posted, Said, Whispered};
use super::stand::Stand;

fn text(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn what_may_be_lost_is_dropped_and_counted() {
    let stand = Stand::start().await;
    let before = EventPublisher::dropped();
    stand.bus.answers(|_| Answer::Each(vec!["", "InternalFailure", "MalformedDetail"]));
    let events = ["a", "b", "c"].map(|it| Whispered { text: text(it) });
    stand.context().events().publish_all(&events).await.expect("nobody is told");
    // That for which another attempt is in vain is not sent again; the other one is taken then.
    assert_eq!(EventPublisher::dropped() - before, 1);
    assert_eq!(stand.bus.taken().len(), 2);
    stand.bus.goes_down();
    stand.context().events().publish_all(&events).await.expect("nobody is told");
    assert_eq!(EventPublisher::dropped() - before, 4);
    assert!(stand.items("$outbox").await.is_empty());
}

#[tokio::test]
async fn what_may_come_late_goes_through_the_table_as_the_same_event() {
    let mut stand = Stand::start().await;
    stand.bus.goes_down();
    let events = ["a", "b"].map(|it| Posted { text: text(it) });
    stand.context().events().publish_all(&events).await.expect("the table takes them");
    let asked = stand.bus.requests().remove(0);
    assert_eq!(stand.relay_all().await.failed.len(), 2);
    stand.bus.recovers();
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len()), (2, 0));
    let mut taken = stand.bus.taken();
    taken.sort_by_key(|entry| asked.iter().position(|it| it.id == entry.id));
    assert_eq!(taken, asked);
    // Published in the first place, it is nowhere else.
    stand.context().publish(&Posted { text: text("c") }).await.expect("it is taken");
    assert_eq!(stand.items("$outbox").await.len(), 2);
}

#[tokio::test]
async fn what_comes_neither_to_the_bus_nor_to_the_table_is_told() {
    let stand = Stand::start().await;
    stand.bus.goes_down();
    let ctx = purlin::Context::without_caller(&stand.without_table(), "a-request");
    assert!(ctx.publish(&Posted { text: text("a") }).await.is_err());
}

#[tokio::test]
async fn what_has_no_fallback_is_told() {
    let stand = Stand::start().await;
    stand.bus.goes_down();
    let error = stand.context().publish(&Said { text: text("a") }).await.expect_err("told");
    let source = std::error::Error::source(&error).expect("there is a cause").to_string();
    assert!(source.contains("1 events were not published: `Said`"), "{source}");
    stand.bus.answers(|_| Answer::Whole(400, "ThrottlingException"));
    let error = stand.context().publish(&Said { text: text("a") }).await.expect_err("told");
    assert!(error.is_throttled(), "{error:?}");
    assert!(stand.items("$outbox").await.is_empty());
}
