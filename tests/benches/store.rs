//! The store that requests are answered from, in a process of its own: its work is neither counted nor timed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::{env, io};

use agentic_platform::agent::AgentRepository;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use purlin::{Context, RuntimeConfig, Shared};
use purlin_local::Store;

use crate::item::agent;

/// The table in it.
pub(crate) const TABLE: &str = "platform";

/// The region in requests' signatures.
pub(crate) const REGION: &str = "eu-central-1";

/// The settings of a function that uses the store at this endpoint.
pub(crate) fn config(endpoint: &str) -> RuntimeConfig {
    let vars = [
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoint),
        ("PURLIN_TABLE", TABLE),
        ("PURLIN_EVENT_BUS", "platform"),
        ("PURLIN_JWT_SECRET", SECRET),
        ("PURLIN_JWT_ISSUER", ISSUER),
        ("PURLIN_JWT_AUDIENCE", AUDIENCE),
        ("PURLIN_CURSOR_SECRET", SECRET),
    ];
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    RuntimeConfig::from_vars(vars).expect("the settings are complete")
}

/// What tokens are signed with, by whom, and for whom.
pub(crate) const SECRET: &str = "a secret of thirty-two bytes or more";
pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "agentic-platform";

/// Serves one agent until standard input closes: it never outlives whoever started it.
pub(crate) fn serve() -> ExitCode {
    let store = Store::in_memory().expect("the store starts");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(fill(store.endpoint()));
    println!("{}", store.endpoint());
    // Whatever it reads, or fails to: the end is what counts.
    let _ = io::stdin().read_to_end(&mut Vec::new());
    ExitCode::SUCCESS
}

async fn fill(endpoint: &str) {
    let shared = Shared::connect(config(endpoint)).await;
    let mut request =
        shared.dynamodb().create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [("PK", KeyType::Hash), ("SK", KeyType::Range)] {
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S);
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind);
        request = request
            .attribute_definitions(attribute.build().expect("it is complete"))
            .key_schema(key.build().expect("it is complete"));
    }
    request.send().await.expect("the table is made");
    let ctx = Context::without_caller(&shared, "bench");
    AgentRepository::new(&ctx).create(&agent()).await.expect("the table takes it");
}

/// A store in another process, which ends with this value.
pub(crate) struct Process {
    child: Child,
    endpoint: String,
}

impl Process {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(env::current_exe().expect("this program has a path"))
            .arg("store")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the store's process starts");
        let mut endpoint = String::new();
        let output = child.stdout.take().expect("its output is ours");
        BufReader::new(output).read_line(&mut endpoint).expect("it says where it listens");
        Self { child, endpoint: endpoint.trim().to_owned() }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Closing its input has it end.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
