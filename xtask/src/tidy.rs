//! The rules of the house that no compiler keeps: who depends on whom, and what stands where.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// The longest a hand-written file gets, in lines, before its job is divided.
const MAX_LINES: usize = 400;

/// Crates that the schema language and the generator must not depend on, at any remove.
///
/// Broken generated code can then always be regenerated, within seconds of a fresh clone.
const HEAVY: &[&str] =
    &["aws-", "tokio", "lambda_runtime", "hyper", "rustls", "purlin", "agentic-platform"];

/// What is out of order, a line each.
///
/// # Errors
/// When the tree, or cargo's description of it, cannot be read.
pub fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut complaints = Vec::new();
    let sources = sources(root)?;
    for (path, text) in &sources {
        shape(path, text, &mut complaints);
    }
    nouns(root, &sources, &mut complaints)?;
    for package in ["purlin-schema", "xtask"] {
        arrows(root, package, &mut complaints)?;
    }
    complaints.sort();
    Ok(complaints)
}

/// Folders whose Rust files are expected outputs or faults, not anybody's prose.
const NOT_OURS: &[&str] =
    &["target", "node_modules", "generated", "tests/tests/ui", "macros/src/tests"];

/// The hand-written Rust files, by path relative to the root.
fn sources(root: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["schemas", "macros", "runtime", "app", "tests", "xtask"]
        .iter()
        .map(PathBuf::from)
        .collect();
    while let Some(folder) = folders.pop() {
        let below = root.join(&folder);
        for entry in
            fs::read_dir(&below).with_context(|| format!("cannot read `{}`", below.display()))?
        {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if !NOT_OURS.iter().any(|folder| path.ends_with(folder)) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(root.join(&path))
                    .with_context(|| format!("cannot read `{}`", path.display()))?;
                found.push((path, text));
            }
        }
    }
    Ok(found)
}

/// A file says its one job on top, and is short enough to have only one.
fn shape(path: &Path, text: &str, complaints: &mut Vec<String>) {
    let path = path.display();
    let lines = text.lines().count();
    if lines > MAX_LINES {
        complaints.push(format!(
            "{path}: {lines} lines; divide it, a file has one job and at most {MAX_LINES} lines"
        ));
    }
    if !text.starts_with("//!") {
        complaints.push(format!("{path}: does not begin with `//!` and the file's job"));
    }
    for marker in ["todo!(", "unimplemented!(", "#[ignore", "FIXME"] {
        // Written apart, so that this file does not complain of itself.
        if text.contains(marker) && !path.to_string().ends_with("tidy.rs") {
            complaints.push(format!("{path}: holds `{marker}`; finish it or take it out"));
        }
    }
}

/// Names that an application may give to an entity and the framework has for something of its own.
const SHARED: &[&str] = &["Context"];

/// Names of libraries that are also entities' names.
const FOREIGN: &[&str] = &["rusqlite::Connection"];

/// The framework knows no word of the application that is built with it.
fn nouns(
    root: &Path,
    sources: &[(PathBuf, String)],
    complaints: &mut Vec<String>,
) -> anyhow::Result<()> {
    let Ok(model) = purlin_schema::compile(&root.join("schemas")) else {
        bail!("the schemas have problems; see `cargo xtask codegen`");
    };
    let entities = model.entities().iter().map(|entity| entity.name().to_string());
    let events = model
        .families()
        .iter()
        .flat_map(|family| family.events())
        .map(|event| event.name().to_string());
    let names: Vec<String> =
        entities.chain(events).filter(|name| !SHARED.contains(&name.as_str())).collect();
    let framework = ["schemas/src", "macros/src", "runtime/src", "runtime/local/src", "xtask/src"];
    for (path, text) in sources {
        let test =
            path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests");
        if test || !framework.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            let line = FOREIGN.iter().fold(line.to_owned(), |line, name| line.replace(name, ""));
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            for word in words.filter(|word| names.iter().any(|name| name == word)) {
                complaints.push(format!(
                    "{}:{}: the framework names the application's `{word}`",
                    path.display(),
                    number + 1
                ));
            }
        }
    }
    Ok(())
}

/// Neither the schema language nor the generator depends on anything heavy.
fn arrows(root: &Path, package: &str, complaints: &mut Vec<String>) -> anyhow::Result<()> {
    let output = Command::new("cargo")
        .args([
            "tree",
            "--package",
            package,
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(root)
        .output()
        .context("cargo cannot be run")?;
    if !output.status.success() {
        bail!("`cargo tree` failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let name = line.split(' ').next().unwrap_or_default();
        let heavy = HEAVY
            .iter()
            .any(|heavy| name == *heavy || (heavy.ends_with('-') && name.starts_with(heavy)));
        if heavy && name != package {
            complaints.push(format!("{package} depends on `{name}`, which it must not"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
        let complaints = check(root).expect("the tree can be read");
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    #[test]
    fn a_long_file_without_its_job_is_complained_of() {
        let mut complaints = Vec::new();
        shape(Path::new("a.rs"), &"fn a() {}\n".repeat(MAX_LINES + 1), &mut complaints);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
    }
}
