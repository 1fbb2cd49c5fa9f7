//! `src/<entity>/operations.rs`: the handlers, and the table of them.

use purlin_schema::model::{Entity, Field, Operation, OperationKind};
use purlin_schema::{Model, Name};

use super::input::input_name;
use super::types::{Home, bare};
use super::words::{both, documented, sentence};
use super::{Target, document, step, visibility};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) mod rate;
mod read;
mod write;

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
    imports.all("purlin", &["Operation", "Request", "Response", "Result"]);
    imports.add("super::repository", &format!("{}Repository", entity.name()));
    let mut body = Code::new();
    body.doc(&format!(
        "The operations on {}, as the router and the Lambda functions know them.",
        entity.plural().spaced()
    ));
    body.function("pub fn all", &[], "Vec<Operation>", |body| {
        let rows: Vec<String> =
            entity.operations().iter().map(|operation| row(entity, operation)).collect();
        body.calls("vec![", &rows, "]");
    });
    if entity.operations().iter().any(|operation| operation.rate().is_some()) {
        imports.add("purlin", "Rate");
    }
    for operation in entity.operations() {
        body.blank();
        Handler { model, entity, operation }.handler(&mut body, &mut imports);
    }
    let mut code = Code::new();
    code.file_doc(&format!("What callers can do with {}.", entity.plural().spaced()));
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

/// `Operation::new("agents.create", "POST", "/agents", create)`, and how often it may be called.
fn row(entity: &Entity, operation: &Operation) -> String {
    let rate = operation.rate().as_ref().map(|rate| format!(".rate({})", rate::value(rate)));
    format!(
        "Operation::{}({:?}, {:?}, {:?}, {}){}",
        if operation.permission().is_some() { "new" } else { "public" },
        full_name(entity, operation),
        operation.method().word(),
        operation.path(),
        operation.name(),
        rate.unwrap_or_default()
    )
}

/// What the handlers import of the runtime's, and an entity may be called, too.
const IMPORTED: &[&str] = &["Context", "Operation", "Permit", "Request", "Response", "Result"];

/// The type of an entity, by its path where its name alone is the runtime's.
fn entity_type(name: &Name, module: &str, imports: &mut Imports) -> String {
    if IMPORTED.contains(&name.as_str()) {
        return format!("{module}::{name}");
    }
    imports.add(module, name.as_str());
    name.to_string()
}

/// The events that an operation emits: its own, and those of the step that it takes.
pub(crate) fn emitted<'m>(
    entity: &'m Entity,
    operation: &'m Operation,
) -> impl Iterator<Item = &'m Name> {
    let taken = operation.transition().as_ref().and_then(|name| entity.transition(name.as_str()));
    let of_step = entity.status().as_ref().zip(taken);
    let of_step = of_step.into_iter().flat_map(|(status, taken)| step::events(status, taken));
    operation.emits().iter().chain(of_step)
}

/// What the handlers call their own, and an entity may be called, too.
const LOCALS: &[&str] = &["answer", "answered", "ctx", "issued", "permit", "request"];

/// The variable that holds an entity, which hides nothing that is needed after it.
fn local(name: &Name) -> String {
    let name = name.snake();
    if LOCALS.contains(&name.as_str()) { format!("the_{name}") } else { name }
}

struct Handler<'a> {
    model: &'a Model,
    entity: &'a Entity,
    operation: &'a Operation,
}

impl Handler<'_> {
    fn handler(&self, code: &mut Code, imports: &mut Imports) {
        let Self { operation, .. } = self;
        let text = documented(operation.description(), || sentence(operation.name()));
        let mut facts = format!("{text}\n\n`{} {}`", operation.method().word(), operation.path());
        match operation.permission() {
            Some(permission) => facts.push_str(&format!(", needs `{permission}`")),
            None => facts.push_str(", open to anybody"),
        }
        let emitted: Vec<String> =
            emitted(self.entity, operation).map(|event| format!("`{event}`")).collect();
        if !emitted.is_empty() {
            facts.push_str(&format!(", publishes {}", both(&emitted)));
        }
        if let Some(rate) = operation.rate() {
            facts.push_str(&format!(", at most {} for each caller", rate::words(rate)));
        }
        code.doc(&(facts + "."));
        let parameters = [self.authority(imports), format!("{}: Request", self.request_name())];
        code.function(
            &format!("pub async fn {}", operation.name()),
            &parameters,
            "Result<Response>",
            |code| match operation.kind() {
                OperationKind::Create => self.create(code, imports),
                OperationKind::Get => self.get(code, imports),
                OperationKind::List => self.list(code, imports),
                OperationKind::Update => self.update(code, imports),
                OperationKind::Delete => self.delete(code, imports),
                OperationKind::Restore => self.restore(code, imports),
                _ => self.transition(code, imports),
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

    /// What a handler acts by: a permit, which nobody makes without the permission; a context where anybody may call.
    fn authority(&self, imports: &mut Imports) -> String {
        let permission =
            self.operation.permission().as_ref().and_then(|name| self.model.permission(name));
        match permission {
            Some(permission) => {
                imports.add("purlin", "Permit");
                imports.add("crate::permission", permission.resource());
                format!("permit: Permit<{}>", permission.type_path())
            }
            None => {
                imports.add("purlin", "Context");
                "ctx: Context".to_owned()
            }
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
            Some(_) => format!("{name}Repository::for_caller(&permit)"),
            None => format!("{name}Repository::new(&ctx)"),
        }
    }

    /// The calls that come before the one that writes: what it emits.
    fn emitting(&self, imports: &mut Imports) -> Option<String> {
        let event = self.operation.emits().as_ref()?;
        imports.add("crate::events", event.as_str());
        Some(format!(".emitting::<{event}>()"))
    }

    /// The write, with what it emits: `AgentRepository::for_caller(&permit).create(&agent).await?`.
    fn write(&self, code: &mut Code, bind: &str, call: String, imports: &mut Imports) {
        let mut calls: Vec<String> = self.emitting(imports).into_iter().collect();
        calls.extend([call, ".await?".to_owned()]);
        code.chain(bind, &self.repository(self.entity), &calls, ";");
    }

    fn key(&self) -> String {
        let fields: Vec<String> =
            self.entity.key_fields().iter().map(|field| format!("&{}", field.name())).collect();
        match fields.as_slice() {
            [field] => field.clone(),
            _ => format!("({})", fields.join(", ")),
        }
    }

    /// What decides which guarded fields a caller sees and may give.
    fn authority_value(&self) -> &'static str {
        if self.operation.permission().is_some() { "&permit" } else { "&ctx" }
    }

    /// `let input: CreateAgent = request.body()?;`, as far as the caller may give what is in it.
    fn body(&self, code: &mut Code, variable: &str, imports: &mut Imports) {
        let input = input_name(self.entity, self.operation);
        imports.add("super::input", &input);
        let read = match visibility::takes_guarded(self.entity, self.operation) {
            true => {
                let entity = entity_type(self.entity.name(), "super::entity", imports);
                format!(".body_for::<{entity}, _>({})?", self.authority_value())
            }
            false => ".body()?".to_owned(),
        };
        code.chain(&format!("let {variable}: {input} = "), "request", &[read], ";");
    }

    /// `Response::entity(&agent)`, as far as the caller may see it.
    fn answer_entity(&self, code: &mut Code) {
        let (variable, authority) = (self.variable(), self.authority_value());
        match visibility::is_guarded(self.entity) {
            true => {
                code.value("", &format!("Response::entity_for({authority}, &{variable})"), "");
            }
            false => code.line(format!("Response::entity(&{variable})")),
        }
    }

    fn variable(&self) -> String {
        local(self.entity.name())
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
        let before = if bind { format!("let {} = ", local(parent.name())) } else { String::new() };
        let calls = [format!(".get(&{field})"), ".await?".into()];
        code.chain(&before, &self.repository(parent), &calls, ";");
    }
}
