//! Collects what is wrong with a body, bounded in number and length.

use crate::error::{Error, FieldError};

use super::invalid_body;

/// Faults named in one answer. A body of 1 MiB could have a hundred thousand.
const MAX_FAULTS: usize = 100;

/// Bytes of a pointer or a detail in an answer: both may repeat the caller's own text, which may be long, and
/// Lambda answers with 6 MB at most.
const MAX_TEXT: usize = 512;

/// What is wrong with a body.
#[derive(Default)]
pub(super) struct Faults {
    named: Vec<FieldError>,
    count: usize,
}

impl Faults {
    /// The pointer is made only if it is shown: it may be long, and the faults many.
    pub(super) fn push(&mut self, pointer: impl FnOnce() -> String, detail: &str) {
        self.count += 1;
        if self.named.len() < MAX_FAULTS {
            self.named.push(FieldError {
                pointer: shortened(pointer()),
                detail: shortened(detail.to_owned()),
            });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn into_error(self) -> Error {
        let detail = match self.count {
            1 => "the body has an invalid field".to_owned(),
            count if count > self.named.len() => {
                format!(
                    "the body has {count} invalid fields, the first {MAX_FAULTS} of which are named"
                )
            }
            count => format!("the body has {count} invalid fields"),
        };
        invalid_body(detail).with_fields(self.named)
    }
}

fn shortened(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        text.push('…');
    }
    text
}
