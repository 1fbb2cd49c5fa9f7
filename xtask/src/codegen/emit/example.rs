//! `src/examples.rs`: requests to try on the local platform.

use std::path::Path;

use purlin_schema::Model;
use purlin_schema::model::{Entity, Operation, OperationKind};

use super::Target;
use super::value::{Amount, body};
use crate::codegen::files::Files;
use crate::codegen::rust::Code;

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    let mut code = Code::new();
    code.file_doc(
        "Requests to try, in an order that works: each uses what those before it have made.",
    );
    code.blank();
    code.doc("Method, path, JSON body and `If-Match` of each request. A path's parameters are ids that earlier answers gave.");
    code.function(
        "pub fn examples",
        &[],
        "Vec<(&'static str, &'static str, Option<&'static str>, Option<&'static str>)>",
        |code| {
            let rows: Vec<String> = requests(model)
                .into_iter()
                .map(|(entity, operation)| row(model, entity, operation))
                .collect();
            code.calls("vec![", &rows, "]");
        },
    );
    files.rust(target.path("src/examples.rs"), Path::new("schemas"), &code.finish());
}

/// A request as a tuple.
fn row(model: &Model, entity: &Entity, operation: &Operation) -> String {
    let body = match operation.input().is_empty() {
        true => "None".to_owned(),
        false => {
            let body = body(model, entity, operation, Amount::Required);
            format!("Some({})", raw_string(&body.to_string()))
        }
    };
    // What was made a line or two above is at its first version.
    let changes = *operation.kind() == OperationKind::Update && entity.version().is_some();
    let if_match = if changes { "Some(r#\"\"1\"\"#)" } else { "None" };
    format!("({:?}, {:?}, {body}, {if_match})", operation.method().word(), operation.path())
}

/// A thing made, something made within it, both listed and changed, and the whole undone.
fn requests(model: &Model) -> Vec<(&Entity, &Operation)> {
    let creates = |entity: &&Entity| of_kind(entity, OperationKind::Create).is_some();
    let child = model.entities().iter().filter(creates).find(|entity| entity.parent().is_some());
    let parent = child
        .and_then(|child| model.entity(child.parent().as_ref()?.entity().as_str()))
        .filter(creates);
    let top = parent.or_else(|| {
        model.entities().iter().filter(creates).find(|entity| entity.parent().is_none())
    });
    let child = child.filter(|_| parent.is_some());
    let mut found = Vec::new();
    let mut add = |entity: Option<&'_ Entity>, kind| {
        // Tied to the model's own lifetime through its list of entities.
        let entity = entity.and_then(|entity| model.entity(entity.name().as_str()));
        if let Some((entity, operation)) =
            entity.and_then(|entity| Some((entity, of_kind(entity, kind)?)))
        {
            found.push((entity, operation));
        }
    };
    add(top, OperationKind::Create);
    add(child, OperationKind::Create);
    add(top, OperationKind::List);
    add(child, OperationKind::List);
    add(top, OperationKind::Update);
    add(child, OperationKind::Transition);
    add(top, OperationKind::Delete);
    found
}

fn of_kind(entity: &Entity, kind: OperationKind) -> Option<&Operation> {
    entity.operations().iter().find(|operation| *operation.kind() == kind)
}

/// A raw string literal, with as few `#` as will do; an escaped one where letters would not be seen.
fn raw_string(text: &str) -> String {
    let seen = |letter: char| "\"'\\".contains(letter) || letter.escape_debug().count() == 1;
    if !text.chars().all(seen) {
        return format!("{text:?}");
    }
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}
