//! The text of one file, or why there is none.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::problem::Code;

/// The largest schema file that is read, in bytes. Hand-written documents are a thousandth of it.
const MAX_BYTES: u64 = 1024 * 1024;

/// Why a file has no text.
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) help: &'static str,
    /// The text up to the fault, where there is any.
    pub(super) readable: String,
}

/// Reads a file that is a regular one, not too large, and text.
pub(super) fn read(path: &Path) -> Result<String, Refusal> {
    let refuse =
        |code, message: String, help| Err(Refusal { code, message, help, readable: String::new() });
    // Opening a pipe would wait for somebody to write to it, so the kind is asked first.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(metadata) => {
            let found = if metadata.is_dir() { "a folder" } else { "no regular file" };
            let help = "put a regular file here, or give it a name that does not end in `.toml`";
            return refuse(Code::UnreadableFile, format!("this is {found}"), help);
        }
        Err(error) => return unreadable(&error),
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return unreadable(&error);
    }
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("the file is larger than {} KiB", MAX_BYTES / 1024);
        let help = "split it: a document holds one entity, or one family of events";
        return refuse(Code::FileTooLarge, message, help);
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        Refusal {
            code: Code::NotUtf8,
            message: format!("byte {at} of the file is not UTF-8"),
            help: "save the file as UTF-8",
            readable: String::from_utf8_lossy(&bytes[..at]).into_owned(),
        }
    })
}

fn unreadable(error: &io::Error) -> Result<String, Refusal> {
    let (message, help) = match error.kind() {
        io::ErrorKind::NotFound => {
            ("the symbolic link leads nowhere".to_owned(), "make it lead to a file, or remove it")
        }
        io::ErrorKind::PermissionDenied => {
            ("you may not read the file".to_owned(), "give yourself the right to, with `chmod u+r`")
        }
        _ => (
            format!("the file cannot be read: {}", reason(error)),
            "replace it with a regular file, or remove it",
        ),
    };
    Err(Refusal { code: Code::UnreadableFile, message, help, readable: String::new() })
}

/// What the operating system says, without its number, as a part of a sentence.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + letters.as_str()
    })
}
