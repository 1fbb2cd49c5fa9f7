//! How data of an earlier version of an event becomes that of the next one.

use purlin_schema::draft::Scalar;
use purlin_schema::model::{Event, Upcast};

use crate::codegen::rust::{Code, Imports};

/// The name of the function that does so; none where no version says how. What is written by hand is the application's.
pub(super) fn function(event: &Event) -> Option<String> {
    let any = event.upcasts().iter().any(|upcast| !upcast.custom());
    any.then(|| format!("upcast_{}", event.name().snake()))
}

pub(super) fn write(code: &mut Code, event: &Event, function: &str, imports: &mut Imports) {
    imports.add("purlin::event", "Data");
    imports.all("purlin", &["Error", "Result"]);
    code.blank();
    code.doc(&format!(
        "Makes data of an earlier version of `{}` into that of the next one.",
        event.name()
    ));
    let parameters = ["version: u32".to_owned(), "data: Data".to_owned()];
    code.function(&format!("fn {function}"), &parameters, "Result<Data>", |code| {
        code.block("match version", |code| {
            for upcast in event.upcasts().iter().filter(|upcast| !upcast.custom()) {
                arm(code, upcast);
            }
            let unknown =
                format!("Err(Error::unknown_version({:?}, version))", event.name().as_str());
            code.call_arm("_", &unknown);
        });
    });
}

fn arm(code: &mut Code, upcast: &Upcast) {
    let mut calls = Vec::new();
    for (before, now) in upcast.renames() {
        calls.push(format!(".rename({:?}, {:?})", before.camel(), now.camel()));
    }
    // A field that gets another type is removed before it is set.
    for name in upcast.removes() {
        calls.push(format!(".remove({:?})", name.camel()));
    }
    for (name, value) in upcast.sets() {
        calls.push(format!(".set({:?}, {})", name.camel(), literal(value)));
    }
    code.chain(&format!("{} => Ok(", upcast.from()), "data", &calls, "),");
}

fn literal(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => format!("{text:?}"),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Float(number) => format!("{number:?}"),
        Scalar::Boolean(value) => value.to_string(),
    }
}
