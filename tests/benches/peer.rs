//! `GET /agents/{agent_id}` as a competent engineer writes it by hand: no framework, nothing made twice, the
//! fields taken out of the item one by one.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_dynamodb::types::AttributeValue;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use purlin::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use serde::{Deserialize, Serialize};

use crate::store::{AUDIENCE, ISSUER, REGION, SECRET, TABLE};

/// What is made once, at cold start.
pub(crate) struct Handler {
    client: Client,
    key: DecodingKey,
    validation: Validation,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    role: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Agent {
    agent_id: String,
    user_id: String,
    name: String,
    role: String,
    status: String,
    created_at: String,
    updated_at: String,
    version: u64,
    configuration: Configuration,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    provider: String,
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_prompt: Option<String>,
    temperature: f64,
    max_tokens: i64,
    tools: Vec<String>,
}

/// A status, and what the caller is told.
type Refusal = (i64, &'static str);

/// A client with the limits that every function on Lambda needs: a call that hangs must end before the function.
pub(crate) async fn client(endpoint: &str) -> Client {
    Client::new(&sdk(endpoint).await)
}

/// What every client of the SDK is made of.
pub(crate) async fn sdk(endpoint: &str) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(20))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .retry_config(RetryConfig::standard().with_max_attempts(4))
        .timeout_config(timeouts)
        .credentials_provider(Credentials::new("local", "local", None, None, "environment"))
        .endpoint_url(endpoint)
        .load()
        .await
}

impl Handler {
    pub(crate) async fn connect(endpoint: &str) -> Self {
        let client = client(endpoint).await;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 30;
        validation.validate_nbf = true;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        let key = DecodingKey::from_secret(SECRET.as_bytes());
        Self { client, key, validation }
    }

    /// The handler.
    pub(crate) async fn get(&self, event: ApiGatewayV2httpRequest) -> ApiGatewayV2httpResponse {
        match self.answer(&event).await {
            Ok(agent) => match serde_json::to_string(&agent) {
                Ok(body) => response(200, body, Some(agent.version)),
                Err(_) => response(500, problem(500, "internal error"), None),
            },
            Err((status, detail)) => response(status, problem(status, detail), None),
        }
    }

    async fn answer(&self, event: &ApiGatewayV2httpRequest) -> Result<Agent, Refusal> {
        let token = event
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or((401, "a bearer token is required"))?;
        let claims = decode::<Claims>(token, &self.key, &self.validation)
            .map_err(|_| (401, "the token is not valid"))?
            .claims;
        let anybodys = match claims.role.as_str() {
            "admin" => true,
            "user" | "service" => false,
            _ => return Err((403, "the role may not read agents")),
        };
        let id = event.path_parameters.get("agent_id").filter(|id| is_id(id));
        let id = id.ok_or((404, "there is no such agent"))?;
        let output = self
            .client
            .get_item()
            .table_name(TABLE)
            .key("PK", AttributeValue::S(format!("AGENT#{id}")))
            .key("SK", AttributeValue::S("METADATA".to_owned()))
            .send()
            .await
            .map_err(|_| (500, "internal error"))?;
        let item = output.item.ok_or((404, "there is no such agent"))?;
        let agent = agent(item).ok_or((500, "internal error"))?;
        if !anybodys && agent.user_id != claims.sub {
            return Err((404, "there is no such agent"));
        }
        Ok(agent)
    }
}

fn is_id(text: &str) -> bool {
    let digits = text.strip_prefix("agent_").unwrap_or_default();
    digits.len() == 26
        && digits.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn agent(mut item: HashMap<String, AttributeValue>) -> Option<Agent> {
    let Some(AttributeValue::M(mut configuration)) = item.remove("configuration") else {
        return None;
    };
    Some(Agent {
        agent_id: text(&mut item, "agentId")?,
        user_id: text(&mut item, "userId")?,
        name: text(&mut item, "name")?,
        role: text(&mut item, "role")?,
        status: text(&mut item, "status")?,
        created_at: text(&mut item, "createdAt")?,
        updated_at: text(&mut item, "updatedAt")?,
        version: number(&item, "version")?,
        configuration: Configuration {
            provider: text(&mut configuration, "provider")?,
            model: text(&mut configuration, "model")?,
            system_prompt: text(&mut configuration, "systemPrompt"),
            temperature: number(&configuration, "temperature")?,
            max_tokens: number(&configuration, "maxTokens")?,
            tools: match configuration.remove("tools") {
                Some(AttributeValue::Ss(tools)) => tools,
                None => Vec::new(),
                Some(_) => return None,
            },
        },
    })
}

fn text(item: &mut HashMap<String, AttributeValue>, name: &str) -> Option<String> {
    match item.remove(name)? {
        AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

fn number<T: std::str::FromStr>(item: &HashMap<String, AttributeValue>, name: &str) -> Option<T> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn problem(status: i64, detail: &str) -> String {
    serde_json::json!({ "status": status, "detail": detail }).to_string()
}

fn response(status: i64, body: String, version: Option<u64>) -> ApiGatewayV2httpResponse {
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(tag) =
        version.and_then(|version| HeaderValue::try_from(format!("\"{version}\"")).ok())
    {
        headers.insert(ETAG, tag);
    }
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = status;
    answer.headers = headers;
    answer.body = Some(body.into());
    answer
}
