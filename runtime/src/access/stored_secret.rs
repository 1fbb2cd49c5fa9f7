//! A secret that is kept in AWS Secrets Manager.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use tokio::sync::OnceCell;

use super::key::{Key, KeySet, MIN_SECRET_BYTES};
use super::origin::LoadError;
use crate::config::RuntimeConfig;
use crate::shared::sdk_config;

/// How long reading the secret may take, in one attempt and in all: a request waits for it.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// Which secret, and the client that reads it, made when it is first needed.
pub(crate) struct StoredSecret {
    id: String,
    config: RuntimeConfig,
    sdk: Option<SdkConfig>,
    client: OnceCell<Client>,
}

impl StoredSecret {
    /// The secret with this name or ARN. What `sdk` holds is shared with the other clients, if there are any.
    pub(crate) fn new(id: &str, config: &RuntimeConfig, sdk: Option<SdkConfig>) -> Self {
        Self { id: id.to_owned(), config: config.clone(), sdk, client: OnceCell::new() }
    }

    /// Reads the current version: the one before it ends when a new one takes its place.
    pub(crate) async fn load(&self) -> Result<KeySet, LoadError> {
        let client = self.client.get_or_init(|| self.connect()).await;
        let output = client
            .get_secret_value()
            .secret_id(&self.id)
            .send()
            .await
            .map_err(|error| LoadError::new("the secret cannot be read", error))?;
        let secret = match (&output.secret_string, &output.secret_binary) {
            (Some(text), _) => text.as_bytes(),
            (None, Some(bytes)) => bytes.as_ref(),
            (None, None) => return Err(LoadError::because("the secret has no value")),
        };
        if secret.len() < MIN_SECRET_BYTES {
            return Err(LoadError::because("the secret is shorter than 32 bytes"));
        }
        Ok(KeySet::new(vec![Key::secret(secret)]))
    }

    async fn connect(&self) -> Client {
        let sdk = match &self.sdk {
            Some(sdk) => sdk.clone(),
            None => sdk_config(&self.config).await,
        };
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let mut builder = Builder::from(&sdk).timeout_config(timeouts);
        if let Some(endpoint) = self.config.secrets_manager_endpoint() {
            builder = builder.endpoint_url(endpoint);
        }
        Client::from_conf(builder.build())
    }
}
