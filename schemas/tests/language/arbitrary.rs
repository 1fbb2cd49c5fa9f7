//! Documents that nobody would write: whatever they hold, there is a model or a report.

use std::path::Path;

use proptest::prelude::*;

use crate::folder::{CUSTOMER, EVENTS, Folder, ORDER, PERMISSIONS, SERVICE, write};
use crate::subscribers::VALID;

/// Pieces of the language, to put where they do not belong.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "=",
    "\"",
    "'''",
    "\"\"\"",
    ",",
    ".",
    "#",
    "\n",
    "\r\n",
    " ",
    "\0",
    "\u{1b}[31m",
    "é",
    "\u{202e}",
    "[[entity]]\n",
    "[entity]\n",
    "[fields.a.b.c]\n",
    "[access.x]\n",
    "[operations.create]\n",
    "[status.transitions]\n",
    "[subscriber]\n",
    "[events.OrderPlaced.upcast.1]\n",
    "on = [\"OrderPlaced\"]\n",
    "run = \"custom\"\n",
    "schedule = \"cron(0 0 L * ? *)\"\n",
    "transition = { entity = \"Order\", step = \"pay\" }\n",
    "project = { into = \"Customer\", set = { name = \"channel\" } }\n",
    "pattern = { detail.data.orderId = [{ prefix = \"o\" }] }\n",
    "retry = { attempts = 0, backoff = \"13h\", max_age = \"1s\" }\n",
    "custom = true\n",
    "version = 4294967295\n",
    "delivery = \"direct\"\n",
    "fallback = \"drop\"\n",
    "was = \"status\"",
    "now = \"note\"",
    "emits = \"OrderPlaced\"",
    "name",
    "type",
    "type = \"ref\"",
    "entity = \"Order\"",
    "parent = \"customer_id\"",
    "owner = \"order_id\"",
    "\"object\"",
    "\"list\"",
    "\"id\"",
    "\"timestamp\"",
    "\"opaque\"",
    "items = { type = \"list\" }",
    "fields = {}",
    "optional = true",
    "public = true",
    "kind = \"list\"",
    "\"GET /{a}/{a}\"",
    "\"ORDER#{order_id}{status}\"",
    "\"{a.b.c}\"",
    "{order_id}",
    "\"\"",
    "-1",
    "1e400",
    "nan",
    "0x7fffffffffffffffffff",
    "1979-05-27",
    "true",
    "[]",
    "[[[[]]]]",
    "\\u0024",
    "GSI0",
    "GSI1",
    "status",
    "open",
    "[collections.all]\n",
    "many = [\"Order\", \"Customer\"]",
    "first = [\"Customer\"]",
    "[unique]\n",
    "note = [\"note\", \"lines\"]",
    "project = [\"status\"]",
    "project = []",
    "counter = true",
    "ttl = { field = \"paid_at\", after = \"2h\" }",
    "soft_delete = { field = \"paid_at\", retain = \"9d\" }",
    "kind = \"restore\"",
    "item_kb = 400",
    "max_write_units = 1",
    "rate = \"60/min burst 10\"",
    "max_read_units = 0",
    "everything = \"order:*\"",
    "order:any",
    "*",
];

/// A way to spoil a text.
#[derive(Clone, Debug)]
enum Change {
    Remove { at: prop::sample::Index, length: usize },
    Insert { at: prop::sample::Index, piece: &'static str },
    Repeat { from: prop::sample::Index, to: prop::sample::Index },
    Byte { at: prop::sample::Index, byte: u8 },
}

fn change() -> impl Strategy<Value = Change> {
    use prop::sample::{Index, select};
    prop_oneof![
        (any::<Index>(), 1_usize..60).prop_map(|(at, length)| Change::Remove { at, length }),
        (any::<Index>(), select(PIECES)).prop_map(|(at, piece)| Change::Insert { at, piece }),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Repeat { from, to }),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte { at, byte }),
    ]
}

fn spoil(mut text: Vec<u8>, changes: Vec<Change>) -> Vec<u8> {
    for change in changes {
        let size = text.len() + 1;
        match change {
            Change::Remove { at, length } => {
                let at = at.index(size);
                text.drain(at..(at + length).min(text.len()));
            }
            Change::Insert { at, piece } => {
                let at = at.index(size);
                text.splice(at..at, piece.bytes());
            }
            // A whole line, put somewhere else.
            Change::Repeat { from, to } => {
                let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
                let Some(line) = lines.get(from.index(lines.len().max(1))) else { continue };
                let mut spoilt = lines.clone();
                spoilt.insert(to.index(lines.len() + 1), line);
                text = spoilt.concat();
            }
            Change::Byte { at, byte } => {
                let at = at.index(size);
                text.splice(at..(at + 1).min(text.len()), [byte]);
            }
        }
    }
    text
}

/// Compiles, and looks at the report as far as it must always be true.
fn judge(folder: &Folder) -> Result<(), TestCaseError> {
    let Err(refusal) = folder.compile() else { return Ok(()) };
    prop_assert!(!refusal.problems.is_empty(), "a refusal says why");
    let report = folder.report(&refusal);
    for problem in refusal.problems.iter() {
        prop_assert!(
            problem.help.as_ref().is_some_and(|help| !help.is_empty()),
            "no help:\n{report}"
        );
        prop_assert!(!problem.labels.is_empty(), "no place:\n{report}");
        prop_assert!(!problem.message.ends_with('.'), "{report}");
    }
    prop_assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{report:?}");
    let _coloured = refusal.render(true);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn spoilt_documents(
        document in prop::sample::select(&[SERVICE, PERMISSIONS, CUSTOMER, ORDER, ORDER, ORDER, EVENTS][..]),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/base");
        let text = std::fs::read(base.join(document)).expect("a document");
        judge(&Folder::new(&[write(document, &spoil(text, changes))]))?;
    }

    #[test]
    fn spoilt_subscribers(
        text in prop::sample::select(&VALID[..]),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        judge(&Folder::new(&[write("subscribers/one.toml", &spoil(text.into(), changes))]))?;
    }

    #[test]
    fn any_bytes(
        document in prop::sample::select(&[SERVICE, PERMISSIONS, CUSTOMER, EVENTS, "subscribers/one.toml"][..]),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        judge(&Folder::new(&[write(document, &bytes)]))?;
    }

    #[test]
    fn any_pieces(
        document in prop::sample::select(&[SERVICE, PERMISSIONS, CUSTOMER, EVENTS, "subscribers/one.toml"][..]),
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40),
    ) {
        judge(&Folder::new(&[write(document, &pieces.concat())]))?;
    }
}
