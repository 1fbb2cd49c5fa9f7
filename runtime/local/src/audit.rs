//! Holds a platform's audit to what it promises: one record of each call that was denied, one of each that took a
//! privileged permission, none of any other, and in none of them what nobody may read.

use purlin::Operation;
use serde_json::Value;

use crate::bus::Event;
use crate::platform::Platform;
use crate::testing::TestResponse;

/// The detail type of a record of what was denied.
const DENIED: &str = "AccessDenied";

/// The detail type of a record of a privileged operation.
const PRIVILEGED: &str = "PrivilegedOperation";

/// The header that tells a caller the request's id.
const REQUEST_ID: &str = "apigw-requestid";

/// A call that was made, and what its record must say.
pub(crate) struct Made {
    request_id: String,
    operation: String,
    /// `None` where nobody known called.
    role: Option<String>,
    status: u16,
}

impl Made {
    pub(crate) fn new(operation: &str, role: Option<&str>, response: &TestResponse) -> Self {
        Self {
            request_id: response.header(REQUEST_ID).unwrap_or_default().to_owned(),
            operation: operation.to_owned(),
            role: role.map(str::to_owned),
            status: response.status(),
        }
    }
}

/// What is wrong with the records of these calls, a sentence each. `secrets` must be in none of them.
pub(crate) fn faults(platform: &Platform, calls: &[Made], secrets: &[String]) -> Vec<String> {
    let records = platform.audit();
    let mut faults: Vec<String> =
        calls.iter().flat_map(|made| of(platform, made, &records)).collect();
    for record in &records {
        let text = record.detail.to_string();
        let told = secrets.iter().filter(|secret| text.contains(secret.as_str()));
        faults.extend(told.map(|secret| format!("a record holds `{secret}`: {text}")));
    }
    faults
}

fn of(platform: &Platform, made: &Made, records: &[Event]) -> Option<String> {
    let Made { request_id, operation, role, status } = made;
    let privileged = platform.app().operation(operation).is_some_and(Operation::is_privileged);
    let (detail_type, outcome, reason) = match status {
        401 => (DENIED, "denied", Some("unauthenticated")),
        403 => (DENIED, "denied", Some("permission-denied")),
        _ if privileged => (PRIVILEGED, "allowed", None),
        _ => ("", "", None),
    };
    let wanted = usize::from(!detail_type.is_empty());
    let found: Vec<&Event> = records
        .iter()
        .filter(|record| record.detail["metadata"]["correlationId"] == request_id.as_str())
        .collect();
    let data = found.first().map_or(&Value::Null, |record| &record.detail["data"]);
    let is_right = found.len() == wanted
        && found.iter().all(|record| record.detail_type == detail_type)
        && (wanted == 0
            || data["operation"] == operation.as_str()
                && data["caller"]["role"].as_str() == role.as_deref()
                && data["status"] == *status
                && data["outcome"] == outcome
                && reason.is_none_or(|reason| data["reason"] == reason)
                && data["privileged"] == privileged);
    (!is_right).then(|| {
        let who = role.as_deref().unwrap_or("nobody");
        format!("`{operation}` as `{who}`, answered {status}, is recorded as {found:?}")
    })
}

impl Platform {
    /// Of [`events`](Self::events), the records of the audit.
    #[must_use]
    pub fn audit(&self) -> Vec<Event> {
        let source = format!("{}.audit", self.app().name());
        self.on_bus().into_iter().filter(|event| event.source == source).collect()
    }

    /// Expects the audit to know of exactly one denial, of this operation and for this reason.
    ///
    /// # Panics
    /// If it knows of none, another one or more.
    #[track_caller]
    pub fn assert_denied(&self, operation: &str, reason: &str) {
        let records = self.audit();
        let denied: Vec<(&Value, &Value)> = records
            .iter()
            .filter(|record| record.detail_type == DENIED)
            .map(|record| &record.detail["data"])
            .map(|data| (&data["operation"], &data["reason"]))
            .collect();
        assert_eq!(denied, [(&operation.into(), &reason.into())], "what the audit knows of");
    }
}
