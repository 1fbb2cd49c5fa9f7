//! A record: who called what, on which resource, and what came of it. Nothing of the body, and no credential.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use http::StatusCode;
use serde::Serialize;

use super::TARGET;
use crate::access::{Caller, Credential};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::problem;
use crate::response::Response;

/// The bytes of a path's parameter that a record holds at most: an id has far fewer, and whoever is denied may have
/// sent anything.
const MAX_PARAMETER: usize = 256;

/// Why a call is denied whose caller is told that there is nothing.
const NOT_OWNER: &str = "not-owner";

/// What was called.
pub(crate) struct Call<'c> {
    name: &'c str,
    operation: Option<&'c Operation>,
    resource: BTreeMap<&'c str, String>,
}

impl<'c> Call<'c> {
    /// An operation, with those parameters that its path has.
    pub(crate) fn of(operation: &'c Operation, parameters: &HashMap<String, String>) -> Self {
        let names = operation.parameters();
        let resource = names.filter_map(|name| Some((name, cut(parameters.get(name)?)))).collect();
        Self { name: operation.name(), operation: Some(operation), resource }
    }

    /// A route that is no operation's.
    pub(crate) fn of_route(route: &'c str) -> Self {
        Self { name: route, operation: None, resource: BTreeMap::new() }
    }
}

fn cut(value: &str) -> String {
    value[..value.floor_char_boundary(MAX_PARAMETER)].to_owned()
}

/// What came of a call.
pub(crate) struct Outcome {
    status: StatusCode,
    /// The code of the problem, where it came to one.
    code: Option<&'static str>,
    kind: Option<ErrorKind>,
}

impl Outcome {
    /// What an operation answered.
    pub(crate) fn of(answer: &Result<Response>) -> Self {
        match answer {
            Ok(response) => Self { status: response.status(), code: None, kind: None },
            Err(error) => Self::refused(error, problem::status(error.kind())),
        }
    }

    /// A call that was refused with this error, and answered with this status.
    pub(crate) fn refused(error: &Error, status: StatusCode) -> Self {
        Self { status, code: Some(error.code()), kind: Some(error.kind()) }
    }

    /// Why the caller was denied, if it was.
    fn denial(&self, is_privileged: bool, ctx: &Context) -> Option<&'static str> {
        let withheld = ctx.withheld().map(|_| NOT_OWNER);
        match self.kind {
            Some(kind) if kind.is_denial() => self.code,
            // Nobody got in whose credential could not be checked.
            Some(ErrorKind::Unavailable) if matches!(ctx.credential(), Credential::Unavailable) => {
                self.code
            }
            // To whoever may not know of it there is nothing; where it was to be made there is something in its way.
            Some(ErrorKind::NotFound | ErrorKind::Conflict) => withheld,
            Some(_) => None,
            // An empty list of what is somebody else's. What a privileged operation has done is told as such.
            None => withheld.filter(|_| !is_privileged),
        }
    }
}

/// Who called.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Who<'c> {
    subject: &'c str,
    role: &'c str,
    /// The digits of the id of the API key that it called with, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<&'c str>,
}

impl<'c> Who<'c> {
    fn of(caller: &'c Caller) -> Self {
        Self { subject: caller.subject(), role: caller.role(), api_key: caller.api_key() }
    }
}

/// What the audit is told of one call. The time and the request's id are in the envelope.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'c> {
    operation: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<&'static str>,
    privileged: bool,
    /// Nobody known, where it is `null`.
    caller: Option<Who<'c>>,
    /// What the caller showed: `missing`, `refused`, `unchecked`, `token` or `api-key`.
    credential: &'static str,
    resource: &'c BTreeMap<&'c str, String>,
    /// The entity of what was there and not the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<&'static str>,
    /// `denied` or `allowed`.
    outcome: &'static str,
    /// Why it was denied, or did not succeed though it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    status: u16,
    /// Earlier records of this process that no event has told of.
    #[serde(skip_serializing_if = "is_zero")]
    dropped: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl<'c> Record<'c> {
    /// The record of a call; `None` where the audit is not to know of it.
    pub(super) fn of(call: &'c Call<'c>, outcome: Outcome, ctx: &'c Context) -> Option<Self> {
        let privileged = call.operation.is_some_and(Operation::is_privileged);
        let denial = outcome.denial(privileged, ctx);
        if denial.is_none() && !privileged {
            return None;
        }
        Some(Self {
            operation: call.name,
            permission: call.operation.and_then(Operation::permission),
            privileged,
            caller: ctx.caller().map(Who::of),
            credential: shown(ctx.credential()),
            resource: &call.resource,
            entity: ctx.withheld().filter(|_| denial == Some(NOT_OWNER)),
            outcome: if denial.is_some() { "denied" } else { "allowed" },
            reason: denial.or(outcome.code),
            status: outcome.status.as_u16(),
            dropped: 0,
        })
    }

    /// The record, telling of as many that no event has told of.
    pub(super) fn after(self, dropped: u64) -> Self {
        Self { dropped, ..self }
    }

    /// Whether the call came too soon after others of the same caller's.
    pub(super) fn is_of_a_rate(&self) -> bool {
        self.reason == Some("rate-limited")
    }

    pub(super) fn is_denied(&self) -> bool {
        self.outcome == "denied"
    }

    /// The record as a line of the log.
    pub(super) fn log(&self, ctx: &Context) {
        let Self { operation, permission, privileged, credential, .. } = *self;
        let Self { entity, outcome, reason, status, .. } = *self;
        let caller = self.caller.as_ref();
        // Texts only: this cannot fail.
        let resource: Cow<'_, str> =
            serde_json::to_string(self.resource).map_or(Cow::Borrowed("{}"), Cow::Owned);
        macro_rules! line {
            ($level:ident, $message:literal) => {
                tracing::$level!(
                    target: TARGET,
                    // Also where the filter leaves the request's span out.
                    request_id = ctx.request_id(),
                    operation,
                    permission,
                    privileged,
                    subject = caller.map(|caller| caller.subject),
                    role = caller.map(|caller| caller.role),
                    api_key = caller.and_then(|caller| caller.api_key),
                    credential,
                    resource = &*resource,
                    entity,
                    outcome,
                    reason,
                    status,
                    $message
                )
            };
        }
        match self.is_denied() {
            true => line!(warn, "access denied"),
            false => line!(info, "privileged operation"),
        }
    }
}

fn shown(credential: &Credential) -> &'static str {
    match credential {
        Credential::Missing => "missing",
        Credential::Refused => "refused",
        Credential::Unavailable => "unchecked",
        Credential::Valid(caller) if caller.api_key().is_some() => "api-key",
        Credential::Valid(_) => "token",
    }
}
