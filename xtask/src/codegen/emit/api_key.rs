//! `src/<entity>/credential.rs`: how the items of an entity of API keys are credentials.

use purlin_schema::Model;
use purlin_schema::model::{AccessKey, Entity, Field};

use super::types::Home;
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities() {
        if let (Some(key), Some((id, _))) = (entity.api_key(), entity.id()) {
            let path = target.path(format!("src/{}/credential.rs", entity.name().snake()));
            files.rust(path, &document(entity.document()), &credential(entity, key, id));
        }
    }
}

/// The entity of the platform's API keys.
pub(crate) fn of(model: &Model) -> Option<&Entity> {
    model.entities().iter().find(|entity| entity.api_key().is_some())
}

fn credential(entity: &Entity, key: &AccessKey, id: &Field) -> String {
    let name = entity.name();
    let mut imports = Imports::default();
    imports.all("purlin", &["NewKey", "Query", "Repository", "StoredKey"]);
    imports
        .all(Home::importing(entity, "super::entity").path, &[name.as_str(), &format!("{name}Id")]);
    let mut body = Code::new();
    body.block(&format!("impl purlin::AccessKey for {name}"), |body| {
        body.line(format!("const KEY_PREFIX: &'static str = {:?};", key.prefix()));
        body.value(
            "const LIMITS: &'static str = ",
            &format!("{:?}", key.permissions().camel()),
            ";",
        );
        body.value(
            "const LAST_USED: &'static str = ",
            &format!("{:?}", key.last_used().camel()),
            ";",
        );
        body.blank();
        let parameters = ["all: &Repository<Self>".into(), format!("id: &{name}Id")];
        body.function("fn find", &parameters, "Query<Self>", |body| find(body, entity, key));
        body.blank();
        body.function("fn stored", &["&self".into()], "StoredKey<'_, Self>", |body| {
            body.list("StoredKey {", &stored(entity, key, id), "}");
        });
        body.blank();
        body.function("fn issue", &["&mut self".into(), "new: NewKey".into()], "", |body| {
            for (field, value) in
                [(key.hash(), "hash"), (key.shown(), "shown"), (key.role(), "role")]
            {
                body.line(format!("self.{field} = new.{value};"));
            }
        });
    });
    let mut code = Code::new();
    code.file_doc(&format!(
        "{} as credentials.",
        super::words::capitalised(&entity.plural().spaced())
    ));
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

fn find(code: &mut Code, entity: &Entity, key: &AccessKey) {
    let mut calls = vec![format!(".query(Self::{}(id))", key.finder())];
    let access = entity.access(key.finder().as_str());
    if access.is_some_and(|access| !access.narrowing().is_empty()) {
        calls.push(".narrowed_no_further()".into());
    }
    code.chain("", "all", &calls, "");
}

fn stored(entity: &Entity, key: &AccessKey, id: &Field) -> Vec<String> {
    let owner = entity.owner().as_ref().map_or(String::new(), ToString::to_string);
    let expiry = entity.ttl().as_ref().and_then(|ttl| entity.field(ttl.field().as_str()));
    let expires = match expiry {
        None => "None".to_owned(),
        Some(field) if *field.optional() => format!("self.{}", field.name()),
        Some(field) => format!("Some(self.{})", field.name()),
    };
    vec![
        format!("id: &self.{}", id.name()),
        format!("owner: self.{owner}.to_string()"),
        format!("role: &self.{}", key.role()),
        format!("hash: &self.{}", key.hash()),
        format!("permissions: self.{}.iter().map(String::as_str).collect()", key.permissions()),
        format!("expires_at: {expires}"),
        format!("last_used_at: self.{}", key.last_used()),
    ]
}
