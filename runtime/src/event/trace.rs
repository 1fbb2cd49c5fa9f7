//! W3C's trace context: which trace a piece of work is a part of.

use std::fmt;

use http::HeaderMap;

/// The header of W3C's trace context, and that of AWS X-Ray.
const TRACEPARENT: &str = "traceparent";
const XRAY: &str = "x-amzn-trace-id";

/// The place of a piece of work in a trace: W3C's `traceparent`, version 00.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
}

impl TraceContext {
    /// Reads a `traceparent`; `None` where it is none. Of later versions what version 00 has is read.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let version = hex(parts.next()?, 2)?;
        let trace_id = hex(parts.next()?, 32)?;
        let span_id = u64::try_from(hex(parts.next()?, 16)?).ok()?;
        let flags = hex(parts.next()?, 2)?;
        let is_whole = version != 0 || parts.next().is_none();
        // Version ff is forbidden, and ids of zeros are invalid.
        let is_valid = version != 0xff && trace_id != 0 && span_id != 0 && is_whole;
        is_valid.then_some(Self { trace_id, span_id, sampled: flags & 1 == 1 })
    }

    /// Reads X-Ray's header, `Root=1-…;Parent=…;Sampled=1`, whose trace ids are W3C's with two dashes more.
    #[must_use]
    pub fn parse_xray(text: &str) -> Option<Self> {
        let field = |name: &str| {
            text.split(';').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let (time, unique) = field("Root")?.strip_prefix("1-")?.split_once('-')?;
        let trace_id = hex(time, 8)? << 96 | hex(unique, 24)?;
        let parent = field("Parent").and_then(|parent| u64::try_from(hex(parent, 16)?).ok());
        let span_id = parent.unwrap_or_else(|| fastrand::u64(1..));
        Some(Self { trace_id, span_id, sampled: field("Sampled") == Some("1") })
    }

    /// What the headers of a request say.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let traceparent = text(TRACEPARENT).and_then(Self::parse);
        traceparent.or_else(|| text(XRAY).and_then(Self::parse_xray))
    }

    /// A further step of the same trace.
    #[must_use]
    pub fn child(self) -> Self {
        Self { span_id: fastrand::u64(1..), ..self }
    }
}

/// So many lower-case hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_valid = text.len() == digits && text.bytes().all(is_hex);
    is_valid.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_read_and_written_as_it_was() {
        let context = TraceContext::parse(TEXT).expect("it is one");
        assert_eq!(context.to_string(), TEXT);
        let child = context.child().to_string();
        assert_eq!(child[..36], TEXT[..36]);
        assert_ne!(child, TEXT);
    }

    #[test]
    fn what_is_no_traceparent_is_none() {
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceContext::parse(text), None, "{text}");
        }
        let later = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
        assert_eq!(TraceContext::parse(later), TraceContext::parse(TEXT));
    }

    #[test]
    fn x_rays_header_names_the_same_trace() {
        let text = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";
        assert_eq!(TraceContext::parse_xray(text), TraceContext::parse(TEXT));
        assert_eq!(TraceContext::parse_xray("Root=1-4bf92f35"), None);
        assert_eq!(TraceContext::parse_xray(""), None);
    }
}
