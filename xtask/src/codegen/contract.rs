//! The committed contracts of events: where they are, and that they hold.
//!
//! Whoever reads an event relies on the contract of its version as it was committed. What would break such a reader is
//! refused (`purlin_schema::contract`), and the contracts of earlier versions, whose events may still be under way or in
//! an archive, stay as they are for as long as there is the event.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use purlin_schema::contract::{Contract, check};
use purlin_schema::{Model, Name};

use super::files::Files;
use super::sync::is_ours;
use super::{CodegenArgs, Failure, as_given};

/// The contracts' folder, in the generated crate.
const FOLDER: &str = "contracts/events";

/// A contract's path in the generated crate.
pub(crate) fn path(event: &Name, version: u32) -> PathBuf {
    Path::new(FOLDER).join(format!("{event}.v{version}.json"))
}

/// Compares the committed contracts with those about to be written, and keeps those of earlier versions.
///
/// # Errors
/// What would break readers, all of it.
pub(crate) fn hold(
    root: &Path,
    args: &CodegenArgs,
    model: &Model,
    files: &mut Files,
) -> Result<(), Failure> {
    let committed = committed(root, args, model, files).map_err(Failure::Other)?;
    check(&as_given(root, &args.schemas), &committed).map_err(Failure::Schema)?;
    for contract in committed.into_iter().filter(|contract| contract.version < contract.newest) {
        files.add(args.out.join(path(&contract.event, contract.version)), contract.text);
    }
    Ok(())
}

/// The contracts on disk that bear our mark, of events that there still are, sorted by path.
fn committed(
    root: &Path,
    args: &CodegenArgs,
    model: &Model,
    files: &Files,
) -> anyhow::Result<Vec<Contract>> {
    let folder = as_given(root, &args.out.join(FOLDER));
    let reading = || format!("cannot read `{}`", folder.display());
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(reading),
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry.with_context(reading)?.file_name();
        let Some((event, version)) = name.to_str().and_then(parse) else { continue };
        let Some(event) = model.event(event) else { continue };
        let path = folder.join(&name);
        let text = fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        if !is_ours(&path, &text) {
            continue;
        }
        let text = String::from_utf8(text)
            .with_context(|| format!("`{}` is not UTF-8", path.display()))?;
        let newest = *event.version();
        let now = files.get(args.out.join(self::path(event.name(), newest))).unwrap_or_default();
        let (event, now) = (event.name().clone(), now.to_owned());
        found.push(Contract { event, version, path, text, newest, now });
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// The event and version whose contract a file of this name holds.
fn parse(name: &str) -> Option<(&str, u32)> {
    let (event, version) = name.strip_suffix(".json")?.split_once(".v")?;
    // Our own spelling alone, so that no two files are of one version.
    version.parse().ok().filter(|number: &u32| number.to_string() == version).map(|it| (event, it))
}
