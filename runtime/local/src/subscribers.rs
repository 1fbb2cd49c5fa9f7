//! The application's subscribers as the local bus sees them: rules, schedules, and the target of both.

use std::sync::Arc;

use anyhow::Context as _;
use purlin::{App, Attempt, Error, Shared};
use purlin_schema::pattern::{MAX_SIZE, Pattern};
use serde_json::Value;

use crate::bus::{BoxFuture, Rule, Schedule, Target};

/// The rules and the schedules of an application's subscribers.
///
/// # Errors
/// A pattern is none: what is generated never has such a one.
pub(crate) fn rules(app: &App) -> anyhow::Result<(Vec<Rule>, Vec<Schedule>)> {
    let (mut rules, mut schedules) = (Vec::new(), Vec::new());
    for subscriber in app.subscribed() {
        let (name, retry) = (subscriber.name().to_owned(), subscriber.retries());
        if let Some(expression) = subscriber.schedule() {
            let expression = expression.to_owned();
            schedules.push(Schedule { name, expression, retry });
            continue;
        }
        let pattern = pattern(subscriber.pattern())
            .with_context(|| format!("the pattern of the subscriber `{name}`"))?;
        rules.push(Rule { name, pattern, retry });
    }
    Ok((rules, schedules))
}

fn pattern(text: &str) -> anyhow::Result<Pattern> {
    let json: Value = serde_json::from_str(text)?;
    Pattern::parse_within(&json, MAX_SIZE).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(faults.join("; "))
    })
}

/// What the bus delivers to: the same door that Lambda delivers through.
pub(crate) struct Subscribers {
    app: Arc<App>,
    shared: Shared,
}

impl Subscribers {
    pub(crate) fn new(app: Arc<App>, shared: Shared) -> Self {
        Self { app, shared }
    }
}

impl Target for Subscribers {
    fn deliver(
        &self,
        rule: &str,
        event: Value,
        number: u32,
        is_last: bool,
    ) -> BoxFuture<'_, Result<(), String>> {
        let rule = rule.to_owned();
        Box::pin(async move {
            let attempt = Attempt { number, is_last };
            let delivered = self.app.deliver(&rule, &event, attempt, &self.shared).await;
            delivered.map(|_| ()).map_err(|error| told(&error))
        })
    }
}

/// An error with what it comes of.
fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
