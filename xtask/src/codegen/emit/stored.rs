//! `src/stored.rs`: an item of the table, as whichever entity it is.

use std::path::Path;

use purlin_schema::Model;

use super::Target;
use super::entity::describe;
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    if !model.entities().is_empty() {
        files.rust(target.path("src/stored.rs"), Path::new("schemas/entities"), &stored(model));
    }
}

fn stored(model: &Model) -> String {
    let mut imports = Imports::default();
    let mut body = Code::new();
    body.doc("An item of the table, as whichever entity it is: what the table's stream tells of.\n\nBoxed, since entities differ much in size.");
    body.line("#[derive(Clone, Debug, PartialEq)]");
    body.block("pub enum Stored", |body| {
        for entity in model.entities() {
            let name = entity.name();
            imports.add(&format!("crate::{}", name.snake()), name.as_str());
            body.doc(&describe(entity));
            body.list(&format!("{name}("), &[format!("Box<{name}>")], "),");
        }
    });
    body.blank();
    body.block("impl purlin::stream::FromStored for Stored", |body| {
        let parameters = ["entity: &str".to_owned(), "item: purlin::Item".into()];
        body.function("fn from_stored", &parameters, "purlin::Result<Option<Self>>", |body| {
            body.line("Ok(Some(match entity {");
            body.deeper(|body| {
                for entity in model.entities() {
                    let name = entity.name().as_str();
                    body.arm(&format!("{name:?}"), &format!("Self::{name}(read(item)?)"));
                }
                body.line("_ => return Ok(None),");
            });
            body.line("}))");
        });
    });
    body.blank();
    let parameters = ["item: purlin::Item".to_owned()];
    body.function("fn read<E: purlin::Entity>", &parameters, "purlin::Result<Box<E>>", |body| {
        body.line("purlin::read_member(item).map(Box::new)");
    });
    let mut code = Code::new();
    code.file_doc("Items of the table, of whichever entity.");
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}
