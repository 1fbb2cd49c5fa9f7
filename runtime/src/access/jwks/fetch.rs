//! Fetching a document over HTTP: bounded in time and length, and from nowhere else than where it is said to be.

use std::time::Duration;

use aws_smithy_http_client::default_connector;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::{BodyExt as _, Limited};

use crate::access::origin::LoadError;

/// How long a fetch may take, from connecting to the last byte: a request waits for it.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The longest document, in bytes. The sets of large issuers have some 20 KB.
const MAX_LENGTH: usize = 128 * 1024;

/// Gets the document at `url`. A redirect is not followed, since it would let the answer say where keys come from.
///
/// Each fetch has a connection of its own: minutes lie between two, over which a function that is frozen between
/// its requests keeps none alive. The system's root certificates are read once in a process, with those of the SDK.
pub(super) async fn get(url: &str) -> Result<Vec<u8>, LoadError> {
    let answer = async {
        let mut request = HttpRequest::get(url)
            .map_err(|error| LoadError::new("the request cannot be made", error))?;
        request.headers_mut().insert("accept", "application/jwk-set+json, application/json");
        let connector = default_connector(&HttpConnectorSettings::default(), None)
            .ok_or_else(|| LoadError::because("no HTTP client is built in"))?;
        let response = connector
            .call(request)
            .await
            .map_err(|error| LoadError::new("the request failed", error))?;
        if response.status().as_u16() != 200 {
            return Err(LoadError::because(format!("the status is {}", response.status())));
        }
        let body = Limited::new(response.into_body(), MAX_LENGTH).collect().await;
        body.map(|body| body.to_bytes().into())
            .map_err(|error| LoadError::new("the answer cannot be read", error))
    };
    match tokio::time::timeout(TIMEOUT, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(LoadError::because("no answer came in time")),
    }
}
