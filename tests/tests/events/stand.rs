//! What the tests stand on: a platform whose table is real, and a bus that fails as it is told.

use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
use aws_sdk_eventbridge::config::{BehaviorVersion, Credentials, Region};
use purlin::dynamodb::AttributeValue;
use purlin::stream::Record;
use purlin::{
    App, Attempt, Changes, Context, Delivered, Entity, Expected, Item, Relayed, Repository, Result,
    Shared,
};
use purlin_local::{Events, Options, Platform};
use std::time::Duration;

use super::bus::{Entry, FaultBus};
use super::shop::{Parcel, ParcelWritten, shop};

pub(super) struct Stand {
    pub(super) platform: Platform,
    pub(super) bus: FaultBus,
    /// What one process shares.
    shared: Shared,
    /// How many records of the stream have been relayed.
    position: usize,
}

impl Stand {
    pub(super) async fn start() -> Self {
        Self::of(shop()).await
    }

    pub(super) async fn of(app: App) -> Self {
        let bus = FaultBus::start().await;
        let mut options = Options::default();
        options.events = Events::OnDemand;
        options.eventbridge = Some(bus.endpoint().to_owned());
        let platform = Platform::for_test_with(app, options).await;
        let shared = process(&platform, bus.endpoint());
        Self { platform, bus, shared, position: 0 }
    }

    /// The process ends, and another one takes its place.
    pub(super) fn restart(&mut self) {
        self.shared = self.another();
    }

    /// What another process shares.
    pub(super) fn another(&self) -> Shared {
        process(&self.platform, self.bus.endpoint())
    }

    /// What another process shares, which reaches the table at this endpoint.
    pub(super) fn through(&self, endpoint: &str) -> Shared {
        let config = self.platform.client().config().to_builder().endpoint_url(endpoint);
        let config = config.retry_config(RetryConfig::disabled());
        let client = aws_sdk_dynamodb::Client::from_conf(config.build());
        process_at(&self.platform, client, self.bus.endpoint())
    }

    /// What another process shares, which does not reach the table.
    pub(super) fn without_table(&self) -> Shared {
        // Nobody listens there.
        self.through("http://127.0.0.1:1")
    }

    pub(super) fn app(&self) -> &App {
        self.platform.app()
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(super) fn context(&self) -> Context {
        Context::without_caller(&self.shared, "a-request")
    }

    pub(super) fn all<E: Entity>(&self) -> Repository<E> {
        Repository::new(&self.context())
    }

    /// Parcels, whose writes emit.
    pub(super) fn parcels(&self) -> Repository<Parcel> {
        self.all().emitting::<ParcelWritten>()
    }

    /// Writes new parcels, whose events wait in the stream.
    pub(super) async fn parcels_are_made(&self, ids: impl IntoIterator<Item = impl ToString>) {
        for id in ids {
            self.parcels().create(&Parcel::new(&id.to_string())).await.expect("it is new");
        }
    }

    /// Changes a parcel, whose event waits in the stream.
    pub(super) async fn parcel_is_changed(&self, id: &str, remark: &str) -> u64 {
        let remark = Changes::new().set(Parcel::fields().remark(), remark);
        let parcel = self.parcels().update(&id.to_owned(), remark, Expected::Any).await;
        parcel.expect("it is there").version
    }

    /// All of the stream.
    pub(super) async fn records(&self) -> Vec<Record> {
        self.platform.records().await
    }

    /// The next records of the stream that are not relayed.
    pub(super) async fn next(&self, count: usize) -> Vec<Record> {
        let records = self.records().await;
        records.into_iter().skip(self.position).take(count).collect()
    }

    /// Relays the next records, and moves on as Lambda does: behind what comes before the first failure.
    pub(super) async fn relay(&mut self, count: usize) -> Relayed {
        let records = self.next(count).await;
        let relayed = self.app().relay(&records, &self.shared).await;
        let is_failed =
            |record: &Record| relayed.failed.iter().any(|it| it == record.sequence_number());
        self.position += records.iter().position(is_failed).unwrap_or(records.len());
        relayed
    }

    /// Relays all that there is.
    pub(super) async fn relay_all(&mut self) -> Relayed {
        self.relay(usize::MAX).await
    }

    /// What subscribers of another process do with an event.
    pub(super) async fn deliver(&self, subscriber: &str, entry: &Entry) -> Result<Delivered> {
        self.attempt(subscriber, entry, 1, false).await
    }

    pub(super) async fn attempt(
        &self,
        subscriber: &str,
        entry: &Entry,
        number: u32,
        is_last: bool,
    ) -> Result<Delivered> {
        let attempt = Attempt { number, is_last };
        self.app().deliver(subscriber, &entry.as_event(), attempt, &self.shared).await
    }

    /// The items of this kind, as they are stored.
    pub(super) async fn items(&self, kind: &str) -> Vec<Item> {
        let scan = self.platform.client().scan().table_name(self.platform.table()).send().await;
        let mut items = scan.expect("the table is read").items.unwrap_or_default();
        items.retain(|item| item.get("_entity") == Some(&AttributeValue::S(kind.to_owned())));
        items
    }

    /// Writes an item past the repository.
    pub(super) async fn put(&self, item: Item) {
        let put = self.platform.client().put_item().table_name(self.platform.table());
        put.set_item(Some(item)).send().await.expect("the item is written");
    }
}

/// What a process shares whose bus is this one. What the SDK would try again is for the code under test to deal with.
pub(super) fn process(platform: &Platform, bus: &str) -> Shared {
    process_at(platform, platform.client().clone(), bus)
}

fn process_at(platform: &Platform, dynamodb: aws_sdk_dynamodb::Client, bus: &str) -> Shared {
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(2)).build();
    let eventbridge = aws_sdk_eventbridge::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .endpoint_url(bus)
        .build();
    let eventbridge = aws_sdk_eventbridge::Client::from_conf(eventbridge);
    Shared::with_clients(platform.shared().config().clone(), dynamodb, eventbridge)
}
