//! JSON log lines, each with the request id and the operation it belongs to.

use std::error::Error as StdError;
use std::fmt::Write as _;

use tracing::Subscriber;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt};

use crate::audit::TARGET;
use crate::config::RuntimeConfig;

/// Writes log lines to standard output, which is where Lambda collects them. Does nothing if a subscriber is set
/// already.
pub fn init(config: &RuntimeConfig) {
    // Failing means that the process logs elsewhere already, by its own choice.
    let _ = subscriber(with_audit(config.log().clone()), std::io::stdout).try_init();
}

/// The filter, with the audit let through: whoever wants fewer lines does not mean to lose those. Only naming the
/// audit's own target turns it down.
fn with_audit(filter: Targets) -> Targets {
    match filter.iter().any(|(target, _)| target == TARGET) {
        true => filter,
        false => filter.with_target(TARGET, tracing::Level::INFO),
    }
}

/// One JSON object a line: timestamp, level, target, the fields of the event, and the span of the request.
pub(crate) fn subscriber<W>(filter: Targets, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        // The request's span is the one that counts; a list of all of them would repeat it.
        .with_span_list(false)
        .with_writer(writer);
    // Over the whole registry rather than this layer: what it turns off then costs nothing at all.
    Registry::default().with(lines).with(filter)
}

/// An error with the causes beneath it, in one line.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a `String` cannot fail.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::Value;

    use super::*;

    /// Keeps what is logged.
    #[derive(Clone, Default)]
    pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Captured {
        /// Logs of this thread are captured until the guard is dropped.
        pub(crate) fn start(&self) -> tracing::subscriber::DefaultGuard {
            let captured = self.clone();
            let filter = Targets::new().with_default(tracing::Level::TRACE);
            subscriber(filter, move || captured.clone()).set_default()
        }

        pub(crate) fn text(&self) -> String {
            String::from_utf8_lossy(&self.0.lock().expect("no writer panics")).into_owned()
        }

        pub(crate) fn lines(&self) -> Vec<Value> {
            self.text()
                .lines()
                .map(|line| serde_json::from_str(line).expect("a line is JSON"))
                .collect()
        }
    }

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no writer panics").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_has_its_fields_and_its_request() {
        let captured = Captured::default();
        let guard = captured.start();
        tracing::info_span!("request", request_id = "a-request")
            .in_scope(|| tracing::warn!(answer = 42, "hm"));
        drop(guard);
        let [line] = &captured.lines()[..] else { panic!("{}", captured.text()) };
        assert_eq!(
            (&line["level"], &line["message"], &line["answer"]),
            (&"WARN".into(), &"hm".into(), &42.into())
        );
        assert_eq!(line["span"]["request_id"], "a-request");
    }

    #[test]
    fn the_audit_is_logged_unless_it_is_itself_turned_down() {
        let logs = |filter: &str, level| {
            let filter = with_audit(filter.parse().expect("it is a filter"));
            filter.would_enable(TARGET, &level)
        };
        for filter in ["info", "error", "warn,purlin=error", "off"] {
            assert!(logs(filter, tracing::Level::INFO), "{filter}");
        }
        assert!(!logs("info,purlin::audit=warn", tracing::Level::INFO));
        assert!(logs("info,purlin::audit=warn", tracing::Level::WARN));
    }

    #[test]
    fn a_chain_names_every_cause() {
        let error = crate::Error::internal(io::Error::other("the disk is full"));
        assert_eq!(chain(&error), "an internal error occurred: the disk is full");
    }
}
