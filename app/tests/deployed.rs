//! The platform on AWS's services as ministack offers them: from a request through the table's stream, the relay, the
//! bus, a rule and a queue to a subscriber's function, all of them the binary `bootstrap`.
//!
//! Without a ministack there is nowhere to deploy to, and nothing is done; `cargo xtask test` brings one.

#[path = "deployed/aws.rs"]
mod aws;
#[path = "deployed/package.rs"]
mod package;
#[path = "deployed/stack.rs"]
mod stack;

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use app::app;
use purlin::{RuntimeConfig, token};
use purlin_local::Platform;
use serde_json::{Value, json};

use self::aws::{Aws, REGION};
use self::stack::{Stack, seen};

const SECRET: &str = "a secret that only this test's functions know";

/// The subscriber whose effect is looked at, and the source of its events.
const SUBSCRIBER: &str = "count_agents";
const SOURCE: &str = "agentic-platform.agents";

/// The name of the rule and the queue that stand beside the subscriber's.
const WITNESS: &str = "witness";

/// What marks an event that is published by hand.
const BY_HAND: &str = "by-hand";

#[tokio::test]
async fn an_event_reaches_its_subscribers_function_and_counts_once() -> anyhow::Result<()> {
    let Some(Deployed { platform, mut stack, variables, stream, witness }) =
        deploy(Duration::from_secs(30)).await?
    else {
        return Ok(());
    };
    stack.function("agents.create")?;
    stack.function("activities.get")?;
    stack.relay(&stream)?;

    let config = RuntimeConfig::from_vars(variables)?;
    let caller = platform.user("user", 1);
    let token = token::sign(&config, &caller, "user", 600)?;
    let headers = json!({ "authorization": format!("Bearer {token}") });
    let agents = || -> anyhow::Result<Option<Value>> {
        let payload = json!({ "headers": headers });
        Ok(stack
            .invoke("activities.get", &payload, 200)
            .ok()
            .map(|activity| activity["agents"].clone()))
    };
    let agent = json!({ "name": "Ada", "configuration": { "provider": "bedrock", "model": "m" } });
    let create = json!({ "headers": headers, "body": agent.to_string() });
    let created = stack.invoke("agents.create", &create, 201)?;

    seen("the agent is counted", || Ok(agents()?.filter(|agents| *agents == 1)))?;
    let event = seen("the event is seen", || Ok(stack.take(&witness)?.pop()))?;
    assert_eq!(event["detail"]["data"]["agentId"], created["agentId"], "{event}");
    assert_eq!(event["detail"]["metadata"]["actor"], caller, "{event}");

    stack.publish(&event, BY_HAND)?;
    let again = seen("the event is seen again", || {
        Ok(stack.take(&witness)?.into_iter().find(|event| event["resources"] == json!([BY_HAND])))
    })?;
    assert_eq!(id(&again), id(&event));
    let counting = witness.replace(WITNESS, SUBSCRIBER);
    seen("the subscriber has taken it", || Ok(stack.is_empty(&counting)?.then_some(())))?;
    assert_eq!(agents()?, Some(json!(1)));
    Ok(())
}

#[tokio::test]
async fn a_dead_letter_on_aws_is_read_and_replayed_as_the_same_event() -> anyhow::Result<()> {
    let Some(Deployed { platform: _platform, stack, variables, witness, .. }) =
        deploy(Duration::from_secs(1)).await?
    else {
        return Ok(());
    };
    // It tells of an agent without saying which: no attempt can succeed.
    let metadata = json!({
        "eventId": "01890a5d-ac96-774b-bcce-b302099a8057", "type": "AgentCreated", "version": 1,
        "source": SOURCE, "time": "2030-01-01T00:00:00.000Z", "correlationId": "c",
    });
    let detail = json!({ "metadata": metadata, "data": {} });
    let poison = json!({ "source": SOURCE, "detail-type": "AgentCreated", "detail": detail });
    stack.publish(&poison, BY_HAND)?;

    let events = |arguments: &[&str]| -> anyhow::Result<std::process::Output> {
        // What only requests need is not there, and nothing of this machine's own.
        let needed = variables.iter().filter(|(name, _)| {
            name.starts_with("AWS_") || ["PURLIN_TABLE", "PURLIN_EVENT_BUS"].contains(&&**name)
        });
        let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
        command.arg("events").args(arguments).env_clear().envs(needed.cloned());
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        Ok(command.output()?)
    };
    let letter = seen("the dead letter is listed", || {
        let listed = events(&["list", "--json"])?;
        let error = String::from_utf8_lossy(&listed.stderr).into_owned();
        ensure!(listed.status.success(), error);
        Ok(serde_json::from_slice::<Vec<Value>>(&listed.stdout)?.pop())
    })?;
    let told = ["component", "eventId", "attempts"].map(|name| letter[name].clone());
    assert_eq!(told, [json!(SUBSCRIBER), id(&poison), json!(5)], "{letter}");

    let letter = letter["id"].as_str().context("an id")?;
    let replayed = events(&["replay", letter])?;
    assert!(replayed.status.success(), "{}", String::from_utf8_lossy(&replayed.stderr));
    let again = seen("the event is published again", || {
        Ok(stack.take(&witness)?.into_iter().find(|event| event["resources"] != json!([BY_HAND])))
    })?;
    assert_eq!((id(&again), &again["detail"]), (id(&poison), &poison["detail"]));
    assert_eq!(events(&["show", letter])?.status.code(), Some(1));
    Ok(())
}

fn id(event: &Value) -> Value {
    event["detail"]["metadata"]["eventId"].clone()
}

/// The subscribers, deployed.
struct Deployed {
    /// Whose table is used. Nothing else of it takes part.
    platform: Platform,
    stack: Stack,
    variables: Vec<(String, String)>,
    /// The table's.
    stream: String,
    /// A queue of the events that the subscriber gets. Its rule is behind the subscriber's own, so that whatever is
    /// seen here is in that one's queue already.
    witness: String,
}

/// Deploys the subscribers, where there is a ministack.
async fn deploy(again_after: Duration) -> anyhow::Result<Option<Deployed>> {
    let aws = match Aws::find() {
        Ok(aws) => aws,
        Err(reason) => {
            eprintln!("skipped: {reason}");
            return Ok(None);
        }
    };
    let platform = Platform::for_test(app()).await;
    let table = platform.client().describe_table().table_name(platform.table()).send().await?;
    let stream = table.table.and_then(|table| table.latest_stream_arn).context("a stream")?;
    let name = format!("deployed-{}", &platform.table()[platform.table().len() - 12..]);
    let variables = variables(&aws, platform.table(), &name);
    let mut stack = Stack::new(aws, &name, &variables, again_after)?;
    stack.subscribers(&app())?;
    let pattern = app().subscriber(SUBSCRIBER).context("the subscriber")?.pattern();
    let witness = stack.rule_and_queue(WITNESS, pattern)?;
    Ok(Some(Deployed { platform, stack, variables, stream, witness }))
}

/// The environment of the functions.
fn variables(aws: &Aws, table: &str, bus: &str) -> Vec<(String, String)> {
    let endpoint = aws.endpoint();
    let variables = [
        ("AWS_REGION", REGION),
        ("AWS_ENDPOINT_URL_DYNAMODB", &endpoint),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", &endpoint),
        ("PURLIN_TABLE", table),
        ("PURLIN_EVENT_BUS", bus),
        ("PURLIN_JWT_SECRET", SECRET),
        ("PURLIN_JWT_ISSUER", "deployed"),
        ("PURLIN_JWT_AUDIENCE", "deployed"),
        ("PURLIN_CURSOR_SECRET", SECRET),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}
