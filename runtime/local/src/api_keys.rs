//! Holds a platform's API keys to what they promise: a key opens what it is limited to, and nothing once it is wrong,
//! revoked or expired.

use std::collections::BTreeSet;

use purlin::{App, Operation};
use serde_json::{Value, json};

use crate::matrix::addressed;
use crate::platform::Platform;
use crate::secrecy;
use crate::testing::{TestRequest, TestResponse};

/// How a platform's keys are made, listed and revoked.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The operation that makes one.
    pub create: &'a str,
    /// A body that it accepts.
    pub body: Value,
    /// The field of the body that says what a key is limited to.
    pub permissions: &'a str,
    /// The field of the body that says when it expires, where there is one.
    pub expires: Option<&'a str>,
    /// The operation that revokes one, and the field of a key that its path names, as the path and as JSON has it.
    pub revoke: Option<(&'a str, &'a str, &'a str)>,
    /// The operation that lists them, where there is one.
    pub list: Option<&'a str>,
    /// The field that says when a key was last used.
    pub last_used: &'a str,
    /// A role that may make keys.
    pub role: &'a str,
}

/// Makes keys, uses them on every operation, and spoils them in every way.
///
/// # Panics
/// If a key opens more or less than it says.
pub async fn check(app: App, plan: &Plan<'_>) {
    let held = held(&app, plan.role).await;
    let platform = Platform::for_test(app).await;
    let platform = &platform;
    limits(platform, plan, &held).await;
    refuses_what_cannot_be_given(platform, plan, &held).await;
    spoilt(platform, plan, &held).await;
    shown_once(platform, plan, &held).await;
    use_is_recorded(platform, plan, &held).await;
}

/// The permissions that operations need and the role holds.
async fn held(app: &App, role: &str) -> BTreeSet<String> {
    let grants = app.grants_of(role).unwrap_or_else(|| panic!("there is no role `{role}`"));
    let needed = app.iter().filter_map(Operation::permission);
    needed.filter(|name| app.holds(grants, name)).map(str::to_owned).collect()
}

async fn made(platform: &Platform, plan: &Plan<'_>, body: Value) -> TestResponse {
    platform.request(plan.create).as_role(plan.role).json(body).send().await
}

/// A key limited to these permissions, as its maker is told it.
async fn key<'p>(
    platform: &Platform,
    plan: &Plan<'_>,
    permissions: impl IntoIterator<Item = &'p String>,
) -> (String, Value) {
    let mut body = plan.body.clone();
    body[plan.permissions] = permissions.into_iter().cloned().collect();
    let created = made(platform, plan, body).await;
    created.assert_status(201);
    let item = created.json().clone();
    let key = item["key"].as_str().unwrap_or_else(|| panic!("no key in {item}")).to_owned();
    secrecy::keep(&key);
    (key, item)
}

fn with_key<'p>(request: TestRequest<'p>, key: &str) -> TestRequest<'p> {
    request.header("x-api-key", key)
}

/// A key of one permission opens the operations that need it; one of all others does not, whatever its maker may.
async fn limits(platform: &Platform, plan: &Plan<'_>, held: &BTreeSet<String>) {
    for permission in held {
        let (only, _) = key(platform, plan, [permission]).await;
        let others: BTreeSet<_> = held.iter().filter(|other| *other != permission).collect();
        let rest = match others.is_empty() {
            true => None,
            false => Some(key(platform, plan, others.iter().copied()).await.0),
        };
        for operation in platform.app().iter() {
            let Some(needed) = operation.permission() else { continue };
            let name = operation.name();
            let opens = with_key(addressed(platform, name), &only).send().await.status();
            let denied = opens == 403 || opens == 401;
            assert_eq!(
                denied,
                needed != permission,
                "`{name}` by a key of `{permission}`: {opens}"
            );
            if let (Some(rest), true) = (&rest, needed == permission) {
                let denied = with_key(addressed(platform, name), rest).send().await;
                let status = denied.status();
                assert_eq!(status, 403, "`{name}` by a key of all but `{permission}`");
                told_to_the_audit(platform, rest);
            }
        }
    }
}

/// The last denial is recorded with the key's id, and no record holds the key's secret.
fn told_to_the_audit(platform: &Platform, key: &str) {
    let records = platform.audit();
    let last = records.last().map_or(&Value::Null, |record| &record.detail["data"]);
    let (shown, secret) = key.rsplit_once('_').unwrap_or_default();
    let id = shown.rsplit('_').next().unwrap_or_default();
    assert_eq!(
        (&last["caller"]["apiKey"], &last["credential"], &last["status"]),
        (&id.into(), &"api-key".into(), &403.into()),
        "the record of a denied API key: {last}"
    );
    let told = records.iter().map(|record| record.detail.to_string());
    assert!(told.into_iter().all(|text| !text.contains(secret)), "a record tells the key");
}

async fn refuses_what_cannot_be_given(
    platform: &Platform,
    plan: &Plan<'_>,
    held: &BTreeSet<String>,
) {
    let mut body = plan.body.clone();
    body[plan.permissions] = json!(["nothing:known"]);
    made(platform, plan, body.clone())
        .await
        .assert_invalid_within(&format!("/{}", plan.permissions));
    let mut needed = platform.app().iter().filter_map(Operation::permission);
    if let Some(beyond) = needed.find(|name| !held.contains(*name)) {
        body[plan.permissions] = json!([beyond]);
        made(platform, plan, body).await.assert_problem(403, "permission-denied");
    }
}

/// A key that is wrong, revoked or expired is refused, and nobody can tell which.
async fn spoilt(platform: &Platform, plan: &Plan<'_>, held: &BTreeSet<String>) {
    let (good, _) = key(platform, plan, held).await;
    let Some(operation) = platform
        .app()
        .iter()
        .find(|it| it.permission().is_some_and(|permission| held.contains(permission)))
    else {
        return;
    };
    let answer = async |key: &str| {
        let response = with_key(addressed(platform, operation.name()), key).send().await;
        response.assert_problem(401, "unauthenticated");
        let mut body = response.json().clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("requestId");
            fields.remove("instance");
        }
        body
    };
    let wrong = answer(&of_another_secret(&good)).await;
    let mut cases = vec![
        ("cut short", good[..good.len() - 1].to_owned()),
        ("no key", "nothing".to_owned()),
        ("of another environment", format!("other{}", &good[good.find('_').unwrap_or(0)..])),
    ];
    if let Some((revoke, parameter, field)) = plan.revoke {
        let (revoked, item) = key(platform, plan, held).await;
        let id = item[field].as_str().unwrap_or_default();
        let request = platform.request(revoke).path(parameter, id).as_role(plan.role);
        request.send().await.assert_status(204);
        cases.push(("revoked", revoked));
    }
    if let Some(expires) = plan.expires {
        let mut body = plan.body.clone();
        body[expires] = json!("2026-01-02T03:04:05.678Z");
        let created = made(platform, plan, body).await;
        cases.push(("expired", created.field("/key").to_owned()));
    }
    for (what, key) in cases {
        assert_eq!(answer(&key).await, wrong, "a key that is {what} is told from a wrong one");
    }
    // Two credentials could be taken for either.
    let both = with_key(addressed(platform, operation.name()), &good).as_role(plan.role);
    both.send().await.assert_problem(401, "unauthenticated");
    let opens = with_key(addressed(platform, operation.name()), &good).send().await.status();
    assert_ne!(opens, 401, "the good key is refused");
}

/// The key is told by the answer that made it, and by nothing after it.
async fn shown_once(platform: &Platform, plan: &Plan<'_>, held: &BTreeSet<String>) {
    let (key, _) = key(platform, plan, held).await;
    let told: Vec<String> =
        platform.events().await.iter().map(|event| format!("{event:?}")).collect();
    assert!(!told.iter().any(|event| event.contains(&key)), "an event tells the key");
    if let Some(list) = plan.list {
        let listed = platform.request(list).as_role(plan.role).send().await;
        listed.assert_status(200);
        assert!(!listed.text().contains(&key), "the list tells the key");
    }
}

async fn use_is_recorded(platform: &Platform, plan: &Plan<'_>, held: &BTreeSet<String>) {
    let Some(list) = plan.list else { return };
    let (key, item) = key(platform, plan, held).await;
    assert_eq!(item.get(plan.last_used).filter(|moment| !moment.is_null()), None);
    let last_used = async || {
        let page = platform.request(list).as_role(plan.role).query("limit", 1).send().await;
        page.json()["items"][0][plan.last_used].clone()
    };
    let ping = async || with_key(addressed(platform, list), &key).send().await;
    ping().await;
    let first = last_used().await;
    assert!(first.is_string(), "the use of a key is not recorded: {first}");
    ping().await;
    assert_eq!(last_used().await, first, "a use within the same minute is recorded again");
}

/// The same key with other digits for its secret, and the checksum that goes with them.
fn of_another_secret(key: &str) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    const CHECKSUM: usize = 7;
    let (head, secret) = key.rsplit_once('_').unwrap_or_default();
    let last = if secret.starts_with('0') { '1' } else { '0' };
    let mut text = format!("{head}_{last}{}", &secret[1..secret.len() - CHECKSUM]);
    let mut bits = u64::from(crc32fast::hash(text.as_bytes()));
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(bits & 31) as usize];
        bits >>= 5;
    }
    text.extend(digits.map(char::from));
    text
}
