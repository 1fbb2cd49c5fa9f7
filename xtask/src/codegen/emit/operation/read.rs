//! The handlers that read: an item, or a page of them.

use purlin_schema::model::Field;

use super::{Handler, entity_type};
use crate::codegen::emit::entity::row_name;
use crate::codegen::emit::input::output_name;
use crate::codegen::emit::types::{bare, strings};
use crate::codegen::emit::visibility;
use crate::codegen::rust::{Code, Imports};

impl Handler<'_> {
    pub(super) fn get(&self, code: &mut Code, imports: &mut Imports) {
        let Self { entity, operation, .. } = self;
        let access = operation.access().as_ref().and_then(|name| entity.access(name.as_str()));
        self.path(code, imports);
        let variable = self.variable();
        let before = format!("let {variable} = ");
        let calls = match access {
            Some(access) => {
                let fields: Vec<&Field> = access
                    .partition_fields()
                    .iter()
                    .filter_map(|name| entity.field(name))
                    .collect();
                self.take_from_caller(code, &fields, imports);
                let names: Vec<String> =
                    fields.iter().map(|field| format!("&{}", field.name())).collect();
                vec![
                    format!(".{}({})", access.name(), names.join(", ")),
                    ".first()".into(),
                    ".await?".into(),
                ]
            }
            None => {
                self.take_from_caller(code, &entity.key_fields(), imports);
                vec![format!(".get({})", self.key()), ".await?".into()]
            }
        };
        code.chain(&before, &self.repository(entity), &calls, ";");
        let row = access.and_then(|access| row_name(entity, access));
        match (output_name(entity, operation), row) {
            (Some(output), row) => {
                imports.add("super::input", &output);
                let inner = if row.is_some() { ".into_inner()" } else { "" };
                let part = format!("&{output}::from({variable}{inner})");
                self.answer_part(code, &part, imports);
            }
            (None, Some(_)) => self.answer_part(code, &format!("&{variable}"), imports),
            (None, None) => self.answer_entity(code),
        }
    }

    /// Some fields of the entity, as far as the caller may see them.
    fn answer_part(&self, code: &mut Code, part: &str, imports: &mut Imports) {
        let Self { entity, operation, .. } = self;
        if !visibility::answers_guarded(entity, operation) {
            return code.value("", &format!("Response::ok({part})"), "");
        }
        let kind = entity_type(entity.name(), "super::entity", imports);
        let text = format!("Response::part_for::<{kind}>({}, {part})", self.authority_value());
        code.value("", &text, "");
    }

    pub(super) fn list(&self, code: &mut Code, imports: &mut Imports) {
        let Self { entity, operation, model } = self;
        self.path(code, imports);
        let Some(access) =
            operation.access().as_ref().and_then(|name| entity.access(name.as_str()))
        else {
            return;
        };
        let fields: Vec<&Field> =
            access.partition_fields().iter().filter_map(|name| entity.field(name)).collect();
        self.take_from_caller(code, &fields, imports);
        if let Some((parent, field)) = self.parent(model)
            && operation.path_fields().any(|name| name == field)
        {
            self.read_parent(code, parent, &field, false, imports);
        }
        let names: Vec<String> = fields.iter().map(|field| format!("&{}", field.name())).collect();
        let mut calls = vec![format!(".{}({})", access.name(), names.join(", "))];
        for field in operation.filter().iter().filter_map(|name| entity.field(name.as_str())) {
            let kind = bare(self.home(), field, imports);
            let value = format!("request.query_as::<{kind}>({:?})?", field.name().as_str());
            calls.push(format!(".filter_eq_if({:?}, {value})", field.name().camel()));
        }
        let paged = [".limit(request.limit()?)", ".after(request.cursor()?)", ".page()", ".await?"];
        calls.extend(strings(&paged));
        code.chain("let page = ", &self.repository(entity), &calls, ";");
        match visibility::answers_guarded(entity, operation) {
            true => code.line(format!("Response::page_for({}, &page)", self.authority_value())),
            false => code.line("Response::ok(&page)"),
        }
    }
}
