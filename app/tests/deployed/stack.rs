//! The platform as it is deployed: a function for each duty, the table's stream before the relay, and behind the bus a
//! rule, a queue and a function for each subscriber.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use purlin::App;
use serde_json::{Value, json};

use crate::aws::{ACCOUNT, Aws, REGION};
use crate::package;

/// How long anything may take until it is seen. It takes seconds on an idle machine.
const SEEN_WITHIN: Duration = Duration::from_secs(120);

const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What is deployed. Dropping it ends its functions.
pub(crate) struct Stack {
    aws: Aws,
    /// Begins the names of all that belongs to it.
    name: String,
    /// The functions' environment.
    variables: Value,
    functions: Vec<String>,
    /// How long after an attempt that failed the next one comes, in whole seconds.
    again_after: Duration,
}

impl Stack {
    /// Hands over the code, and makes the bus.
    pub(crate) fn new(
        aws: Aws,
        name: &str,
        variables: &[(String, String)],
        again_after: Duration,
    ) -> anyhow::Result<Self> {
        let binary = std::fs::read(env!("CARGO_BIN_EXE_bootstrap"))?;
        aws.s3_put(&format!("/{name}"), b"")?;
        aws.s3_put(&format!("/{name}/bootstrap.zip"), &package::zip(&binary)?)?;
        let variables = variables.iter().map(|(name, value)| (name.clone(), json!(value)));
        let variables = Value::Object(variables.collect());
        let stack =
            Self { aws, name: name.to_owned(), variables, functions: Vec::new(), again_after };
        stack.events("CreateEventBus", &json!({ "Name": name }))?;
        Ok(stack)
    }

    /// A function for this handler; its name.
    pub(crate) fn function(&mut self, handler: &str) -> anyhow::Result<String> {
        let name = format!("{}-{}", self.name, handler.replace('.', "-"));
        let function = json!({
            "FunctionName": name,
            "Runtime": "provided.al2023",
            "Handler": handler,
            "Role": format!("arn:aws:iam::{ACCOUNT}:role/{}", self.name),
            "Code": { "S3Bucket": self.name, "S3Key": "bootstrap.zip" },
            "Environment": { "Variables": self.variables },
            "Timeout": 30,
        });
        self.aws.lambda("POST", "/2015-03-31/functions", Some(&function))?;
        self.functions.push(name.clone());
        Ok(name)
    }

    /// The relay, behind the table's stream.
    pub(crate) fn relay(&mut self, stream: &str) -> anyhow::Result<()> {
        let function = self.function("relay")?;
        self.maps(&json!({
            "EventSourceArn": stream,
            "FunctionName": function,
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "BisectBatchOnFunctionError": true,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }))
    }

    /// The subscribers of the application that events start, each behind a rule and a queue.
    pub(crate) fn subscribers(&mut self, app: &App) -> anyhow::Result<()> {
        for subscriber in app.subscribed().filter(|it| it.schedule().is_none()) {
            let (name, pattern) = (subscriber.name(), subscriber.pattern());
            let queue = self.rule_and_queue(name, pattern)?;
            let function = self.function(&format!("subscribers.{name}"))?;
            self.maps(&json!({
                "EventSourceArn": queue,
                "FunctionName": function,
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            }))?;
        }
        Ok(())
    }

    fn maps(&self, mapping: &Value) -> anyhow::Result<()> {
        self.aws.lambda("POST", "/2015-03-31/event-source-mappings", Some(mapping)).map(drop)
    }

    /// A queue of the events that match a pattern; its ARN.
    pub(crate) fn rule_and_queue(&self, name: &str, pattern: &str) -> anyhow::Result<String> {
        let name = format!("{}-{name}", self.name);
        let attributes = json!({ "VisibilityTimeout": self.again_after.as_secs().to_string() });
        self.sqs("CreateQueue", &json!({ "QueueName": name, "Attributes": attributes }))?;
        let queue = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}");
        let rule = json!({ "Name": name, "EventBusName": self.name, "EventPattern": pattern });
        self.events("PutRule", &rule)?;
        let targets = json!({
            "Rule": name, "EventBusName": self.name, "Targets": [{ "Id": "queue", "Arn": queue }],
        });
        let put = self.events("PutTargets", &targets)?;
        ensure!(put["FailedEntryCount"] == 0, "{put}");
        Ok(queue)
    }

    /// Takes all messages that are in a queue now.
    pub(crate) fn take(&self, queue: &str) -> anyhow::Result<Vec<Value>> {
        let url = self.url(queue);
        let request = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 });
        let mut taken = Vec::new();
        while let Some(messages) = self.sqs("ReceiveMessage", &request)?["Messages"].as_array() {
            if messages.is_empty() {
                break;
            }
            for message in messages {
                let handle = &message["ReceiptHandle"];
                self.sqs("DeleteMessage", &json!({ "QueueUrl": url, "ReceiptHandle": handle }))?;
                taken.push(serde_json::from_str(message["Body"].as_str().context("a body")?)?);
            }
        }
        Ok(taken)
    }

    /// Whether nothing waits in a queue, nor is in the hands of a function.
    pub(crate) fn is_empty(&self, queue: &str) -> anyhow::Result<bool> {
        let request = json!({ "QueueUrl": self.url(queue), "AttributeNames": ["All"] });
        let attributes = &self.sqs("GetQueueAttributes", &request)?["Attributes"];
        let counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        Ok(counts.iter().all(|count| attributes[count] == "0"))
    }

    /// Invokes the function of an operation; the answer's body, where its status is this.
    pub(crate) fn invoke(
        &self,
        operation: &str,
        payload: &Value,
        status: u16,
    ) -> anyhow::Result<Value> {
        let function = format!("{}-{}", self.name, operation.replace('.', "-"));
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let answer = self.aws.lambda("POST", &path, Some(payload))?;
        ensure!(answer["statusCode"] == status, "`{operation}` answers {answer}");
        Ok(serde_json::from_str(answer["body"].as_str().context("the answer has a body")?)?)
    }

    /// Publishes an event as a subscriber gets one, marked with a resource.
    pub(crate) fn publish(&self, event: &Value, resource: &str) -> anyhow::Result<()> {
        let entry = json!({
            "EventBusName": self.name,
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": event["detail"].to_string(),
            "Resources": [resource],
        });
        let put = self.events("PutEvents", &json!({ "Entries": [entry] }))?;
        ensure!(put["FailedEntryCount"] == 0, "{put}");
        Ok(())
    }

    fn events(&self, operation: &str, body: &Value) -> anyhow::Result<Value> {
        self.aws.json("events", &format!("AWSEvents.{operation}"), body)
    }

    fn sqs(&self, operation: &str, body: &Value) -> anyhow::Result<Value> {
        self.aws.json("sqs", &format!("AmazonSQS.{operation}"), body)
    }

    /// A queue's URL. It is known by its end alone.
    fn url(&self, queue: &str) -> String {
        let name = queue.rsplit(':').next().unwrap_or_default();
        format!("{}/{ACCOUNT}/{name}", self.aws.endpoint())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        for function in &self.functions {
            // ministack ends what is left when it ends itself.
            let _ = self.aws.lambda("DELETE", &format!("/2015-03-31/functions/{function}"), None);
        }
    }
}

/// Looks until there is something to see.
pub(crate) fn seen<T>(
    what: &str,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let deadline = Instant::now() + SEEN_WITHIN;
    loop {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        ensure!(Instant::now() < deadline, "{what}: not within {SEEN_WITHIN:?}");
        thread::sleep(LOOK_EVERY);
    }
}
