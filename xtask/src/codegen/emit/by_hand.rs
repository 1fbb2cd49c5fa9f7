//! `src/by_hand.rs`: what the schemas leave to be written by hand, as a trait that the application implements.

use std::path::Path;

use purlin_schema::Model;
use purlin_schema::model::{Event, Reaction, Subscriber, Upcast};

use super::subscriber::received;
use super::words::{documented, sentence};
use super::{Target, subscriber};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    if is_any(model) {
        files.rust(target.path("src/by_hand.rs"), Path::new("schemas"), &by_hand(model));
    }
}

/// Whether anything is written by hand.
pub(crate) fn is_any(model: &Model) -> bool {
    subscribers(model).next().is_some() || upcasts(model).next().is_some()
}

/// The subscribers that are.
pub(crate) fn subscribers(model: &Model) -> impl Iterator<Item = &Subscriber> {
    model.subscribers().iter().filter(|it| matches!(it.reaction(), Reaction::Custom))
}

/// The steps from one version of an event to the next that are.
pub(crate) fn upcasts(model: &Model) -> impl Iterator<Item = (&Event, &Upcast)> {
    let events = model.families().iter().flat_map(|family| family.events());
    events.flat_map(|event| {
        event.upcasts().iter().filter(|upcast| *upcast.custom()).map(move |upcast| (event, upcast))
    })
}

/// `upcast_task_created_1`
pub(crate) fn upcast_name(event: &Event, upcast: &Upcast) -> String {
    format!("upcast_{}_{}", event.name().snake(), upcast.from())
}

fn by_hand(model: &Model) -> String {
    let mut imports = Imports::default();
    let mut body = Code::new();
    body.doc("What the schemas leave to be written by hand.");
    body.block("pub trait ByHand: 'static", |body| {
        let mut is_first = true;
        for it in subscribers(model) {
            apart(body, &mut is_first);
            let text = documented(it.description(), || sentence(it.name()));
            body.doc(&format!("{text}\n\n{}", subscriber::starts(it)));
            imports.all("purlin", &["Received", "Result", "Transaction"]);
            let parameter = format!("received: Received<{}>", received(it, "crate", &mut imports));
            let returns = "impl Future<Output = Result<Transaction>> + Send";
            declaration(body, it.name().as_str(), &parameter, returns);
        }
        for (event, upcast) in upcasts(model) {
            apart(body, &mut is_first);
            let (from, to) = (upcast.from(), upcast.from().saturating_add(1));
            let name = event.name();
            body.doc(&format!(
                "Makes the data of `{name}` of version {from} into that of version {to}."
            ));
            imports.add("purlin", "Result");
            imports.add("purlin::event", "Data");
            declaration(body, &upcast_name(event, upcast), "data: Data", "Result<Data>");
        }
    });
    let mut code = Code::new();
    code.file_doc("What is written by hand: the application implements it.");
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

fn apart(code: &mut Code, is_first: &mut bool) {
    if !std::mem::take(is_first) {
        code.blank();
    }
}

/// A function without a body, in `rustfmt`'s layout.
fn declaration(code: &mut Code, name: &str, parameter: &str, returns: &str) {
    let line = format!("fn {name}({parameter}) -> {returns};");
    // `rustfmt` keeps a column free, and would rather move the type down than the parameter.
    if code.fits(&format!("{line} ")) {
        return code.line(line);
    }
    if code.fits(&line) {
        code.line(format!("fn {name}({parameter})"));
        return code.line(format!("-> {returns};"));
    }
    code.line(format!("fn {name}("));
    code.deeper(|code| code.line(format!("{parameter},")));
    code.line(format!(") -> {returns};"));
}
