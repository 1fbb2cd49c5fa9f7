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

use anyhow::Context as _;
use app::app;
use purlin::{RuntimeConfig, token};
use purlin_local::Platform;
use serde_json::{Value, json};

use self::aws::{Aws, REGION};
use self::stack::{Stack, seen};

const SECRET: &str = "a secret that only this test's functions know";

/// What marks the copy of an event that is published by hand.
const AGAIN: &str = "again";

#[tokio::test]
async fn an_event_reaches_its_subscribers_function_and_counts_once() -> anyhow::Result<()> {
    let aws = match Aws::find() {
        Ok(aws) => aws,
        Err(reason) => {
            eprintln!("skipped: {reason}");
            return Ok(());
        }
    };
    // The table is the platform's own; nothing else of it takes part.
    let platform = Platform::for_test(app()).await;
    let table = platform.client().describe_table().table_name(platform.table()).send().await?;
    let stream = table.table.and_then(|table| table.latest_stream_arn).context("a stream")?;
    let name = format!("deployed-{}", &platform.table()[platform.table().len() - 12..]);
    let variables = variables(&aws, platform.table(), &name);

    let mut stack = Stack::new(aws, &name, &variables)?;
    stack.function("agents.create")?;
    stack.function("usages.get")?;
    stack.subscribers(&app())?;
    let subscriber = app().subscriber("count_agents").context("the subscriber")?.pattern();
    // Behind the subscriber's own rule, so that whatever is seen here is in its queue already.
    let witness = stack.rule_and_queue("witness", subscriber)?;
    let counting = witness.replace("witness", "count_agents");
    stack.relay(&stream)?;

    let config = RuntimeConfig::from_vars(variables)?;
    let caller = platform.user("user", 1);
    let token = token::sign(&config, &caller, "user", 600)?;
    let headers = json!({ "authorization": format!("Bearer {token}") });
    let agents = || -> anyhow::Result<Option<Value>> {
        let payload = json!({ "headers": headers });
        Ok(stack.invoke("usages.get", &payload, 200).ok().map(|usage| usage["agents"].clone()))
    };
    let agent = json!({ "name": "Ada", "configuration": { "provider": "bedrock", "model": "m" } });
    let create = json!({ "headers": headers, "body": agent.to_string() });
    let created = stack.invoke("agents.create", &create, 201)?;

    seen("the agent is counted", || Ok(agents()?.filter(|agents| *agents == 1)))?;
    let event = seen("the event is seen", || Ok(stack.take(&witness)?.pop()))?;
    assert_eq!(event["detail"]["data"]["agentId"], created["agentId"], "{event}");
    assert_eq!(event["detail"]["metadata"]["actor"], caller, "{event}");

    stack.publish_again(&event, AGAIN)?;
    let again = seen("the event is seen again", || {
        Ok(stack.take(&witness)?.into_iter().find(|event| event["resources"] == json!([AGAIN])))
    })?;
    let id = |event: &Value| event["detail"]["metadata"]["eventId"].clone();
    assert_eq!(id(&again), id(&event));
    seen("the subscriber has taken it", || Ok(stack.is_empty(&counting)?.then_some(())))?;
    assert_eq!(agents()?, Some(json!(1)));
    Ok(())
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
