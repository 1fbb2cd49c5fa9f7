//! Subscribers that fail: their attempts, their dead letters, what is told of it, and how it is sent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use purlin::dead_letter::{self, DeadLetter};
use purlin::{Delivered, Error, Received, Repository, Retry, Subscriber, Transaction};
use purlin_local::Platform;
use serde_json::json;

use super::bus::Entry;
use super::shop::{Failed, Parcel, ParcelWritten, shop};
use super::stand::Stand;

const PARCELS: &str = r#"{ "detail-type": ["ParcelWritten"] }"#;
const FAILURES: &str = r#"{ "detail-type": ["Failed"] }"#;

/// How often subscribers have begun, and how many of these times fail.
#[derive(Clone, Default)]
struct Weak {
    begun: Arc<AtomicU32>,
    failing: u32,
}

impl Weak {
    fn failing(times: u32) -> Self {
        Self { failing: times, ..Self::default() }
    }

    fn begin(&self) -> bool {
        self.begun.fetch_add(1, Ordering::SeqCst) < self.failing
    }

    fn begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }

    fn subscriber(&self, name: &'static str) -> Subscriber {
        let weak = self.clone();
        Subscriber::new(name, PARCELS, move |_: Received<ParcelWritten>| {
            let fails = weak.begin();
            async move {
                if fails { Err(Error::internal("it is weak")) } else { Ok(Transaction::new()) }
            }
        })
    }
}

/// A stand with the event of one parcel, as the bus has it.
async fn stand(subscribers: impl IntoIterator<Item = Subscriber>) -> (Stand, Entry) {
    let mut stand = Stand::of(shop().subscribers(subscribers)).await;
    stand.parcels_are_made(["a"]).await;
    stand.relay_all().await;
    let event = stand.bus.take().remove(0);
    (stand, event)
}

async fn letters(stand: &Stand) -> Vec<DeadLetter> {
    dead_letter::newest(&stand.context(), 100).await.expect("they are read")
}

#[tokio::test]
async fn what_fails_for_good_is_a_dead_letter_and_is_told() {
    let (stand, event) = stand([Weak::failing(9).subscriber("weak")]).await;
    for number in 1..5 {
        assert!(stand.attempt("weak", &event, number, false).await.is_err());
    }
    assert!(letters(&stand).await.is_empty());
    let dead = stand.attempt("weak", &event, 5, true).await;
    assert_eq!(dead.expect("it is given up"), Delivered::Dead);
    let letters = letters(&stand).await;
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!((letter.component.as_str(), letter.attempts), ("weak", 5));
    assert_eq!(letter.event_id.as_ref(), Some(&event.id));
    assert!(letter.error.contains("it is weak"), "{}", letter.error);
    assert_eq!(letter.event, event.as_event());
    let told = stand.bus.taken();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].detail_type, "Failed");
    assert_eq!(told[0].data()["component"], "subscribers.weak");
    assert_eq!(told[0].data()["parcelId"], "a");
    assert_eq!(told[0].metadata()["causationId"], event.id.as_str());
    assert_eq!(told[0].metadata()["correlationId"], event.metadata()["correlationId"]);
}

#[tokio::test]
async fn a_failure_is_told_once_the_bus_is_back() {
    let (mut stand, event) = stand([Weak::failing(9).subscriber("weak")]).await;
    stand.bus.goes_down();
    let dead = stand.attempt("weak", &event, 1, true).await;
    assert_eq!(dead.expect("it is given up"), Delivered::Dead);
    assert!(stand.bus.taken().is_empty());
    assert_eq!(stand.relay_all().await.failed.len(), 1);
    stand.bus.recovers();
    assert_eq!(stand.relay_all().await.published, 1);
    assert_eq!(stand.bus.types(), ["Failed"]);
}

/// From the write to the dead letter, by the platform's own relay and bus.
#[tokio::test]
async fn a_subscriber_is_tried_as_often_as_it_says_and_then_no_more() {
    let (weak, strong) = (Weak::failing(9), Weak::failing(2));
    let retry = Retry::new(3, 1, 24 * 60 * 60);
    let subscribers =
        [weak.subscriber("weak").retry(retry), strong.subscriber("strong").retry(retry)];
    let platform = Platform::for_test(shop().subscribers(subscribers)).await;
    let ctx = platform.context();
    let parcels: Repository<Parcel> = Repository::new(&ctx).emitting::<ParcelWritten>();
    parcels.create(&Parcel::new("a")).await.expect("it is new");
    platform.settled().await;
    assert_eq!((weak.begun(), strong.begun()), (3, 3));
    let letters = dead_letter::newest(&ctx, 9).await.expect("they are read");
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].component.as_str(), letters[0].attempts), ("weak", 3));
    assert_eq!(platform.events_of("Failed").await.len(), 1);
}

/// A letter that cannot be kept is no end: the queue keeps the event.
#[tokio::test]
async fn an_event_whose_dead_letter_cannot_be_kept_is_not_given_up() {
    let (stand, event) = stand([Weak::failing(9).subscriber("weak")]).await;
    let attempt = purlin::Attempt { number: 5, is_last: true };
    let table = stand.without_table();
    let given_up = stand.app().deliver("weak", &event.as_event(), attempt, &table).await;
    assert!(given_up.is_err());
    assert!(stand.bus.taken().is_empty());
}

/// Telling of a failure to tell of a failure would never end.
#[tokio::test]
async fn nobody_is_told_that_nobody_can_be_told() {
    let failing = Subscriber::new("teller", FAILURES, |_: Received<Failed>| async {
        Err(Error::internal("it cannot be told"))
    });
    let (stand, event) = stand([Weak::failing(9).subscriber("weak"), failing]).await;
    stand.attempt("weak", &event, 1, true).await.expect("it is given up");
    let told = stand.bus.take().remove(0);
    let dead = stand.attempt("teller", &told, 1, true).await;
    assert_eq!(dead.expect("it is given up"), Delivered::Dead);
    assert_eq!(letters(&stand).await.len(), 2);
    assert!(stand.bus.taken().is_empty());
}

#[tokio::test]
async fn a_replayed_letter_is_the_same_event_and_whoever_has_acted_does_not_again() {
    let (strong, weak) = (Weak::default(), Weak::failing(1));
    let (stand, event) = stand([strong.subscriber("strong"), weak.subscriber("weak")]).await;
    stand.deliver("strong", &event).await.expect("it acts");
    stand.attempt("weak", &event, 1, true).await.expect("it is given up");
    stand.bus.take();
    let letter = letters(&stand).await.remove(0);

    stand.bus.goes_down();
    assert!(dead_letter::replay(&stand.context(), &letter).await.is_err());
    let kept = dead_letter::get(&stand.context(), &letter.id).await.expect("it is read");
    assert_eq!(kept, Some(letter.clone()));

    stand.bus.recovers();
    dead_letter::replay(&stand.context(), &letter).await.expect("it is published");
    assert!(letters(&stand).await.is_empty());
    let again = stand.bus.take();
    assert_eq!(again, [event]);
    let delivered = stand.deliver("strong", &again[0]).await;
    assert_eq!(delivered.expect("it has acted"), Delivered::Before);
    assert_eq!(stand.deliver("weak", &again[0]).await.expect("it acts"), Delivered::Now);
    assert_eq!((strong.begun(), weak.begun()), (1, 2));
}

#[tokio::test]
async fn what_is_no_event_is_a_dead_letter_and_cannot_be_replayed() {
    let (stand, _) = stand([Weak::default().subscriber("weak")]).await;
    for thing in [json!("text"), json!({ "id": 7 }), json!({ "detail": {} })] {
        let attempt = purlin::Attempt { number: 1, is_last: true };
        let dead = stand.app().deliver("weak", &thing, attempt, stand.shared()).await;
        assert_eq!(dead.expect("it is given up"), Delivered::Dead);
        let letter = letters(&stand).await.remove(0);
        assert_eq!(letter.event, thing);
        let error = dead_letter::replay(&stand.context(), &letter).await.expect_err("no event");
        assert_eq!(error.code(), "not-an-event");
    }
    assert_eq!(letters(&stand).await.len(), 3);
}

#[tokio::test]
async fn a_subscriber_that_panics_has_failed_and_is_tried_again() {
    let weak = Weak::failing(2);
    let (at_once, later) = (weak.clone(), Weak::failing(1));
    let panicking = Subscriber::new("at_once", PARCELS, move |_: Received<ParcelWritten>| {
        assert!(!at_once.begin(), "it panics at once");
        async { Ok(Transaction::new()) }
    });
    let then = later.clone();
    let panicking_later = Subscriber::new("later", PARCELS, move |_: Received<ParcelWritten>| {
        let panics = then.begin();
        async move {
            tokio::task::yield_now().await;
            assert!(!panics, "it panics later");
            Ok(Transaction::new())
        }
    });
    let (stand, event) = stand([panicking, panicking_later]).await;
    for (name, failures) in [("at_once", 2), ("later", 1)] {
        for _ in 0..failures {
            let error = stand.deliver(name, &event).await.expect_err("it panics");
            let source = std::error::Error::source(&error).expect("there is a cause").to_string();
            assert!(source.contains("panicked: it panics"), "{source}");
        }
        assert_eq!(stand.deliver(name, &event).await.expect("it acts"), Delivered::Now);
    }
    assert_eq!((weak.begun(), later.begun()), (3, 2));
}
