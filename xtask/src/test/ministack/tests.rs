//! What is said where Python, or ministack itself, does not do its part. Shell scripts stand in for them.

use super::*;

/// An executable at `path` that runs these lines of shell.
///
/// Another process writes it: one that this process had open for writing, any program that a neighbouring
/// test starts meanwhile would have too, and the kernel runs no file that somebody may be writing.
fn script(path: &Path, lines: &str) -> anyhow::Result<()> {
    fs::create_dir_all(path.parent().context("it has a parent")?)?;
    let write = r##"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod 755 "$0""##;
    let status = Command::new("sh").args(["-c", write]).arg(path).arg(lines).status()?;
    ensure!(status.success(), "the script is not written");
    Ok(())
}

/// What installing with a Python of these lines fails with.
fn refusal(lines: &str) -> anyhow::Result<String> {
    let state = tempfile::tempdir()?;
    let python = state.path().join("python3");
    script(&python, lines)?;
    let log = Log::create(state.path())?;
    let done = install(&python, &state.path().join("ministack"), &log);
    Ok(format!("{:#}", done.expect_err("this is no Python that will do")))
}

#[test]
fn a_missing_python_is_named_with_what_to_install() -> anyhow::Result<()> {
    let error = probe(Path::new("/nonexistent/python3")).expect_err("there is none");
    let message = error.to_string();
    assert!(message.starts_with("`python3` is missing"), "{message}");
    assert!(message.contains("apt-get install python3 python3-venv"), "{message}");
    Ok(())
}

#[test]
fn a_python_that_is_too_old_or_lacks_its_venv_is_told_from_a_missing_one() -> anyhow::Result<()> {
    let old = refusal("echo 3.9")?;
    assert!(old.starts_with("`python3` is Python 3.9; ministack runs on Python 3.10"), "{old}");
    let bare = refusal("echo 3.12; exit 1")?;
    assert!(bare.starts_with("`python3` lacks its `venv`"), "{bare}");
    Ok(())
}

#[test]
fn an_installation_that_fails_is_told_in_its_own_last_words() -> anyhow::Result<()> {
    let venv =
        refusal(r#"case "$2" in venv) echo no space left >&2; exit 1;; *) echo 3.12;; esac"#)?;
    assert!(venv.starts_with("`python3 -m venv` fails: no space left (see `"), "{venv}");
    Ok(())
}

#[test]
fn what_is_installed_is_not_installed_again() -> anyhow::Result<()> {
    let state = tempfile::tempdir()?;
    let (python, environment) = (state.path().join("python3"), state.path().join("ministack"));
    let installs =
        r#"case "$2" in venv) mkdir -p "$4/bin"; cp "$0" "$4/bin/python";; esac; echo 3.12"#;
    script(&python, installs)?;
    let log = Log::create(state.path())?;
    install(&python, &environment, &log)?;
    script(&python, r#"[ "$1" = -c ] && echo 3.12"#)?;
    install(&python, &environment, &log)?;
    // Another Python needs an environment of its own, which this one cannot make.
    script(&python, r#"[ "$1" = -c ] && echo 3.13"#)?;
    install(&python, &environment, &log).expect_err("it is installed anew");
    Ok(())
}

#[test]
fn a_ministack_that_ends_at_once_is_told_in_its_own_last_words() -> anyhow::Result<()> {
    let state = tempfile::tempdir()?;
    script(&interpreter(state.path()), "echo the port is taken; exit 3")?;
    let log = Log::create(state.path())?;
    let error = run(state.path(), &log).map(drop).expect_err("it has ended").to_string();
    assert!(error.contains("before it answered: the port is taken (see `"), "{error}");
    Ok(())
}
