//! `src/<entity>/repository.rs`: one method per access pattern and per transition.

use purlin_schema::Model;
use purlin_schema::model::{Access, Entity, Transition};

use super::types::{Home, borrowed, borrowed_at, documented, sentence};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities() {
        let path = target.path(format!("src/{}/repository.rs", entity.name().snake()));
        files.rust(path, &document(entity.document()), &repository(entity));
    }
}

fn repository(entity: &Entity) -> String {
    let name = entity.name();
    let home = Home::importing(entity, "super::entity");
    let mut imports = Imports::default();
    imports.add("std::ops", "Deref");
    imports.add("purlin", "Repository");
    imports.add("super::entity", name.as_str());
    let mut body = Code::new();
    let plural = entity.plural().spaced();
    body.doc(&format!("The {plural} in the table."));
    body.line("#[derive(Clone, Debug)]");
    body.block(&format!("pub struct {name}Repository"), |body| {
        body.line(format!("base: Repository<{name}>,"));
    });
    body.blank();
    body.block(&format!("impl {name}Repository"), |body| {
        body.doc(&format!("All {plural}, for code that acts for no caller."));
        // An entity may be called `Context` too, so the runtime's is written out.
        body.function("pub fn new", &["ctx: &purlin::Context".into()], "Self", |body| {
            body.line("Self { base: Repository::new(ctx) }");
        });
        body.blank();
        body.doc(&format!("The {plural} within the reach of `permit`."));
        let parameters = ["ctx: &purlin::Context".into(), "permit: &purlin::Permit".into()];
        body.function("pub fn for_caller", &parameters, "Self", |body| {
            body.line("Self { base: Repository::for_caller(ctx, permit) }");
        });
        for access in entity.accesses() {
            body.blank();
            query(body, home, entity, access, &mut imports);
        }
        for transition in transitions(entity) {
            body.blank();
            step(body, home, entity, transition, &mut imports);
        }
    });
    body.blank();
    body.block(&format!("impl Deref for {name}Repository"), |body| {
        body.line(format!("type Target = Repository<{name}>;"));
        body.blank();
        body.function("fn deref", &["&self".into()], "&Self::Target", |body| {
            body.line("&self.base")
        });
    });
    let mut code = Code::new();
    code.file_doc(&format!("Reads and writes {plural}."));
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

fn transitions(entity: &Entity) -> &[Transition] {
    entity.status().as_ref().map_or(&[], |status| status.transitions())
}

fn query(code: &mut Code, home: Home<'_>, entity: &Entity, access: &Access, imports: &mut Imports) {
    imports.add("purlin", "Query");
    let place = access.index().as_deref().unwrap_or("the table");
    let pattern = format!("`{}` of {place}.", access.partition().as_str());
    let text = documented(access.description(), || sentence(access.name()));
    code.doc(&format!("{text}\n\nReads the partition {pattern}"));
    let mut parameters = vec!["&self".to_owned()];
    let mut names: Vec<String> = Vec::new();
    for placeholder in access.partition().placeholders() {
        let name = placeholder.path.join("_");
        let kind = borrowed_at(home, &placeholder.path, imports);
        if let Some(kind) = kind.filter(|_| !names.contains(&name)) {
            parameters.push(format!("{name}: {kind}"));
            names.push(name);
        }
    }
    let returns = format!("Query<{}>", entity.name());
    code.function(&format!("pub fn {}", access.name()), &parameters, &returns, |code| {
        let call = format!("{}::{}({})", entity.name(), access.name(), names.join(", "));
        code.chain("", "self.base", &[format!(".query({call})")], "");
    });
}

/// The primary key, as the runtime's methods take it.
pub(crate) fn key(entity: &Entity) -> String {
    let fields = entity.key_fields();
    match fields.as_slice() {
        [field] => field.name().to_string(),
        _ => {
            let names: Vec<String> = fields.iter().map(|field| field.name().to_string()).collect();
            format!("({})", names.join(", "))
        }
    }
}

fn step(
    code: &mut Code,
    home: Home<'_>,
    entity: &Entity,
    transition: &Transition,
    imports: &mut Imports,
) {
    imports.all("purlin", &["Expected", "Result", "Transition"]);
    let from: Vec<String> = transition.from().iter().map(|state| format!("`{state}`")).collect();
    let text = documented(transition.description(), || sentence(transition.name()));
    code.doc(&format!("{text}\n\nFrom {} to `{}`.", either(&from), transition.to()));
    let mut parameters = vec!["&self".to_owned()];
    for field in entity.key_fields() {
        parameters.push(format!("{}: {}", field.name(), borrowed(home, field, imports)));
    }
    parameters.push("expected: Expected".into());
    let head = format!("pub async fn {}", transition.name());
    code.function(&head, &parameters, &format!("Result<{}>", entity.name()), |code| {
        let from: Vec<String> =
            transition.from().iter().map(|state| format!("{:?}", state.as_str())).collect();
        let arguments = [
            format!("{:?}", transition.name().as_str()),
            format!(
                "{:?}",
                entity.status().as_ref().map_or(String::new(), |status| status.field().camel())
            ),
            format!("&[{}]", from.join(", ")),
            format!("{:?}", transition.to().as_str()),
        ];
        let stamp =
            transition.stamps().as_ref().map(|field| format!(".stamping(&[{:?}])", field.camel()));
        let call = format!("Transition::new({})", arguments.join(", "));
        code.chain("let step = ", &call, stamp.as_slice(), ";");
        let call = format!(".transition({}, step, expected)", key(entity));
        code.chain("", "self.base", &[call, ".await".into()], "");
    });
}

/// `a, b or c`
fn either(texts: &[String]) -> String {
    match texts {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => texts.concat(),
    }
}
