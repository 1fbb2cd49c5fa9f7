//! The bus fails: for one entry, for all of them, for a long time, or only in its answer.

use purlin::dead_letter;

use super::bus::Answer;
use super::stand::Stand;

/// Refuses the entry in this place of the first request.
fn refuse_once(stand: &Stand, place: usize, code: &'static str) {
    let mut codes = Some(vec![""; place].into_iter().chain([code]).collect());
    stand.bus.answers(move |_| Answer::Each(codes.take().unwrap_or_default()));
}

#[tokio::test]
async fn only_the_entry_that_failed_is_sent_again() {
    for code in ["ThrottlingException", "InternalException", "SomethingNew"] {
        let mut stand = Stand::start().await;
        stand.parcels_are_made(0..10).await;
        refuse_once(&stand, 3, code);
        let relayed = stand.relay_all().await;
        let requests = stand.bus.requests();
        assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [10, 1], "{code}");
        assert_eq!(requests[1][0], requests[0][3], "{code}");
        assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (10, 0, 0), "{code}");
    }
}

#[tokio::test]
async fn a_malformed_entry_is_a_dead_letter_and_the_others_proceed() {
    for code in ["MalformedDetail", "InvalidArgument"] {
        let mut stand = Stand::start().await;
        stand.parcels_are_made(0..10).await;
        stand.parcel_is_changed("3", "later").await;
        refuse_once(&stand, 3, code);
        let relayed = stand.relay_all().await;
        assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (10, 0, 1), "{code}");
        let refused = &stand.bus.requests()[0][3];
        let letters = dead_letter::newest(&stand.context(), 9).await.expect("they are read");
        assert_eq!(letters.len(), 1, "{code}");
        assert_eq!(letters[0].component, "relay");
        assert_eq!(letters[0].event_id.as_ref(), Some(&refused.id), "{code}");
        assert_eq!(letters[0].detail_type.as_deref(), Some("ParcelWritten"));
        assert!(letters[0].error.starts_with(code), "{}", letters[0].error);
        assert_eq!(letters[0].event["detail"], refused.detail);
        // Nothing waits for it, not even what happened to the same item later.
        assert!(!stand.bus.ids().contains(&refused.id));
        let later = stand.bus.taken().into_iter().any(|entry| entry.data()["remark"] == "later");
        assert!(later, "{code}");
        // It is put aside for good.
        assert_eq!(stand.relay_all().await, Default::default());
    }
}

/// A request that the bus refuses as a whole says nothing about which entry it is.
#[tokio::test]
async fn an_entry_that_spoils_its_request_is_found_and_the_others_proceed() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(0..10).await;
    stand.bus.answers(|entries| {
        let spoilt = entries.iter().any(|entry| entry.data()["parcelId"] == "3");
        if spoilt { Answer::Whole(400, "ValidationException") } else { Answer::taken() }
    });
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (9, 0, 1));
    let letters = dead_letter::newest(&stand.context(), 9).await.expect("they are read");
    assert_eq!(letters[0].event.pointer("/detail/data/parcelId"), Some(&"3".into()));
}

/// What is no fault of an entry's is no reason to put one aside.
#[tokio::test]
async fn a_bus_that_is_not_ours_to_use_costs_nothing_but_time() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(0..3).await;
    stand.bus.answers(|_| Answer::Whole(400, "AccessDeniedException"));
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (0, 3, 0));
    stand.bus.recovers();
    assert_eq!(stand.relay_all().await.published, 3);
}

#[tokio::test]
async fn nothing_is_lost_nor_reordered_while_the_bus_is_down() {
    let mut stand = Stand::start().await;
    let faults: [fn() -> Answer; 4] = [
        || Answer::Whole(503, "ServiceUnavailable"),
        || Answer::Whole(400, "ThrottlingException"),
        || Answer::Reset,
        || Answer::Each(vec!["InternalException"; 10]),
    ];
    let ids = ["a", "b", "c"];
    stand.parcels_are_made(ids).await;
    for round in 0..12 {
        stand.bus.answers(move |_| faults[round % faults.len()]());
        let first = stand.next(1).await[0].sequence_number().to_owned();
        for id in ids {
            // Writes do not notice.
            stand.parcel_is_changed(id, &round.to_string()).await;
        }
        let relayed = stand.relay(100).await;
        assert_eq!((relayed.published, relayed.dead), (0, 0), "round {round}");
        assert_eq!(relayed.failed.first(), Some(&first), "round {round}");
        assert_eq!(stand.next(1).await[0].sequence_number(), first, "round {round}");
        if round % 3 == 0 {
            stand.restart();
        }
    }
    assert!(stand.bus.taken().is_empty());
    stand.bus.recovers();
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (39, 0, 0));
    for id in ids {
        let key = format!("PARCEL#{id}|PARCEL");
        let entities = stand.bus.taken().iter().map(|entry| entry.entity()).collect::<Vec<_>>();
        let versions = entities.iter().filter(|(of, _)| *of == key).map(|(_, version)| *version);
        assert_eq!(versions.collect::<Vec<_>>(), (1..=13).collect::<Vec<_>>(), "{id}");
    }
}

#[tokio::test]
async fn a_bus_that_says_nothing_is_given_up_and_asked_again() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(["a"]).await;
    stand.bus.answers(|_| Answer::Silence);
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len()), (0, 1));
    stand.bus.recovers();
    assert_eq!(stand.relay_all().await.published, 1);
    assert_eq!(stand.bus.types(), ["ParcelWritten"]);
}

/// A relay that asks a bus that is down for each of a hundred items is out of time before it is through.
#[tokio::test]
async fn a_bus_that_is_down_is_not_asked_for_every_item() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(0..60).await;
    stand.bus.goes_down();
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len()), (0, 60));
    assert_eq!(stand.bus.requests().len(), 3);
}

/// The relay of a platform, with a position of its own.
#[tokio::test]
async fn the_position_stays_before_what_is_not_published() {
    let stand = Stand::start().await;
    stand.parcels_are_made(["a", "b", "c"]).await;
    let refuse = |entry: &super::bus::Entry| match entry.data()["parcelId"] == "b" {
        true => "InternalException",
        false => "",
    };
    stand.bus.answers(move |entries| Answer::Each(entries.iter().map(refuse).collect()));
    stand.platform.events().await;
    stand.parcel_is_changed("b", "later").await;
    stand.platform.events().await;
    let told = |stand: &Stand| {
        let taken = stand.bus.taken().into_iter();
        taken.map(|entry| entry.entity().0.replace("|PARCEL", "")).collect::<Vec<_>>()
    };
    assert_eq!(told(&stand), ["PARCEL#a", "PARCEL#c"]);
    stand.bus.recovers();
    stand.platform.events().await;
    assert_eq!(told(&stand), ["PARCEL#a", "PARCEL#c", "PARCEL#b", "PARCEL#b"]);
    assert_eq!(stand.bus.taken()[3].entity().1, 2);
}

#[tokio::test]
async fn what_was_published_unknown_to_the_relay_comes_again_as_the_same_event() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(["a"]).await;
    let mut is_lost = true;
    stand.bus.answers(move |_| match std::mem::take(&mut is_lost) {
        true => Answer::Lost,
        false => Answer::taken(),
    });
    assert_eq!(stand.relay_all().await.published, 1);
    let taken = stand.bus.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1]);
}

#[tokio::test]
async fn a_process_that_ends_before_it_notes_its_position_sends_the_same_events_again() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(["a", "b"]).await;
    let records = stand.records().await;
    stand.relay_all().await;
    let before = stand.bus.take();
    // The same process knows what it has published.
    let relayed = stand.app().relay(&records, stand.shared()).await;
    assert_eq!((relayed.published, relayed.failed.len()), (0, 0));
    stand.restart();
    assert_eq!(stand.app().relay(&records, stand.shared()).await.published, 2);
    assert_eq!(stand.bus.take(), before);
}
