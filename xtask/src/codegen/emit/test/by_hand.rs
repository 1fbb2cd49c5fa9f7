//! `tests/by_hand.rs`: the application without what is written by hand, which is for its own tests.

use purlin_schema::Model;

use crate::codegen::emit::by_hand::{is_any, subscribers, upcast_name, upcasts};
use crate::codegen::emit::subscriber::received;
use crate::codegen::rust::{Code, Imports};

pub(super) const MODULE: &str = "by_hand";

/// Where suites find the application.
pub(super) fn home(model: &Model) -> String {
    match is_any(model) {
        true => format!("crate::{MODULE}"),
        false => model.service().snake(),
    }
}

pub(super) fn write(model: &Model) -> String {
    let name = model.service().snake();
    let mut imports = Imports::default();
    imports.all(&name, &["ByHand"]);
    imports.add("purlin", "App");
    let mut body = Code::new();
    body.doc("The application, which does nothing by hand.");
    body.function("pub(crate) fn app", &[], "App", |body| {
        body.line(format!("{name}::app::<Nothing>()"))
    });
    body.blank();
    body.line("struct Nothing;");
    body.blank();
    body.block("impl ByHand for Nothing", |body| {
        let mut is_first = true;
        let mut apart = |body: &mut Code| {
            if !std::mem::take(&mut is_first) {
                body.blank();
            }
        };
        for it in subscribers(model) {
            apart(body);
            let mut named = Imports::default();
            let event = received(it, "crate", &mut named);
            let path = match it.events().len() {
                0 => "purlin".to_owned(),
                1 => format!("{name}::events"),
                _ => format!("{name}::subscribers"),
            };
            imports.add(&path, &event);
            imports.all("purlin", &["Received", "Result", "Transaction"]);
            let parameters = [format!("_: Received<{event}>")];
            body.function(
                &format!("async fn {}", it.name()),
                &parameters,
                "Result<Transaction>",
                |body| {
                    body.line("Ok(Transaction::new())");
                },
            );
        }
        for (event, upcast) in upcasts(model) {
            apart(body);
            imports.add("purlin", "Result");
            imports.add("purlin::event", "Data");
            let head = format!("fn {}", upcast_name(event, upcast));
            body.function(&head, &["data: Data".to_owned()], "Result<Data>", |body| {
                body.line("Ok(data)");
            });
        }
    });
    let mut code = Code::new();
    code.file_doc("The application without what is written by hand, which is for its own tests.");
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}
