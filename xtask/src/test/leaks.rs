//! Whether anything that the tests logged is a secret.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Fewer characters are found by chance.
const SHORTEST: usize = 16;

/// The folder that tests write their logs and secrets to.
pub(super) fn folder(root: &Path) -> PathBuf {
    crate::process::state_directory(root).join("test-logs")
}

/// Empties the folder for another run.
pub(super) fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(folder)
}

/// Looks for every process's secrets in what it logged. `Ok` says how many were looked for in how many lines.
pub(super) fn look(folder: &Path) -> io::Result<Result<(usize, usize), Vec<String>>> {
    let (mut secrets_seen, mut lines_seen) = (0, 0);
    let mut leaks = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "secrets") {
            continue;
        }
        let mut secrets: Vec<String> =
            fs::read_to_string(&path)?.lines().map(str::to_owned).collect();
        secrets.sort_unstable();
        secrets.dedup();
        secrets.retain(|secret| secret.len() >= SHORTEST);
        secrets_seen += secrets.len();
        let log = path.with_extension("log");
        if !log.exists() {
            continue;
        }
        let log = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        lines_seen += log.lines().count();
        for secret in secrets.iter().filter(|secret| log.contains(secret.as_str())) {
            let line = log.lines().find(|line| line.contains(secret.as_str())).unwrap_or_default();
            leaks.push(line.replace(secret.as_str(), "[the secret]"));
        }
    }
    leaks.sort_unstable();
    leaks.dedup();
    Ok(if leaks.is_empty() { Ok((secrets_seen, lines_seen)) } else { Err(leaks) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(secrets: &str, log: &str) -> Result<(usize, usize), Vec<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("7.secrets"), secrets).expect("a file");
        fs::write(folder.path().join("7.log"), log).expect("a file");
        look(folder.path()).expect("the folder is read")
    }

    #[test]
    fn a_secret_in_a_log_is_found_and_not_told() {
        let leaks = run("a-secret-of-sixteen\n", "{}\n{\"token\":\"a-secret-of-sixteen\"}\n");
        assert_eq!(leaks, Err(vec!["{\"token\":\"[the secret]\"}".to_owned()]));
    }

    #[test]
    fn logs_without_secrets_are_counted() {
        let secrets = "a-secret-of-sixteen\na-secret-of-sixteen\nshort\n";
        assert_eq!(run(secrets, "one\nshort\n"), Ok((1, 2)));
    }
}
