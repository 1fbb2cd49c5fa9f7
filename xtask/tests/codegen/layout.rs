//! The generator's own layout is `rustfmt`'s, whatever the names; and documentation is `rustdoc`'s.

use std::process::Command;

use super::documents::{Folder, SERVICE, root};
use super::wide::{self, Names};

/// Words of every length, so that each construct is met at, below and above the width at which it
/// breaks: all of them together, then the entity's, then the fields'.
#[test]
fn generated_code_is_formatted_for_names_of_every_length() {
    let folder = wide::folder();
    for length in 1..=40 {
        wide::write(
            &folder,
            Names { entity: wide::word(length, 'a'), field: wide::word(length, 'q') },
        );
    }
    for length in 1..=60 {
        wide::write(
            &folder,
            Names { entity: wide::word(length, 'e'), field: format!("z{}", length % 4) },
        );
        let entity = format!("s{}", wide::word(length, 'x').len());
        wide::write(&folder, Names { entity, field: wide::word(length, 'g') });
    }
    formatted(&folder);
}

#[test]
fn generated_code_is_formatted_for_services_of_every_length() {
    for length in [1, 10, 25, 40, 60] {
        let folder = Folder::valid();
        let name = "s".repeat(length);
        folder.write("schemas/service.toml", &SERVICE.replace("shop", &name));
        formatted(&folder);
    }
}

#[test]
fn generated_code_is_formatted_for_many_roles_and_grants() {
    let folder = Folder::valid();
    let mut text = String::from(
        "everything = \"admin:*\"\n[permissions]\n\"order:read\" = \"Read.\"\n\"order:write\" = \"Write.\"\n",
    );
    for count in 1..40 {
        text += &format!(
            "\"area{count}:{}\" = {{ description = \"Nothing.\", by_hand = true }}\n",
            "w".repeat(count)
        );
    }
    for count in 1..40 {
        let grants: Vec<String> =
            (1..=count).map(|grant| format!("\"area{grant}:{}\"", "w".repeat(grant))).collect();
        text += &format!("[roles.{}]\ngrants = [{}]\n", wide::word(count, 'r'), grants.join(", "));
    }
    folder.write("schemas/permissions.toml", &text);
    formatted(&folder);
}

/// `rustdoc` with warnings denied, on the text as it stands in a file without dependencies.
#[test]
fn descriptions_are_documentation_whatever_they_say() {
    let folder = Folder::valid();
    for text in DESCRIPTIONS {
        folder.write(
            "schemas/service.toml",
            &format!("{SERVICE}description = {}\n", serde_json::Value::from(*text)),
        );
        let run = folder.generate(&[]).succeeds();
        let library = folder.read("generated/src/lib.rs");
        let docs: String = library
            .lines()
            .filter(|line| line.starts_with("//!"))
            .map(|line| format!("{line}\n"))
            .collect();
        folder.write("docs.rs", &docs);
        for tool in ["rustdoc", "clippy-driver"] {
            let mut command = Command::new(tool);
            command.args([
                "--edition",
                "2024",
                "--crate-name",
                "docs",
                "--crate-type",
                "lib",
                "-D",
                "warnings",
            ]);
            match tool {
                "rustdoc" => command.arg("--out-dir").arg(folder.path("doc")),
                _ => command
                    .args(["-D", "clippy::all", "--emit", "metadata"])
                    .arg("-o")
                    .arg(folder.path("docs.rmeta")),
            };
            let output = command.arg(folder.path("docs.rs")).output().expect("the tool runs");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{tool} on {text:?}:\n{docs}{told}\n{}", run.text());
        }
    }
    formatted(&folder);
}

const DESCRIPTIONS: &[&str] = &[
    "A [link] and [another](nowhere) and <tags> and </b> and <b> and Vec<String>.",
    "See https://example.com/a_(b), or http://x.y.",
    "`code` and an odd ` tick, and `Vec<T>` [`Thing`].",
    "```\nlet fence = 1;\n```",
    "    four spaces make code\n\tand so does a tab",
    "A comment's end */ and its start /* and \\ and \\n and \"quotes\" and 'these'.",
    "日本語 の 説明 — éèê “quotes” 🦀 and so on, for as long as it takes to be wrapped, 日本語 の 説明 — once or twice more.",
    "right\u{202E}to left, a null-ish \u{7} bell",
    "- a list whose first item goes on for longer than a line can hold, so that it is wrapped and goes on below\n- and a second\nthat goes on by itself\n1. and a third that goes on for longer than a line can hold, so that it is wrapped and goes on",
    "A sentence that is long enough for its dash to be the first word of a line if it is wrapped just - here, and 12 more\n\n# heading\n\n> quote\n\n===\n---",
    "wordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordword and more",
    "| a | table |\n|---|---|\n| [x] | <y> |",
    "$math$ &amp; &lt; &nosuch; ~strike~ ^note [^1] :tada: @name #1",
];

#[track_caller]
fn formatted(folder: &Folder) {
    folder.generate(&[]).succeeds();
    std::fs::copy(root().join("rustfmt.toml"), folder.path("rustfmt.toml")).expect("copied");
    let output = Command::new("rustfmt")
        .args(["--edition", "2024", "--check", "--config-path"])
        .arg(folder.path("rustfmt.toml"))
        .arg(folder.path("generated/src/lib.rs"))
        .arg(folder.path("generated/tests/main.rs"))
        .output()
        .expect("rustfmt runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let first: String = text.lines().take(60).collect::<Vec<_>>().join("\n");
    assert!(output.status.success(), "{first}\n{}", String::from_utf8_lossy(&output.stderr));
}
