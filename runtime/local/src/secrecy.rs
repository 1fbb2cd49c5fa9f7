//! What tests know that no log may say: every secret that a platform under test is made with or gives away, beside
//! everything that it logs, for `cargo xtask test` to compare.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The environment variable that names the folder to write to. Nothing is written without it.
const FOLDER: &str = "PURLIN_TEST_LOG";

struct Record {
    secrets: Mutex<File>,
    log: PathBuf,
}

/// The files of this process; none where nobody wants them.
fn record() -> Option<&'static Record> {
    static RECORD: OnceLock<Option<Record>> = OnceLock::new();
    let open = || {
        let folder = PathBuf::from(std::env::var_os(FOLDER)?);
        let file = |ending: &str| folder.join(format!("{}.{ending}", std::process::id()));
        let secrets = append(&file("secrets")).ok()?;
        Some(Record { secrets: Mutex::new(secrets), log: file("log") })
    };
    RECORD.get_or_init(open).as_ref()
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

/// Writes down a text that no log may contain.
pub(crate) fn keep(secret: &str) {
    if let Some(record) = record() {
        let mut file = record.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        // A secret that is not written down is not looked for, so the test that has it must fail.
        if let Err(error) = writeln!(file, "{secret}") {
            panic!("a secret cannot be written down: {error}");
        }
    }
}

/// Writes down everything that this process logs from now on, each event with its spans: of ours at every level, of
/// others what is logged where nobody asks for more.
pub(crate) fn watch() {
    let Some(record) = record() else { return };
    static WATCHING: OnceLock<()> = OnceLock::new();
    WATCHING.get_or_init(|| {
        let Ok(file) = append(&record.log) else { panic!("the log cannot be written") };
        let levels = Targets::new()
            .with_default(tracing::Level::INFO)
            .with_target("purlin", tracing::Level::TRACE);
        let lines = tracing_subscriber::fmt::layer().json().with_writer(Mutex::new(file));
        // A test with a subscriber of its own has it on its own thread.
        let _ = tracing_subscriber::registry().with(lines).with(levels).try_init();
    });
}
