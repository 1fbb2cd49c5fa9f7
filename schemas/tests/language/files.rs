//! Files and folders that cannot be read as documents.

use std::fs;
use std::path::Path;

use purlin_schema::Code;

use crate::folder::{
    CUSTOMER, Cases, EVENTS, Folder, PERMISSIONS, SERVICE, accept, remove, replace, write,
};

#[test]
fn missing_document() {
    let mut cases = Cases::new("files/missing_document");
    cases.check(&[remove(SERVICE)]);
    cases.check(&[remove(PERMISSIONS)]);
    cases.finish();
}

#[test]
fn unknown_document() {
    let mut cases = Cases::new("files/unknown_document");
    cases.check(&[write("invoice.toml", "")]);
    cases.check(&[write("permission.toml", "")]);
    cases.check(&[write("entity/invoice.toml", "")]);
    cases.check(&[write("entities/billing/invoice.toml", "")]);
    cases.finish();
    // Editors' own files, and files that are no documents, are nobody's mistake.
    accept(&[
        write("entities/.#invoice.toml", "{"),
        write("entities/notes.md", "{"),
        write("notes/a.toml", "{"),
        write("Cargo.toml", "{"),
    ]);
}

#[test]
fn not_utf_8() {
    let mut cases = Cases::new("files/not_utf_8");
    cases.check(&[write(CUSTOMER, b"\xff\xfe[\0e\0n\0t\0i\0t\0y\0]\0")]);
    cases.check(&[write(CUSTOMER, b"[entity]\nname = \"Caf\xe9\"\nkey = 1\n")]);
    cases.finish();
}

#[test]
fn file_too_large() {
    let mut cases = Cases::new("files/file_too_large");
    cases.check(&[write(
        CUSTOMER,
        &"# a comment, and nothing else\n".repeat(10 * 1024 * 1024 / 30),
    )]);
    cases.finish();
}

#[test]
fn empty_and_binary_files() {
    let mut cases = Cases::new("files/empty_and_binary_files");
    cases.check(&[write(SERVICE, "")]);
    cases.check(&[write(CUSTOMER, "")]);
    cases.check(&[write(EVENTS, "\n# nothing yet\n")]);
    cases.check(&[write(SERVICE, b"\x7fELF\x02\x01\x01\0\0\0")]);
    cases.finish();
}

#[test]
fn deeply_nested_files() {
    let mut cases = Cases::new("files/deeply_nested_files");
    let arrays = format!("[service]\nname = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    cases.check(&[write(SERVICE, &arrays)]);
    let tables = format!("[service]\nname = {}1{}\n", "{a=".repeat(100_000), "}".repeat(100_000));
    cases.check(&[write(SERVICE, &tables)]);
    cases.finish();
    // Beyond the parser's limit a report says so, whatever else it says; it never overflows the stack.
    for text in [
        format!("[{}]", "a.".repeat(100_000) + "a"),
        format!("{} = 1", "a.".repeat(100_000) + "a"),
        "[".repeat(500_000),
        "a = {".repeat(100_000),
        format!("[fields.a{}]\ntype = \"object\"\n", ".fields.a".repeat(38)),
    ] {
        for path in [SERVICE, PERMISSIONS, CUSTOMER, EVENTS] {
            let folder = Folder::new(&[write(path, &text)]);
            let refusal = folder.compile().expect_err("a problem");
            assert!(folder.report(&refusal).contains(path));
        }
    }
}

#[test]
fn byte_order_marks_and_line_ends_are_read_past() {
    let unix = include_str!("base/entities/customer.toml");
    let dos = unix.replace('\n', "\r\n");
    for text in [format!("\u{feff}{unix}"), format!("\u{feff}{dos}"), dos.clone()] {
        accept(&[write(CUSTOMER, &text)]);
    }
    let mut cases = Cases::new("files/byte_order_marks_and_line_ends");
    for text in [format!("\u{feff}{unix}"), dos] {
        cases.check(&[write(CUSTOMER, &text), replace(CUSTOMER, "max_length", "max_lenght")]);
    }
    cases.finish();
}

#[test]
fn no_schema_folder() {
    let folder = Folder::new(&[]);
    let refusal = purlin_schema::compile(&folder.path("schemas")).expect_err("no folder");
    let report = folder.report(&refusal);
    assert_eq!(refusal.problems.len(), 1, "{report}");
    assert!(
        report.contains("error[unreadable-file]: the schema folder cannot be read"),
        "{report}"
    );
    let refusal = purlin_schema::compile(&folder.path(SERVICE)).expect_err("no folder");
    assert_eq!(refusal.problems.len(), 1);
}

#[test]
fn a_folder_where_a_document_should_be() {
    let folder = Folder::new(&[remove(CUSTOMER)]);
    fs::create_dir(folder.path(CUSTOMER)).expect("a folder");
    unreadable(&folder, CUSTOMER, "this is a folder");
    let mut cases = Cases::new("files/unreadable_file");
    cases.check_folder(&folder, 1);
    cases.finish();
}

#[test]
fn a_document_where_a_folder_should_be() {
    let folder = Folder::new(&[remove(EVENTS)]);
    fs::remove_dir(folder.path("events")).expect("an empty folder");
    folder.write("events", b"");
    unreadable(&folder, "events", "the folder cannot be read: not a directory");
}

#[cfg(unix)]
mod unix {
    //! What only Unix has: links, pipes, and rights.

    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn a_link_is_followed() {
        let folder = Folder::new(&[]);
        fs::rename(folder.path(CUSTOMER), folder.path("customer")).expect("a document");
        symlink(folder.path("customer"), folder.path(CUSTOMER)).expect("a link");
        assert!(folder.compile().is_ok());
    }

    #[test]
    fn a_link_that_leads_nowhere() {
        for path in [CUSTOMER, SERVICE] {
            let folder = Folder::new(&[remove(path)]);
            symlink("nowhere", folder.path(path)).expect("a link");
            unreadable(&folder, path, "the symbolic link leads nowhere");
        }
    }

    #[test]
    fn a_link_that_leads_to_itself() {
        let folder = Folder::new(&[remove(CUSTOMER)]);
        symlink("customer.toml", folder.path(CUSTOMER)).expect("a link");
        unreadable(&folder, CUSTOMER, "the file cannot be read: too many levels of symbolic links");
    }

    #[test]
    fn a_folder_that_leads_to_itself_or_nowhere() {
        for target in ["events", "nowhere"] {
            let folder = Folder::new(&[remove(EVENTS)]);
            fs::remove_dir(folder.path("events")).expect("an empty folder");
            symlink(target, folder.path("events")).expect("a link");
            unreadable(&folder, "events", "the folder cannot be read: ");
        }
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = Folder::new(&[remove(CUSTOMER)]);
        let made = Command::new("mkfifo").arg(folder.path(CUSTOMER)).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo makes a pipe");
        unreadable(&folder, CUSTOMER, "this is no regular file");
    }

    #[test]
    fn a_file_that_may_not_be_read() {
        let folder = Folder::new(&[]);
        let path = folder.path(CUSTOMER);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("rights");
        // Root reads whatever it likes, so there is nothing to refuse.
        if fs::File::open(&path).is_ok() {
            return;
        }
        unreadable(&folder, CUSTOMER, "you may not read the file");
    }

    #[test]
    fn a_name_that_is_not_utf_8() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = Folder::new(&[]);
        let name = std::ffi::OsStr::from_bytes(b"entities/\xff\x1b[31m.toml");
        if fs::write(folder.root().join(name), "").is_err() {
            return;
        }
        let refusal = folder.compile().expect_err("a problem");
        assert!(!folder.report(&refusal).contains('\x1b'), "a path cannot steer the terminal");
    }
}

/// The document or folder is the one thing wrong, and the report says where and why.
#[track_caller]
fn unreadable(folder: &Folder, path: &str, why: &str) {
    let refusal = folder.compile().expect_err("a problem");
    let report = folder.report(&refusal);
    assert_eq!(refusal.problems.len(), 1, "{report}");
    let problem = refusal.problems.iter().next().expect("a problem");
    assert_eq!(problem.code, Code::UnreadableFile, "{report}");
    assert!(problem.message.starts_with(why), "{report}");
    assert!(problem.help.is_some(), "{report}");
    let place = problem.labels[0].place;
    assert_eq!(refusal.sources.path(place.file), folder.path(path), "{report}");
    assert!(report.contains(&format!("--> {path}")), "{report}");
    assert!(Path::new(path).is_relative());
}
