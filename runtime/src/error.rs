//! The one error of the runtime: opaque, asked by predicates, with its source kept.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as the caller of an operation may be told, with the cause kept for the log.
///
/// Ask with the `is_…` predicates; the kinds behind them may grow.
pub struct Error {
    // Boxed, so that `Result<T, Error>` stays one pointer wide on the happy path.
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    code: &'static str,
    detail: String,
    fields: Vec<FieldError>,
    action: Option<usize>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of error, one per HTTP status an operation answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// The request is malformed or breaks a limit: 400.
    Invalid,
    /// No credential, or one that does not hold: 401.
    Unauthenticated,
    /// The caller lacks the permission: 403.
    Denied,
    /// Nothing there, or nothing the caller may know of: 404.
    NotFound,
    /// No such method on this path: 405.
    MethodNotAllowed,
    /// The resource's state forbids it: 409.
    Conflict,
    /// The version expected is not the version stored: 412.
    Stale,
    /// The body is over the limit: 413.
    TooLarge,
    /// The body is not JSON: 415.
    UnsupportedMediaType,
    /// The request is well formed, and contradicts an earlier one: 422.
    Unprocessable,
    /// A header that this operation requires is missing: 428.
    PreconditionRequired,
    /// The caller has called the operation more often than its rate allows: 429.
    RateLimited,
    /// AWS asked us to slow down, and retrying did not help: 503.
    Throttled,
    /// Something that the answer depends on cannot be reached: 503.
    Unavailable,
    /// Everything else, ours to mend: 500.
    Internal,
}

impl ErrorKind {
    /// Whether it says that the caller may not do this, which the audit is told.
    pub(crate) fn is_denial(self) -> bool {
        matches!(self, Self::Unauthenticated | Self::Denied | Self::RateLimited)
    }
}

/// One invalid field of a request body.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// Where, as a JSON Pointer (RFC 6901), for example `/configuration/temperature`.
    pub pointer: String,
    /// What is wrong, for a person to read.
    pub detail: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                code,
                detail: detail.into(),
                fields: Vec::new(),
                action: None,
                retry_after: None,
                source: None,
            }),
        }
    }

    /// An event that a subscriber does not react to.
    #[must_use]
    pub fn unknown_event(detail_type: &str) -> Self {
        Self::internal(format!("`{detail_type}` was delivered, which nothing here reacts to"))
    }

    /// An event of a version of which nothing says how it becomes the next one.
    #[must_use]
    pub fn unknown_version(detail_type: &str, version: u32) -> Self {
        Self::internal(format!(
            "nothing says how `{detail_type}` of version {version} becomes one of the next version"
        ))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    pub(crate) fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.inner.fields = fields;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.inner.retry_after = Some(wait);
        self
    }

    /// The same error, of one of a transaction's actions.
    pub(crate) fn in_action(mut self, action: usize, what: &str) -> Self {
        if self.inner.kind != ErrorKind::Internal {
            self.inner.detail = format!("action {action}, {what}: {}", self.inner.detail);
        }
        self.inner.action = Some(action);
        self
    }

    /// Which of a transaction's actions failed, counted from zero in the order in which they were added.
    #[must_use]
    pub fn failed_action(&self) -> Option<usize> {
        self.inner.action
    }

    /// The request is malformed or breaks a limit; answered with 400.
    ///
    /// `code` is stable and kebab-case; `detail` is shown to the caller.
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, code, detail)
    }

    /// Nothing there, or nothing this caller may know of; answered with 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, "not-found", detail)
    }

    /// The state of the resource forbids the operation; answered with 409.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, "conflict", detail)
    }

    /// A failure of ours; answered with 500, its cause logged and never shown.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Internal, "internal", "an internal error occurred").with_source(source)
    }

    /// The item does not exist, or not for this caller.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// A condition of the write failed: the item exists already, or its state forbids the change.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Conflict | ErrorKind::Stale)
    }

    /// The version expected is not the version stored. Every stale write is also a conflict.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.inner.kind == ErrorKind::Stale
    }

    /// AWS asked us to slow down, and bounded retries did not help.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.inner.kind == ErrorKind::Throttled
    }

    /// Something that the answer depends on cannot be reached, such as the keys that credentials are checked with.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.inner.kind == ErrorKind::Unavailable
    }

    /// The caller has called the operation more often than its [rate](crate::Rate) allows.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.inner.kind == ErrorKind::RateLimited
    }

    /// How long to wait before the same is worth trying again, where that is known: in whole seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// The input is malformed or breaks a limit.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::Invalid
                | ErrorKind::TooLarge
                | ErrorKind::UnsupportedMediaType
                | ErrorKind::PreconditionRequired
                | ErrorKind::Unprocessable
        )
    }

    /// There is no credential, or it does not hold.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        self.inner.kind == ErrorKind::Unauthenticated
    }

    /// The caller lacks the permission.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.inner.kind == ErrorKind::Denied
    }

    /// The stable, kebab-case code of the problem, for example `stale-version`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.inner.code
    }

    /// The invalid fields, where a body was refused.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.inner.fields
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// What the caller is told. An internal error's detail never names its cause.
    pub(crate) fn detail(&self) -> &str {
        &self.inner.detail
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.detail)?;
        for field in &self.inner.fields {
            write!(f, "; `{}`: {}", field.pointer, field.detail)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.inner.code)
            .field("detail", &self.inner.detail)
            .field("fields", &self.inner.fields)
            .field("source", &self.inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
