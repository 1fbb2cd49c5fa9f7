//! Files of JSON lines, appended to by a process that may be killed at any moment.

use std::fs::File;
use std::io::{self, BufRead, Seek as _, SeekFrom, Write as _};

use serde::Serialize;

/// Appends one line in one write; on failure the file is as it was.
pub(super) fn append(file: &mut File, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    let before = file.stream_position()?;
    file.write_all(&line).inspect_err(|_| {
        // The disk is full: a part of the line must not become the head of the next one.
        let _ = file.set_len(before);
        let _ = file.seek(SeekFrom::Start(before));
    })
}

/// Shows each whole line to `see`, with its number and the byte at which it begins, and tells where the last one ends.
///
/// A last line without its end was being written when the process was killed.
pub(super) fn read(
    mut reader: impl BufRead,
    mut see: impl FnMut(u64, u64, &[u8]),
) -> io::Result<u64> {
    let mut line = Vec::new();
    let mut end = 0;
    for number in 1.. {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            break;
        }
        see(number, end, &line);
        end += length as u64;
    }
    Ok(end)
}
