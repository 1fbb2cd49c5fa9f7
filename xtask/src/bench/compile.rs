//! How long a backend's data layer takes to compile, against the same structs and calls written by hand.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use xtask::codegen::{CodegenArgs, emit};

use super::codegen::Scratch;
use super::report::Row;
use super::{cargo, schemas};

mod by_hand;
mod ours;
mod shared;

/// How often each crate is compiled: the median counts.
const RUNS: usize = 3;

/// How many times the hand-written crate's time is aimed at.
const TARGET: f64 = 1.3;

/// The sizes compared: what a further entity costs is the difference by their distance.
const FEW: usize = 50;
const MANY: usize = 100;

/// What is compiled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// The generated entities and repositories, and a call of each operation.
    Data,
    /// The same written by hand.
    Hand,
    /// All that is generated: operations, inputs and their schemas, events, permissions as well.
    Backend,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Data, Self::Hand, Self::Backend];

    fn package(self, entities: usize) -> String {
        let kind = match self {
            Self::Data => "data",
            Self::Hand => "hand",
            Self::Backend => "backend",
        };
        format!("{kind}-{entities}")
    }
}

/// Compiles crates of two sizes, in a workspace of their own whose dependencies stand compiled.
pub(super) fn measure(root: &Path) -> anyhow::Result<Vec<Row>> {
    let scratch = Scratch::new()?;
    let workspace = scratch.path.as_path();
    let mut packages = Vec::new();
    for entities in [FEW, MANY] {
        write_crates(workspace, entities)?;
        packages.extend(Kind::ALL.map(|kind| kind.package(entities)));
    }
    write_workspace(root, workspace, &packages)?;
    let target = root.join("target").join("compile");
    eprintln!("  dependencies, and every crate once");
    build(workspace, &target, None)?;

    let mut seconds = vec![Vec::new(); packages.len()];
    for run in 1..=RUNS {
        eprintln!("  run {run} of {RUNS}");
        // In turn, so that whatever else the machine does disturbs all alike.
        for (package, seconds) in packages.iter().zip(&mut seconds) {
            let library = workspace.join(package).join("src/lib.rs");
            let text = read(&library)?;
            put(&library, &text)?;
            seconds.push(build(workspace, &target, Some(package))?);
        }
    }
    let median = |kind: Kind, entities| {
        let place = packages.iter().position(|package| *package == kind.package(entities));
        let mut seconds = place.map(|place| seconds[place].clone()).unwrap_or_default();
        seconds.sort_unstable_by(f64::total_cmp);
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let further = |kind| (median(kind, MANY) - median(kind, FEW)) / (MANY - FEW) as f64;
    let [data, hand, backend] = Kind::ALL.map(|kind| median(kind, FEW));
    let [more_data, more_hand, more_backend] = Kind::ALL.map(further);
    Ok(vec![
        Row::against("compile the data layer of 50 entities", data, hand, TARGET),
        Row::part("— each further entity", more_data, more_hand),
        Row::part("compile all that is generated for them", backend, hand),
        Row::part("— each further entity", more_backend, more_hand),
    ])
}

/// Writes the three crates of one size.
fn write_crates(workspace: &Path, entities: usize) -> anyhow::Result<()> {
    let documents = workspace.join(format!("schemas-{entities}"));
    schemas::write(&documents, entities)?;
    let model = match purlin_schema::compile(&documents) {
        Ok(model) => model,
        Err(refusal) => bail!("the measured schemas have problems:\n{}", refusal.render(false)),
    };
    let files = emit(&model, &CodegenArgs::default());
    let [data, hand, backend] = Kind::ALL.map(|kind| workspace.join(kind.package(entities)));

    for (path, text) in files.iter() {
        let Ok(path) = path.strip_prefix("generated") else { continue };
        // Tests are no part of what an application compiles.
        if path.starts_with("tests") {
            continue;
        }
        let mut text = text.to_owned();
        if path == Path::new("Cargo.toml") {
            let package = Kind::Backend.package(entities);
            text = text.replacen("name = \"measured\"", &format!("name = \"{package}\""), 1);
            text = without_tests(&text);
        }
        put(&backend.join(path), &text)?;
        if path.ends_with("entity.rs") || path.ends_with("repository.rs") {
            put(&data.join(path), &text)?;
        }
    }

    let names: Vec<String> = (1..entities).map(|index| schemas::fill("@s", index)).collect();
    let modules: Vec<String> = names.iter().map(|name| format!("pub mod {name};\n")).collect();
    let modules = format!("pub mod member;\n{}", modules.concat());
    put(&data.join("Cargo.toml"), &manifest(&Kind::Data.package(entities), ours::DEPENDENCIES))?;
    put(&data.join("src/lib.rs"), &format!("{}{modules}", ours::LIBRARY))?;
    put(&data.join("src/member.rs"), ours::MODULE)?;
    put(&data.join("src/member/calls.rs"), ours::OWNER)?;
    put(&hand.join("Cargo.toml"), &manifest(&Kind::Hand.package(entities), by_hand::DEPENDENCIES))?;
    put(&hand.join("src/lib.rs"), &format!("{}{modules}", by_hand::LIBRARY))?;
    put(&hand.join("src/store.rs"), shared::STORE)?;
    put(&hand.join("src/member.rs"), by_hand::OWNER)?;
    for (index, name) in (1..entities).zip(&names) {
        put(&data.join(format!("src/{name}.rs")), ours::MODULE)?;
        put(&data.join(format!("src/{name}/calls.rs")), &schemas::fill(ours::ENTITY, index))?;
        put(&hand.join(format!("src/{name}.rs")), &schemas::fill(by_hand::ENTITY, index))?;
    }
    Ok(())
}

fn manifest(package: &str, dependencies: &[&str]) -> String {
    let dependencies: Vec<String> =
        dependencies.iter().map(|name| format!("{name}.workspace = true\n")).collect();
    format!(
        "[package]\nname = \"{package}\"\nedition.workspace = true\npublish = false\n\n\
         [dependencies]\n{}",
        dependencies.concat()
    )
}

/// A manifest up to where its tests begin.
fn without_tests(manifest: &str) -> String {
    let end = manifest.find("[dev-dependencies]").unwrap_or(manifest.len());
    manifest[..end].to_owned()
}

/// The workspace has the dependencies, the lints and the profiles of the one that is measured, and its versions.
fn write_workspace(root: &Path, workspace: &Path, packages: &[String]) -> anyhow::Result<()> {
    let text = read(&root.join("Cargo.toml"))?;
    let (start, rest) = text.split_once("members = [").context("the workspace has no members")?;
    let (_, rest) = rest.split_once(']').context("the workspace's members have no end")?;
    let members: Vec<String> = packages.iter().map(|package| format!("\"{package}\"")).collect();
    let text = format!("{start}members = [{}]{rest}", members.join(", "))
        .replace("{ path = \"", &format!("{{ path = \"{}/", root.display()));
    put(&workspace.join("Cargo.toml"), &text)?;
    put(&workspace.join("Cargo.lock"), &read(&root.join("Cargo.lock"))?)
}

/// Builds a package, or all of them, and returns how long that took.
fn build(workspace: &Path, target: &Path, package: Option<&str>) -> anyhow::Result<f64> {
    let mut command = cargo(workspace);
    command.args(["build", "--quiet"]);
    match package {
        Some(package) => command.args(["--package", package]),
        None => command.arg("--workspace"),
    };
    // What is compiled in part does not tell what the whole costs.
    command.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", target).stdout(Stdio::null());
    let clock = Clock::start();
    let status = command.status().context("cannot run `cargo build`")?;
    ensure!(status.success(), "`{}` does not compile", package.unwrap_or("the workspace"));
    Ok(clock.elapsed())
}

/// A clock that counts the processor's time of the processes that this one has waited for, where the system tells; else
/// one on the wall.
struct Clock {
    children: Option<f64>,
    wall: Instant,
}

impl Clock {
    fn start() -> Self {
        Self { children: children(), wall: Instant::now() }
    }

    /// Seconds.
    fn elapsed(&self) -> f64 {
        match (self.children, children()) {
            (Some(before), Some(now)) => now - before,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// The seconds that all ended children have had the processor, which Linux tells in hundredths.
fn children() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in brackets, with whatever people call their programs.
    let fields = text.rsplit_once(')')?.1.split_whitespace();
    let ticks: Vec<f64> = fields.skip(13).take(2).filter_map(|field| field.parse().ok()).collect();
    (ticks.len() == 2).then(|| ticks.iter().sum::<f64>() / 100.0)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    let parent = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make `{}`", parent.display()))?;
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}
