//! `tests/main.rs`: the suites, and the functions that they share.

use std::collections::BTreeSet;

use crate::codegen::emit::types::strings;
use crate::codegen::rust::{Code, Imports};

/// A function that suites may import from the top of the tests.
struct Helper {
    name: &'static str,
    doc: &'static str,
    parameters: &'static [&'static str],
    returns: &'static str,
    body: &'static [&'static str],
    /// The other function that it calls.
    calls: Option<&'static str>,
    imports: &'static [(&'static str, &'static str)],
}

const VALUE: &[(&str, &str)] = &[("serde_json", "Value")];

const HELPERS: &[Helper] = &[
    Helper {
        name: "with",
        doc: "`body` with `value` at a JSON Pointer, added where nothing stood.",
        parameters: &["mut body: Value", "pointer: &str", "value: Value"],
        returns: "Value",
        body: &[
            "let (parent, key) = pointer.rsplit_once('/').expect(\"a JSON Pointer\");",
            "let parent = body.pointer_mut(parent).expect(\"the body has the parent\");",
            "parent[key] = value;",
            "body",
        ],
        calls: None,
        imports: VALUE,
    },
    Helper {
        name: "without",
        doc: "`body` without one of its fields.",
        parameters: &["mut body: Value", "field: &str"],
        returns: "Value",
        body: &[
            "body.as_object_mut().and_then(|body| body.remove(field)).expect(\"the body has the field\");",
            "body",
        ],
        calls: None,
        imports: VALUE,
    },
    Helper {
        name: "different",
        doc: "A number that no other call has given.",
        parameters: &[],
        returns: "i64",
        body: &[
            "static NEXT: AtomicI64 = AtomicI64::new(1);",
            "NEXT.fetch_add(1, Ordering::Relaxed)",
        ],
        calls: None,
        imports: &[("std::sync::atomic", "AtomicI64"), ("std::sync::atomic", "Ordering")],
    },
    Helper {
        name: "different_text",
        doc: "A text that no other call has given, of so many digits.",
        parameters: &["digits: usize"],
        returns: "String",
        body: &["format!(\"{:0digits$}\", different())"],
        calls: Some("different"),
        imports: &[],
    },
    Helper {
        name: "different_email",
        doc: "An address that no other call has given.",
        parameters: &[],
        returns: "String",
        body: &["format!(\"ada{}@example.com\", different())"],
        calls: Some("different"),
        imports: &[],
    },
    Helper {
        name: "different_moment",
        doc: "A moment that no other call has given.",
        parameters: &[],
        returns: "Timestamp",
        body: &["Timestamp::from_millis(different()).expect(\"a moment\")"],
        calls: Some("different"),
        imports: &[("purlin", "Timestamp")],
    },
    Helper {
        name: "texts",
        doc: "That many different texts, of so many digits.",
        parameters: &["count: usize", "digits: usize"],
        returns: "Vec<String>",
        body: &["(0..count).map(|number| format!(\"{number:0digits$}\")).collect()"],
        calls: None,
        imports: &[],
    },
];

/// What suites may import.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    HELPERS.iter().map(|helper| helper.name)
}

/// The file, with whatever of the functions is used.
pub(super) fn write(mut modules: Vec<String>, mut used: BTreeSet<&'static str>) -> String {
    let called: Vec<&str> = HELPERS
        .iter()
        .filter(|helper| used.contains(helper.name))
        .filter_map(|helper| helper.calls)
        .collect();
    used.extend(called);
    let helpers = || HELPERS.iter().filter(|helper| used.contains(helper.name));
    let mut imports = Imports::default();
    for (path, name) in helpers().flat_map(|helper| helper.imports) {
        imports.add(path, name);
    }
    let mut code = Code::new();
    code.file_doc("For every operation: what it does, its limits, and whom it refuses.");
    code.blank();
    imports.write(&mut code);
    modules.sort();
    for module in modules {
        code.line(format!("mod {module};"));
    }
    for Helper { name, doc, parameters, returns, body, .. } in helpers() {
        code.blank();
        code.doc(doc);
        code.function(&format!("fn {name}"), &strings(parameters), returns, |code| {
            body.iter().for_each(|line| code.line(line));
        });
    }
    code.finish()
}
