//! The handlers that write: create, update, delete, restore, and steps from state to state.

use purlin_schema::model::OperationKind;

use super::{Handler, entity_type, local};
use crate::codegen::emit::input::given;
use crate::codegen::emit::visibility;
use crate::codegen::rust::{Code, Imports};

impl Handler<'_> {
    pub(super) fn create(&self, code: &mut Code, imports: &mut Imports) {
        let Self { entity, operation, model } = self;
        let variable = self.variable();
        self.path(code, imports);
        self.body(code, "input", imports);
        let parent = self.parent(model);
        let owned_parent = parent
            .as_ref()
            .and_then(|(parent, _)| parent.owner().as_ref().map(|owner| (*parent, owner)));
        let path: Vec<&str> = operation.path_fields().collect();
        let given = given(entity, operation);
        let owner_is_asked = given.iter().any(|field| !path.contains(&field.name().as_str()));
        if let (Some((parent, field)), true) = (&parent, owned_parent.is_some() && owner_is_asked) {
            self.answered_before(code);
            self.read_parent(code, parent, field, true, imports);
        }
        let arguments: Vec<String> = given
            .iter()
            .map(|field| match &owned_parent {
                _ if path.contains(&field.name().as_str()) => field.name().to_string(),
                // What belongs to something belongs to whoever that belongs to.
                Some((parent, owner)) => format!("{}.{owner}", local(parent.name())),
                None => "permit.subject()?".into(),
            })
            .collect();
        let convert = format!(".into_{}({})", entity.name().snake(), arguments.join(", "));
        let is_key = entity.api_key().is_some();
        let bind = if is_key { "let mut " } else { "let " };
        code.chain(&format!("{bind}{variable} = "), "input", &[convert], ";");
        if is_key {
            code.line(format!("let issued = permit.issue(&mut {variable})?;"));
        }
        let (name, key) = if is_key { ("issued", ", &issued") } else { ("created", "") };
        let name = match visibility::is_guarded(entity) {
            true => format!("{name}_for({}, ", self.authority_value()),
            false => format!("{name}("),
        };
        let answer = format!("Response::{name}{}, &{variable}{key})", self.location());
        code.value("let answer = ", &answer, "?;");
        let create = match &parent {
            Some((parent, field)) => {
                let module = format!("crate::{}", parent.name().snake());
                let kind = entity_type(parent.name(), &module, imports);
                format!(".create_within::<{kind}>(&{field}, &{variable})")
            }
            None => format!(".create(&{variable})"),
        };
        let mut calls: Vec<String> = self.emitting(imports).into_iter().collect();
        calls.extend([".answering(&request, answer)".to_owned(), create, ".await".to_owned()]);
        code.chain("", &self.repository(entity), &calls, "");
    }

    /// Answers again before anything is read that may be gone since.
    fn answered_before(&self, code: &mut Code) {
        let calls = [".answered(&request)".to_owned(), ".await?".into()];
        code.chain("let answered = ", &self.repository(self.entity), &calls, ";");
        code.block("if let Some(answer) = answered", |code| code.line("return Ok(answer);"));
    }

    /// The path of the operation that gets one item by its key, else the create's own and the id.
    fn location(&self) -> String {
        let by_key = self.entity.operations().iter().find(|operation| {
            *operation.kind() == OperationKind::Get
                && operation.access().is_none()
                && operation.output().is_empty()
        });
        let path = match (by_key, self.entity.id()) {
            (Some(get), _) => get.path().clone(),
            (None, Some((id, _))) => format!("{}/{{{}}}", self.operation.path(), id.name()),
            (None, None) => self.operation.path().clone(),
        };
        let mut arguments = Vec::new();
        let segments: Vec<String> = path
            .split('/')
            .map(|segment| {
                match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
                    Some(field) => {
                        arguments.push(format!("{}.{field}", self.variable()));
                        "{}".to_owned()
                    }
                    None => segment.to_owned(),
                }
            })
            .collect();
        if arguments.is_empty() {
            return format!("{path:?}");
        }
        format!("format!({:?}, {})", segments.join("/"), arguments.join(", "))
    }

    fn expected(&self) -> &'static str {
        if *self.operation.if_match_required() {
            "request.require_if_match()?"
        } else {
            "request.if_match()?"
        }
    }

    pub(super) fn update(&self, code: &mut Code, imports: &mut Imports) {
        let Self { entity, .. } = self;
        self.path(code, imports);
        self.take_from_caller(code, &entity.key_fields(), imports);
        code.line(format!("let expected = {};", self.expected()));
        self.body(code, "patch", imports);
        let call = format!(".update({}, patch, expected)", self.key());
        self.write(code, &format!("let {} = ", self.variable()), call, imports);
        self.answer_entity(code);
    }

    pub(super) fn delete(&self, code: &mut Code, imports: &mut Imports) {
        self.path(code, imports);
        self.take_from_caller(code, &self.entity.key_fields(), imports);
        code.line(format!("let expected = {};", self.expected()));
        self.write(code, "", format!(".delete({}, expected)", self.key()), imports);
        code.line("Ok(Response::no_content())");
    }

    pub(super) fn restore(&self, code: &mut Code, imports: &mut Imports) {
        self.path(code, imports);
        self.take_from_caller(code, &self.entity.key_fields(), imports);
        code.line(format!("let expected = {};", self.expected()));
        let call = format!(".restore({}, expected)", self.key());
        self.write(code, &format!("let {} = ", self.variable()), call, imports);
        self.answer_entity(code);
    }

    pub(super) fn transition(&self, code: &mut Code, imports: &mut Imports) {
        self.path(code, imports);
        let fields = self.entity.key_fields();
        self.take_from_caller(code, &fields, imports);
        code.line(format!("let expected = {};", self.expected()));
        let mut arguments: Vec<String> =
            fields.iter().map(|field| format!("&{}", field.name())).collect();
        arguments.push("expected".into());
        let name =
            self.operation.transition().as_ref().map(ToString::to_string).unwrap_or_default();
        let call = format!(".{name}({})", arguments.join(", "));
        self.write(code, &format!("let {} = ", self.variable()), call, imports);
        self.answer_entity(code);
    }
}
