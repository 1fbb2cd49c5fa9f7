//! Disks that fill, folders that refuse, processes that die: what stood before still stands.

use std::fs;
use std::process::Command;

use super::documents::{Folder, ORDER};

/// `ulimit -f` ends a process that writes a larger file, in the middle of its work.
#[test]
fn killed_in_the_middle_every_file_is_whole_and_check_says_what_is_old() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    let before = folder.tree("generated");
    let longer =
        ORDER.replace("[operations.create]", &format!("{}[operations.create]", many_fields(400)));
    folder.write("schemas/entities/order.toml", &longer);
    let run = limited(&folder, 8);
    assert!(!run.success(), "the limit did not bite");
    for (path, text) in folder.tree("generated") {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".new") {
            continue;
        }
        let old = before.iter().find(|(known, _)| *known == path).map(|(_, text)| text);
        let marks = [&b"// Generated"[..], b"# Generated", b"<!-- Generated"];
        let marked = || marks.iter().any(|mark| text.starts_with(mark));
        let whole = text.ends_with(b"\n") && (Some(&text) == old || marked());
        assert!(whole, "`{}` is half a file", path.display());
    }
    folder.generate(&["--check"]).fails("cargo xtask codegen");
    folder.generate(&[]).succeeds();
    folder.generate(&["--check"]).succeeds();
}

/// With `SIGXFSZ` ignored the same limit is an error of writing, as a full disk is.
#[test]
fn a_full_disk_is_an_error_that_names_the_file_and_leaves_the_old_one() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    let before = folder.read("generated/src/order/entity.rs");
    let longer =
        ORDER.replace("[operations.create]", &format!("{}[operations.create]", many_fields(400)));
    folder.write("schemas/entities/order.toml", &longer);
    let output = shell(&folder, "trap '' XFSZ; ulimit -f 8").output().expect("a shell");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("cannot write"), "{text}");
    assert_eq!(folder.read("generated/src/order/entity.rs"), before);
}

#[test]
fn an_output_folder_that_cannot_be_written_is_named() {
    let folder = Folder::valid();
    // A file where a folder must be refuses everybody, root too.
    fs::create_dir_all(folder.path("generated/src")).expect("a folder");
    fs::write(folder.path("generated/src/order"), "in the way").expect("a file");
    let run = folder.generate(&[]);
    assert_eq!(run.code(), Some(1), "{}", run.text());
    assert!(run.text().contains("generated/src/order"), "{}", run.text());
    assert_eq!(folder.read("generated/src/order"), "in the way");
}

fn many_fields(count: usize) -> String {
    let fields: String = (0..count)
        .map(|number| format!("field_{number} = {{ type = \"string\", optional = true }}\n"))
        .collect();
    format!("[fields.more]\ntype = \"object\"\noptional = true\n[fields.more.fields]\n{fields}\n")
}

/// The command under a limit on the size of files, in blocks of 1,024 bytes.
fn limited(folder: &Folder, blocks: u32) -> std::process::ExitStatus {
    shell(folder, &format!("ulimit -f {blocks}")).output().expect("a shell").status
}

fn shell(folder: &Folder, before: &str) -> Command {
    let inner = folder.command(&[]);
    let mut command = Command::new("bash");
    command
        .arg("-c")
        .arg(format!("{before}; exec \"$0\" \"$@\""))
        .arg(inner.get_program())
        .args(inner.get_args());
    command
}
