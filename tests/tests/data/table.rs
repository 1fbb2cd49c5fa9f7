//! A table of its own for each test: in an embedded store, or at `PURLIN_TEST_ENDPOINT`.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
};
use purlin::dynamodb::AttributeValue;
use purlin::{Caller, Context, Entity, Grants, Item, Permit, Repository, RuntimeConfig, Shared};
use purlin_local::Store;
use purlin_local::model::Reach;

/// Each index with its keys, and what it holds besides keys: everything where nothing is said.
const INDEXES: [(&str, &str, &str, Option<&[&str]>); 4] = [
    ("GSI1", "GSI1PK", "GSI1SK", None),
    ("GSI2", "GSI2PK", "GSI2SK", None),
    ("GSI3", "GSI3PK", "GSI3SK", Some(&["title", "userId", "_ttl"])),
    ("GSI4", "GSI4PK", "GSI4SK", Some(&[])),
];

pub(super) struct Table {
    // Stops when it is dropped.
    _store: Option<Store>,
    endpoint: String,
    shared: Shared,
}

impl Table {
    pub(super) async fn start() -> Self {
        let given =
            std::env::var("PURLIN_TEST_ENDPOINT").ok().filter(|endpoint| !endpoint.is_empty());
        let store = given.is_none().then(|| Store::in_memory().expect("the store starts"));
        let endpoint = match &store {
            Some(store) => store.endpoint().to_owned(),
            None => given.unwrap_or_default(),
        };
        let table = format!("notes-{}", uuid::Uuid::now_v7().simple());
        let shared = shared(&endpoint, &table);
        create(shared.dynamodb(), &table).await;
        Self { _store: store, endpoint, shared }
    }

    /// The same table, reached through another endpoint.
    pub(super) fn through(&self, endpoint: &str) -> Context {
        Context::without_caller(&shared(endpoint, self.shared.config().table()), "test")
    }

    /// The address that the store listens on, for example `127.0.0.1:4000`.
    pub(super) fn address(&self) -> &str {
        self.endpoint.trim_start_matches("http://").trim_end_matches('/')
    }

    /// A context of no caller's, which tells what its requests consumed.
    pub(super) fn context(&self) -> Context {
        Context::without_caller(&self.shared, "test")
    }

    /// How many items there are whose partition key starts so.
    pub(super) async fn count(&self, partition_prefix: &str) -> usize {
        let output =
            self.client().scan().table_name(self.name()).send().await.expect("the table is read");
        let starts = |item: &Item| matches!(&item["PK"], AttributeValue::S(key) if key.starts_with(partition_prefix));
        output.items.unwrap_or_default().iter().filter(|item| starts(item)).count()
    }

    /// Reaches every item, as code does that no caller started.
    pub(super) fn all<E: Entity>(&self) -> Repository<E> {
        Repository::new(&Context::without_caller(&self.shared, "test"))
    }

    /// Reaches what this user owns.
    pub(super) fn own<E: Entity>(&self, user: &str) -> Repository<E> {
        Repository::for_caller(&self.permit(user, Grants::NONE.own(0)))
    }

    /// Reaches everybody's, as a caller.
    pub(super) fn any<E: Entity>(&self, user: &str) -> Repository<E> {
        Repository::for_caller(&self.permit(user, Grants::NONE.any(0)))
    }

    fn permit(&self, user: &str, grants: Grants) -> Permit<Reach> {
        let ctx = Context::on_behalf_of(&self.shared, Caller::new(user, "tester", grants), "test");
        ctx.authorize().expect("the permission is held")
    }

    /// The only item whose sort key starts so, with everything that is stored.
    pub(super) async fn stored(&self, sort_prefix: &str) -> Item {
        let mut items = self.items(sort_prefix).await;
        assert_eq!(items.len(), 1, "items at {sort_prefix}");
        items.remove(0)
    }

    /// The items whose sort keys start so, as far as one request reads.
    pub(super) async fn items(&self, sort_prefix: &str) -> Vec<Item> {
        let output =
            self.client().scan().table_name(self.name()).send().await.expect("the table is read");
        let mut items = output.items.unwrap_or_default();
        items.retain(
            |item| matches!(&item["SK"], AttributeValue::S(sort) if sort.starts_with(sort_prefix)),
        );
        items
    }

    /// Writes an item past the repository.
    pub(super) async fn put(&self, item: Item) {
        let put = self.client().put_item().table_name(self.name()).set_item(Some(item));
        put.send().await.expect("the item is written");
    }

    fn client(&self) -> &Client {
        self.shared.dynamodb()
    }

    /// The name of the table.
    pub(super) fn name(&self) -> &str {
        self.shared.config().table()
    }
}

/// Clients that find what they need without asking the machine they run on.
pub(super) fn shared(endpoint: &str, table: &str) -> Shared {
    let secret = "a secret of thirty-two bytes or more";
    let vars = [
        ("AWS_REGION", "eu-central-1"),
        ("PURLIN_TABLE", table),
        ("PURLIN_EVENT_BUS", "bus"),
        ("PURLIN_JWT_SECRET", secret),
        ("PURLIN_JWT_ISSUER", "https://issuer.example"),
        ("PURLIN_JWT_AUDIENCE", "test"),
        ("PURLIN_CURSOR_SECRET", secret),
    ];
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = RuntimeConfig::from_vars(vars).expect("the settings are complete");
    let credentials = Credentials::new("test", "test", None, None, "test");
    let dynamodb = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(credentials.clone())
        .retry_config(RetryConfig::standard().with_max_attempts(4))
        .endpoint_url(endpoint)
        .build();
    let eventbridge = aws_sdk_eventbridge::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(credentials)
        .endpoint_url(endpoint)
        .build();
    Shared::with_clients(
        config,
        Client::from_conf(dynamodb),
        aws_sdk_eventbridge::Client::from_conf(eventbridge),
    )
}

async fn create(client: &Client, table: &str) {
    let mut request = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema("PK", "SK")));
    for attribute in ["PK", "SK"]
        .into_iter()
        .chain(INDEXES.iter().flat_map(|(_, partition, sort, _)| [*partition, *sort]))
    {
        let definition = AttributeDefinition::builder()
            .attribute_name(attribute)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .expect("the definition is complete");
        request = request.attribute_definitions(definition);
    }
    for (name, partition, sort, held) in INDEXES {
        let index = GlobalSecondaryIndex::builder()
            .index_name(name)
            .set_key_schema(Some(key_schema(partition, sort)))
            .projection(projection(held))
            .build()
            .expect("the index is complete");
        request = request.global_secondary_indexes(index);
    }
    request.send().await.expect("the table is created");
    let expiry = TimeToLiveSpecification::builder().attribute_name("_ttl").enabled(true).build();
    client
        .update_time_to_live()
        .table_name(table)
        .time_to_live_specification(expiry.expect("the expiry is complete"))
        .send()
        .await
        .expect("items expire");
}

fn key_schema(partition: &str, sort: &str) -> Vec<KeySchemaElement> {
    [(partition, KeyType::Hash), (sort, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .expect("the key is complete")
        })
        .collect()
}

fn projection(held: Option<&[&str]>) -> Projection {
    let projection = Projection::builder();
    match held {
        None => projection.projection_type(ProjectionType::All),
        Some([]) => projection.projection_type(ProjectionType::KeysOnly),
        Some(held) => projection
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(held.iter().map(|name| (*name).to_owned()).collect())),
    }
    .build()
}
