//! `src/lib.rs` and `src/app.rs`: the crate, and the application it amounts to.

use std::path::Path;

use purlin_schema::Model;
use purlin_schema::model::{Delivery, IndexProjection, TableIndex, Type};

use super::words::documented;
use super::{Target, api_key, by_hand};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    let source = Path::new("schemas");
    files.rust(target.path("src/lib.rs"), source, &library(model));
    files.rust(target.path("src/app.rs"), source, &application(model));
}

fn library(model: &Model) -> String {
    let mut code = Code::new();
    let text = documented(model.description(), || format!("The service `{}`.", model.service()));
    code.file_doc(&text);
    code.blank();
    code.line("pub use app::app;");
    let by_hand = by_hand::is_any(model);
    if by_hand {
        code.line("pub use by_hand::ByHand;");
    }
    code.line("pub use examples::examples;");
    code.line("pub use permission::Permission;");
    let any = !model.entities().is_empty();
    if any {
        code.line("pub use stored::Stored;");
    }
    code.blank();
    let mut modules: Vec<String> =
        model.entities().iter().map(|entity| entity.name().snake()).collect();
    if !model.families().is_empty() {
        modules.push("events".into());
    }
    if !model.subscribers().is_empty() {
        modules.push("subscribers".into());
    }
    modules.sort();
    for module in modules {
        code.line(format!("pub mod {module};"));
    }
    code.blank();
    let by_hand = by_hand.then_some("by_hand");
    for module in ["app"].into_iter().chain(by_hand).chain(["examples", "permission"]) {
        code.line(format!("mod {module};"));
    }
    if any {
        code.line("mod stored;");
    }
    code.finish()
}

fn application(model: &Model) -> String {
    let indexes: Vec<String> = model.indexes().iter().map(table_index).collect();
    let mut code = Code::new();
    code.file_doc("The application: every operation, and what they stand on.");
    code.blank();
    let mut imports = Imports::default();
    imports.add("purlin", "App");
    imports.add("crate::permission", "Permission");
    if !indexes.is_empty() {
        imports.add("purlin", "TableIndex");
    }
    if by_hand::is_any(model) {
        imports.add("crate::by_hand", "ByHand");
    }
    if by_hand::upcasts(model).next().is_some() {
        imports.add("purlin", "Upcast");
    }
    let events = emitted(model);
    if !events.is_empty() {
        imports.add("purlin", "Emitted");
        for event in &events {
            imports.add("crate::events", event);
        }
    }
    imports.write(&mut code);
    if !indexes.is_empty() {
        code.doc("The table's secondary indexes, and what each holds.");
        code.calls("const INDEXES: &[TableIndex] = &[", &indexes, "];");
        code.blank();
    }
    if !events.is_empty() {
        code.doc("The events that writes emit.");
        let rows: Vec<String> =
            events.iter().map(|event| format!("Emitted::of::<{event}>()")).collect();
        code.calls("const EVENTS: &[Emitted] = &[", &rows, "];");
        code.blank();
    }
    code.doc("Everything that the schemas declare, ready for Lambda or for the local platform.");
    let by_hand = by_hand::is_any(model);
    let head = if by_hand { "pub fn app<H: ByHand>" } else { "pub fn app" };
    code.function(head, &[], "App", |code| {
        let mut calls = vec![".permissions::<Permission>()".to_owned()];
        calls.extend(api_key::of(model).map(|entity| {
            let name = entity.name();
            format!(".api_keys::<crate::{}::{name}, Permission>()", name.snake())
        }));
        calls.extend(subject_prefix(model).map(|prefix| format!(".subject_prefix({prefix:?})")));
        calls.extend((!indexes.is_empty()).then(|| ".indexes(INDEXES)".to_owned()));
        calls.extend((!events.is_empty()).then(|| ".emits(EVENTS)".to_owned()));
        for entity in model.entities().iter().filter(|entity| !entity.operations().is_empty()) {
            calls.push(format!(".operations(crate::{}::operations::all())", entity.name().snake()));
        }
        if !model.subscribers().is_empty() {
            let by_hand = if by_hand::subscribers(model).next().is_some() { "::<H>" } else { "" };
            calls.push(format!(".subscribers(crate::subscribers::all{by_hand}())"));
        }
        if by_hand::upcasts(model).next().is_some() {
            calls.push(".upcasting(upcasts::<H>())".to_owned());
        }
        if let Some(event) = model.failure_event() {
            calls.push(format!(".failures::<crate::events::{event}>()"));
        }
        code.chain("", &format!("App::new({:?})", model.service().as_str()), &calls, "");
    });
    upcasts(model, &mut code);
    code.finish()
}

/// The function that tells the runtime which versions of events code by hand makes into the next ones.
fn upcasts(model: &Model, code: &mut Code) {
    let rows: Vec<[String; 3]> = by_hand::upcasts(model)
        .map(|(event, upcast)| {
            [
                format!("detail_type: {:?}", event.name().as_str()),
                format!("from: {}", upcast.from()),
                format!("run: H::{}", by_hand::upcast_name(event, upcast)),
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    code.blank();
    code.doc("The versions of events that code by hand makes into the next ones.");
    code.function("fn upcasts<H: ByHand>", &[], "&'static [Upcast]", |code| match &*rows {
        [only] => code.list("&[Upcast {", only, "}]"),
        _ => {
            code.line("&[");
            code.deeper(|code| rows.iter().for_each(|row| code.list("Upcast {", row, "},")));
            code.line("]");
        }
    });
}

/// The events that are made of items, as writes emit them.
fn emitted(model: &Model) -> Vec<String> {
    let events = model.families().iter().flat_map(|family| family.events());
    let made_of_items = events.filter(|event| {
        event.entity().is_some()
            && event.own().iter().all(|field| *field.optional())
            && *event.delivery() == Delivery::Atomic
    });
    made_of_items.map(|event| event.name().to_string()).collect()
}

/// An index, as the runtime takes it.
fn table_index(index: &TableIndex) -> String {
    let name = index.name();
    match index.projection() {
        IndexProjection::All => format!("TableIndex::all({name:?})"),
        IndexProjection::Keys => format!("TableIndex::keys({name:?})"),
        IndexProjection::Include(attributes) => {
            let attributes: Vec<String> =
                attributes.iter().map(|attribute| format!("{attribute:?}")).collect();
            format!("TableIndex::including({name:?}, &[{}])", attributes.join(", "))
        }
    }
}

/// What the id of a caller begins with: the id of the entity that owners are.
pub(crate) fn subject_prefix(model: &Model) -> Option<&str> {
    model.entities().iter().find_map(|entity| {
        let owner = entity.field(entity.owner().as_ref()?.as_str())?;
        match owner.kind() {
            Type::Id { prefix } => Some(prefix.as_str()),
            Type::Ref { entity } => model.entity(entity.as_str())?.id().map(|(_, prefix)| prefix),
            _ => None,
        }
    })
}
