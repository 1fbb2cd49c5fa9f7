//! The secrets that a local platform signs with: random, made once, readable by their owner alone.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::directory;

/// The bytes of randomness in a secret: as many as the output of the HMAC-SHA-256 it is used with.
const BYTES: usize = 32;

/// The secrets of one local platform.
#[derive(Clone)]
pub(crate) struct Secrets {
    /// Signs credentials.
    pub(crate) jwt: String,
    /// Signs the cursors of pages.
    pub(crate) cursor: String,
}

impl Secrets {
    /// Secrets for this process only.
    pub(crate) fn random() -> anyhow::Result<Self> {
        Ok(Self { jwt: random()?, cursor: random()? })
    }

    /// The secrets kept in `directory`; those that are missing are made.
    ///
    /// Credentials and cursors then outlive a restart.
    pub(crate) fn keep_in(directory: &Path) -> anyhow::Result<Self> {
        directory::make(directory)?;
        Ok(Self {
            jwt: kept(&directory.join("jwt-secret"))?,
            cursor: kept(&directory.join("cursor-secret"))?,
        })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets([redacted])")
    }
}

/// Reads the secret in the file `path`, or makes one.
fn kept(path: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(path) {
        Ok(secret) => {
            let secret = secret.trim();
            let sound =
                secret.len() == BYTES * 2 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
            ensure!(
                sound,
                "`{}` does not hold a secret: delete it, and a new one is made",
                path.display()
            );
            Ok(secret.to_owned())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => create(path),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Makes the file whole before it has its name: another process never reads half a secret, and where two
/// make it at once, both use the first.
fn create(path: &Path) -> anyhow::Result<String> {
    let draft = path.with_extension(format!("{}.draft", uuid::Uuid::now_v7()));
    let describe = || format!("cannot write `{}`", path.display());
    let secret = random()?;
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| file.write_all(secret.as_bytes()))
        .and_then(|()| fs::hard_link(&draft, path));
    // Whether it took or not, the draft has served.
    let _ = fs::remove_file(&draft);
    match written {
        Ok(()) => Ok(secret),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => kept(path),
        Err(error) => Err(error).with_context(describe),
    }
}

/// Random bytes from the operating system, in hexadecimal.
fn random() -> anyhow::Result<String> {
    let mut bytes = [0; BYTES];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| anyhow::anyhow!("the system gave no random bytes"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn secrets_are_kept_and_private() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let first = Secrets::keep_in(directory.path())?;
        let second = Secrets::keep_in(directory.path())?;
        assert_eq!((&first.jwt, &first.cursor), (&second.jwt, &second.cursor));
        assert_ne!(first.jwt, first.cursor);
        assert_eq!(first.jwt.len(), 64);
        let mut names = Vec::new();
        for entry in fs::read_dir(directory.path())? {
            let entry = entry?;
            assert_eq!(entry.metadata()?.permissions().mode() & 0o777, 0o600);
            names.push(entry.file_name());
        }
        names.sort();
        assert_eq!(names, ["cursor-secret", "jwt-secret"]);
        Ok(())
    }

    #[test]
    fn a_file_that_holds_no_secret_is_named() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        fs::write(directory.path().join("jwt-secret"), "short")?;
        let error = Secrets::keep_in(directory.path()).expect_err("refused").to_string();
        assert!(error.contains("jwt-secret") && error.contains("delete it"), "{error}");
        Ok(())
    }

    #[test]
    fn secrets_are_not_shown() -> anyhow::Result<()> {
        let secrets = Secrets::random()?;
        assert!(!format!("{secrets:?}").contains(&secrets.jwt));
        Ok(())
    }
}
