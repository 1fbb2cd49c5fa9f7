//! `src/<entity>/operations.rs`: the handlers, and the table of them.

use purlin_schema::Model;
use purlin_schema::model::{Entity, Field, Operation, OperationKind};

use super::input::{given, input_name, output_name};
use super::types::{Home, bare, documented, sentence, strings};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities().iter().filter(|entity| !entity.operations().is_empty()) {
        let path = target.path(format!("src/{}/operations.rs", entity.name().snake()));
        files.rust(path, &document(entity.document()), &operations(model, entity));
    }
}

/// The name under which Lambda, the router and the tests know an operation: `agents.create`.
pub(crate) fn full_name(entity: &Entity, operation: &Operation) -> String {
    format!("{}.{}", entity.plural(), operation.name())
}

fn operations(model: &Model, entity: &Entity) -> String {
    let mut imports = Imports::default();
    imports.all("purlin", &["Context", "Operation", "Request", "Response", "Result"]);
    imports.add("super::repository", &format!("{}Repository", entity.name()));
    let mut body = Code::new();
    body.doc(&format!(
        "The operations on {}, as the router and the Lambda functions know them.",
        entity.plural().spaced()
    ));
    body.function("pub fn all", &[], "Vec<Operation>", |body| {
        let rows: Vec<String> = entity
            .operations()
            .iter()
            .map(|operation| {
                format!(
                    "Operation::new({:?}, {:?}, {:?}, {})",
                    full_name(entity, operation),
                    operation.method().word(),
                    operation.path(),
                    operation.name()
                )
            })
            .collect();
        body.calls("vec![", &rows, "]");
    });
    for operation in entity.operations() {
        body.blank();
        Handler { model, entity, operation }.write(&mut body, &mut imports);
    }
    let mut code = Code::new();
    code.file_doc(&format!("What callers can do with {}.", entity.plural().spaced()));
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

struct Handler<'a> {
    model: &'a Model,
    entity: &'a Entity,
    operation: &'a Operation,
}

impl Handler<'_> {
    fn write(&self, code: &mut Code, imports: &mut Imports) {
        let Self { operation, .. } = self;
        let text = documented(operation.description(), || sentence(operation.name()));
        let mut facts = format!("{text}\n\n`{} {}`", operation.method().word(), operation.path());
        match operation.permission() {
            Some(permission) => facts.push_str(&format!(", needs `{permission}`")),
            None => facts.push_str(", open to anybody"),
        }
        if let Some(event) = operation.emits() {
            facts.push_str(&format!(", publishes `{event}`"));
        }
        code.doc(&(facts + "."));
        let parameters = ["ctx: Context".to_owned(), format!("{}: Request", self.request_name())];
        code.function(
            &format!("pub async fn {}", operation.name()),
            &parameters,
            "Result<Response>",
            |code| {
                self.authorize(code, imports);
                match operation.kind() {
                    OperationKind::Create => self.create(code, imports),
                    OperationKind::Get => self.get(code, imports),
                    OperationKind::List => self.list(code, imports),
                    OperationKind::Update => self.update(code, imports),
                    OperationKind::Delete => self.delete(code, imports),
                    _ => self.transition(code, imports),
                }
            },
        );
    }

    /// An operation that reads nothing from its request still takes it.
    fn request_name(&self) -> &'static str {
        let reads = self.operation.kind() != &OperationKind::Get
            || self.operation.path_fields().next().is_some();
        if reads { "request" } else { "_request" }
    }

    fn home(&self) -> Home<'_> {
        Home::importing(self.entity, "super::entity")
    }

    fn authorize(&self, code: &mut Code, imports: &mut Imports) {
        if let Some(permission) =
            self.operation.permission().as_ref().and_then(|name| self.model.permission(name))
        {
            imports.add("crate::permission", "Permission");
            let call = format!(".authorize(Permission::{})?", permission.variant());
            code.chain("let permit = ", "ctx", &[call], ";");
        }
    }

    /// `let agent_id: AgentId = request.path("agent_id")?;` for each field of the path.
    fn path(&self, code: &mut Code, imports: &mut Imports) {
        for field in self.operation.path_fields().filter_map(|name| self.entity.field(name)) {
            let kind = bare(self.home(), field, imports);
            let read = [format!(".path({:?})?", field.name().as_str())];
            code.chain(&format!("let {}: {kind} = ", field.name()), "request", &read, ";");
        }
    }

    /// Fields that the operation needs and the path does not give are the caller's own id.
    fn take_from_caller(&self, code: &mut Code, needed: &[&Field], imports: &mut Imports) {
        for field in needed {
            if !self.operation.path_fields().any(|name| name == field.name().as_str()) {
                let kind = bare(self.home(), field, imports);
                let before = format!("let {}: {kind} = ", field.name());
                code.chain(&before, "permit", &[".subject()?".into()], ";");
            }
        }
    }

    fn repository(&self, entity: &Entity) -> String {
        let name = entity.name();
        match self.operation.permission() {
            Some(_) => format!("{name}Repository::for_caller(&ctx, &permit)"),
            None => format!("{name}Repository::new(&ctx)"),
        }
    }

    fn key(&self) -> String {
        let fields: Vec<String> =
            self.entity.key_fields().iter().map(|field| format!("&{}", field.name())).collect();
        match fields.as_slice() {
            [field] => field.clone(),
            _ => format!("({})", fields.join(", ")),
        }
    }

    fn variable(&self) -> String {
        self.entity.name().snake()
    }

    fn publish(&self, code: &mut Code, imports: &mut Imports) {
        if let Some(event) = self.operation.emits() {
            imports.add("crate::events", event.as_str());
            let calls =
                [format!(".publish(&{event}::from(&{}))", self.variable()), ".await?".into()];
            code.chain("", "ctx", &calls, ";");
        }
    }

    fn parent<'m>(&self, model: &'m Model) -> Option<(&'m Entity, String)> {
        let parent = self.entity.parent().as_ref()?;
        Some((model.entity(parent.entity().as_str())?, parent.field().to_string()))
    }

    /// Reads the parent, which answers 404 where it is missing or somebody else's.
    fn read_parent(
        &self,
        code: &mut Code,
        parent: &Entity,
        field: &str,
        bind: bool,
        imports: &mut Imports,
    ) {
        imports.add(
            &format!("crate::{}", parent.name().snake()),
            &format!("{}Repository", parent.name()),
        );
        let before = if bind { format!("let {} = ", parent.name().snake()) } else { String::new() };
        let calls = [format!(".get(&{field})"), ".await?".into()];
        code.chain(&before, &self.repository(parent), &calls, ";");
    }

    fn create(&self, code: &mut Code, imports: &mut Imports) {
        let Self { entity, operation, model } = self;
        let (variable, input) = (self.variable(), input_name(entity, operation));
        self.path(code, imports);
        imports.add("super::input", &input);
        code.chain(&format!("let input: {input} = "), "request", &[".body()?".into()], ";");
        let parent = self.parent(model);
        let owned_parent = parent
            .as_ref()
            .and_then(|(parent, _)| parent.owner().as_ref().map(|owner| (*parent, owner)));
        let path: Vec<&str> = operation.path_fields().collect();
        let given = given(entity, operation);
        let owner_is_asked = given.iter().any(|field| !path.contains(&field.name().as_str()));
        if let (Some((parent, field)), true) = (&parent, owned_parent.is_some() && owner_is_asked) {
            self.read_parent(code, parent, field, true, imports);
        }
        let arguments: Vec<String> = given
            .iter()
            .map(|field| match &owned_parent {
                _ if path.contains(&field.name().as_str()) => field.name().to_string(),
                // What belongs to something belongs to whoever that belongs to.
                Some((parent, owner)) => format!("{}.{owner}", parent.name().snake()),
                None => "permit.subject()?".into(),
            })
            .collect();
        let convert = format!(".into_{variable}({})", arguments.join(", "));
        code.chain(&format!("let {variable} = "), "input", &[convert], ";");
        let call = match &parent {
            Some((parent, field)) => {
                imports.add(&format!("crate::{}", parent.name().snake()), parent.name().as_str());
                format!(".create_within::<{}>(&{field}, &{variable})", parent.name())
            }
            None => format!(".create(&{variable})"),
        };
        code.chain("", &self.repository(entity), &[call, ".await?".into()], ";");
        self.publish(code, imports);
        code.value("", &format!("Response::created({}, &{variable})", self.location()), "");
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

    fn get(&self, code: &mut Code, imports: &mut Imports) {
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
        match output_name(entity, operation) {
            Some(output) => {
                imports.add("super::input", &output);
                code.value("", &format!("Response::ok(&{output}::from({variable}))"), "");
            }
            None => code.line(format!("Response::entity(&{variable})")),
        }
    }

    fn list(&self, code: &mut Code, imports: &mut Imports) {
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
        code.line("Response::ok(&page)");
    }

    fn expected(&self) -> &'static str {
        if *self.operation.if_match_required() {
            "request.require_if_match()?"
        } else {
            "request.if_match()?"
        }
    }

    fn update(&self, code: &mut Code, imports: &mut Imports) {
        let Self { entity, operation, .. } = self;
        self.path(code, imports);
        self.take_from_caller(code, &entity.key_fields(), imports);
        code.line(format!("let expected = {};", self.expected()));
        let input = input_name(entity, operation);
        imports.add("super::input", &input);
        code.chain(&format!("let patch: {input} = "), "request", &[".body()?".into()], ";");
        let calls = [format!(".update({}, patch, expected)", self.key()), ".await?".into()];
        code.chain(&format!("let {} = ", self.variable()), &self.repository(entity), &calls, ";");
        self.publish(code, imports);
        code.line(format!("Response::entity(&{})", self.variable()));
    }

    fn delete(&self, code: &mut Code, imports: &mut Imports) {
        self.path(code, imports);
        self.take_from_caller(code, &self.entity.key_fields(), imports);
        code.line(format!("let expected = {};", self.expected()));
        let bind = if self.operation.emits().is_some() {
            format!("let {} = ", self.variable())
        } else {
            String::new()
        };
        let calls = [format!(".delete({}, expected)", self.key()), ".await?".into()];
        code.chain(&bind, &self.repository(self.entity), &calls, ";");
        self.publish(code, imports);
        code.line("Ok(Response::no_content())");
    }

    fn transition(&self, code: &mut Code, imports: &mut Imports) {
        self.path(code, imports);
        let fields = self.entity.key_fields();
        self.take_from_caller(code, &fields, imports);
        code.line(format!("let expected = {};", self.expected()));
        let mut arguments: Vec<String> =
            fields.iter().map(|field| format!("&{}", field.name())).collect();
        arguments.push("expected".into());
        let name =
            self.operation.transition().as_ref().map(ToString::to_string).unwrap_or_default();
        let calls = [format!(".{name}({})", arguments.join(", ")), ".await?".into()];
        code.chain(
            &format!("let {} = ", self.variable()),
            &self.repository(self.entity),
            &calls,
            ";",
        );
        self.publish(code, imports);
        code.line(format!("Response::entity(&{})", self.variable()));
    }
}
