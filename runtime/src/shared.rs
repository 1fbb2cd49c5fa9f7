//! What all requests of a process share: settings and AWS clients, made once, at cold start.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};

use crate::access::Access;
use crate::audit::Audit;
use crate::config::RuntimeConfig;
use crate::rate::Rates;
use crate::relay::Published;
use crate::repository::TransactionConflicts;
use crate::time::Timestamp;

/// Attempts of one AWS call, the first one included. The SDK waits between them with jitter.
const MAX_ATTEMPTS: u32 = 4;

/// How long one attempt of an AWS call may take, and all of them together: a function times out after 30 s, and
/// must have answered by then.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// What all requests of a process share: settings and AWS clients, made once, at cold start. Cloning it is cheap.
#[derive(Clone)]
pub struct Shared {
    inner: Arc<SharedInner>,
    rates: Arc<Rates>,
}

struct SharedInner {
    config: RuntimeConfig,
    dynamodb: aws_sdk_dynamodb::Client,
    eventbridge: aws_sdk_eventbridge::Client,
    access: Access,
    audit: Audit,
    published: Published,
}

impl Shared {
    /// Makes the clients that `config` describes. Nothing is sent until a client is used.
    pub async fn connect(config: RuntimeConfig) -> Self {
        let sdk = sdk_config(&config).await;
        let mut dynamodb =
            aws_sdk_dynamodb::config::Builder::from(&sdk).retry_classifier(TransactionConflicts);
        if let Some(endpoint) = config.dynamodb_endpoint() {
            dynamodb = dynamodb.endpoint_url(endpoint);
        }
        let mut eventbridge = aws_sdk_eventbridge::config::Builder::from(&sdk);
        if let Some(endpoint) = config.eventbridge_endpoint() {
            eventbridge = eventbridge.endpoint_url(endpoint);
        }
        let dynamodb = aws_sdk_dynamodb::Client::from_conf(dynamodb.build());
        let eventbridge = aws_sdk_eventbridge::Client::from_conf(eventbridge.build());
        let access = Access::new(&config, Some(sdk));
        Self::of(config, dynamodb, eventbridge, access)
    }

    /// Takes clients made elsewhere, for example by a test with time-outs of its own.
    #[must_use]
    pub fn with_clients(
        config: RuntimeConfig,
        dynamodb: aws_sdk_dynamodb::Client,
        eventbridge: aws_sdk_eventbridge::Client,
    ) -> Self {
        let access = Access::new(&config, None);
        Self::of(config, dynamodb, eventbridge, access)
    }

    fn of(
        config: RuntimeConfig,
        dynamodb: aws_sdk_dynamodb::Client,
        eventbridge: aws_sdk_eventbridge::Client,
        access: Access,
    ) -> Self {
        let audit = Audit::new(config.audit_events_per_minute());
        let published = Published::default();
        Self {
            inner: Arc::new(SharedInner {
                config,
                dynamodb,
                eventbridge,
                access,
                audit,
                published,
            }),
            rates: Arc::new(Rates::new(Timestamp::now)),
        }
    }

    /// Measures [rates](crate::Rate) by another clock than the machine's, as a test does that cannot wait.
    #[must_use]
    pub fn with_rate_clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.rates = Arc::new(Rates::new(now));
        self
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &RuntimeConfig {
        &self.inner.config
    }

    /// The DynamoDB client.
    #[must_use]
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        &self.inner.dynamodb
    }

    /// The EventBridge client.
    #[must_use]
    pub fn eventbridge(&self) -> &aws_sdk_eventbridge::Client {
        &self.inner.eventbridge
    }

    pub(crate) fn audit(&self) -> &Audit {
        &self.inner.audit
    }

    pub(crate) fn access(&self) -> &Access {
        &self.inner.access
    }

    pub(crate) fn published(&self) -> &Published {
        &self.inner.published
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.rates
    }
}

/// What every AWS client is made of: region, credentials, retries and time-outs.
pub(crate) async fn sdk_config(config: &RuntimeConfig) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(CALL_TIMEOUT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(config.region().to_owned()))
        .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS))
        .timeout_config(timeouts);
    if let Some(credentials) = config.credentials() {
        loader = loader.credentials_provider(credentials);
    }
    loader.load().await
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("config", &self.inner.config).finish_non_exhaustive()
    }
}
