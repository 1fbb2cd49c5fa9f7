//! `src/<entity>/repository.rs`: one method per access pattern, collection and transition.

use purlin_schema::Model;
use purlin_schema::model::{Access, Collection, Entity, Transition};
use purlin_schema::template::{Part, Template};

use super::collection;
use super::entity::row_name;
use super::step::{self, describe};
use super::types::{Home, borrowed, borrowed_at, referent};
use super::words::{documented, sentence};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities() {
        let path = target.path(format!("src/{}/repository.rs", entity.name().snake()));
        files.rust(path, &document(entity.document()), &repository(model, entity));
    }
}

fn repository(model: &Model, entity: &Entity) -> String {
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
        let parameters = ["permit: &purlin::Permit<P>".into()];
        body.function("pub fn for_caller<P>", &parameters, "Self", |body| {
            body.line("Self { base: Repository::for_caller(permit) }");
        });
        body.blank();
        body.doc("The same, each write of which emits the event `V`.");
        emitting(body, entity);
        for access in entity.accesses() {
            body.blank();
            query(body, home, entity, access, &mut imports);
        }
        for collection in entity.collections() {
            body.blank();
            collect(body, home, model, entity, collection, &mut imports);
        }
        for transition in step::steps(entity) {
            body.blank();
            take(body, home, entity, transition, &mut imports);
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

fn query(code: &mut Code, home: Home<'_>, entity: &Entity, access: &Access, imports: &mut Imports) {
    imports.add("purlin", "Query");
    let text = documented(access.description(), || sentence(access.name()));
    code.doc(&format!("{text}\n\n{}", reads(entity, access)));
    let (mut parameters, names) = partition(home, access.partition(), imports);
    parameters.insert(0, "&self".into());
    let returns = returned(home, entity, access, imports);
    code.function(&format!("pub fn {}", access.name()), &parameters, &returns, |code| {
        let call = format!("{}::{}({})", entity.name(), access.name(), names.join(", "));
        code.chain("", "self.base", &[format!(".query({call})")], "");
    });
}

fn emitting(code: &mut Code, entity: &Entity) {
    // Written out, since an entity may be called as the trait is.
    let bound = format!("V: purlin::EventOf<Entity = {}>", entity.name());
    let line = format!("pub fn emitting<{bound}>(self) -> Self {{");
    match code.fits(&line) {
        true => code.line(line),
        false => {
            code.line("pub fn emitting<V>(self) -> Self");
            code.line("where");
            code.deeper(|code| code.line(format!("{bound},")));
            code.line("{");
        }
    }
    code.deeper(|code| code.line("Self { base: self.base.emitting::<V>() }"));
    code.line("}");
}

/// What a pattern reads, in which order, and how it can be narrowed.
fn reads(entity: &Entity, access: &Access) -> String {
    let place = access.index_name().unwrap_or("the table");
    let order = if *access.descending() { "descending" } else { "ascending" };
    let partition = access.partition().as_str();
    let mut text = format!("Reads the partition `{partition}` of {place}");
    if !access.sort().is_constant() {
        text += &format!(" in {order} order of `{}`", access.sort().as_str());
    }
    let fields: Vec<String> = access.narrowing().iter().map(|field| format!("`{field}`")).collect();
    if !fields.is_empty() {
        text += &format!(", and can be narrowed by {}", fields.join(", then by "));
    }
    if row_name(entity, access).is_some() {
        text += ". A row is what the index holds";
    }
    text + "."
}

/// The type of a pattern's query: what can be narrowed, and what its rows are, where it is to be said.
fn returned(home: Home<'_>, entity: &Entity, access: &Access, imports: &mut Imports) -> String {
    let mut arguments = vec![entity.name().to_string()];
    let narrowing = access.narrowing().into_iter().filter_map(|name| entity.field(name));
    let fields: Vec<String> = narrowing.map(|field| referent(home, field, imports)).collect();
    let next = fields.into_iter().rev().reduce(|rest, field| format!("{field}, Next<{rest}>"));
    let row = row_name(entity, access);
    match next {
        Some(next) => {
            imports.add("purlin", "Next");
            arguments.push(format!("Next<{next}>"));
        }
        None if row.is_some() => {
            imports.add("purlin", "End");
            arguments.push("End".into());
        }
        None => {}
    }
    if let Some(row) = row {
        imports.add("purlin", "Projected");
        imports.add(home.path, &row);
        arguments.push(format!("Projected<{row}>"));
    }
    format!("Query<{}>", arguments.join(", "))
}

/// The parameters that a partition's key is made of, and their names.
fn partition(
    home: Home<'_>,
    template: &Template,
    imports: &mut Imports,
) -> (Vec<String>, Vec<String>) {
    let (mut parameters, mut names) = (Vec::new(), Vec::new());
    for placeholder in template.placeholders() {
        let name = placeholder.path.join("_");
        let kind = borrowed_at(home, &placeholder.path, imports);
        if let Some(kind) = kind.filter(|_| !names.contains(&name)) {
            parameters.push(format!("{name}: {kind}"));
            names.push(name);
        }
    }
    (parameters, names)
}

// The runtime's types are written out, since an entity may be called `Order` or `Partition` too.
fn collect(
    code: &mut Code,
    home: Home<'_>,
    model: &Model,
    entity: &Entity,
    collection: &Collection,
    imports: &mut Imports,
) {
    let text = collection::describe(model, entity, collection);
    let key = collection.partition().as_str();
    let place = collection.index().as_deref().unwrap_or("the table");
    code.doc(&format!("{text}\n\nReads the partition `{key}` of {place}."));
    let name = collection::type_name(entity, collection);
    imports.add("super::collection", &name);
    let (mut parameters, _) = partition(home, collection.partition(), imports);
    parameters.insert(0, "&self".into());
    let returns = format!("purlin::Collect<{name}>");
    code.function(&format!("pub fn {}", collection.name()), &parameters, &returns, |code| {
        let start = match collection.index() {
            Some(index) => format!("purlin::Partition::of_index({index:?})"),
            None => "purlin::Partition::of_table()".to_owned(),
        };
        let parts: Vec<String> = collection
            .partition()
            .parts()
            .iter()
            .map(|part| match part {
                Part::Literal(literal) => format!(".literal({literal:?})"),
                Part::Field(placeholder) => format!(".field({})", placeholder.path.join("_")),
            })
            .collect();
        code.chain("let partition = ", &start, &parts, ";");
        let order = if *collection.descending() { "Descending" } else { "Ascending" };
        code.line(format!("self.base.collect(partition, purlin::Order::{order})"));
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

fn take(
    code: &mut Code,
    home: Home<'_>,
    entity: &Entity,
    transition: &Transition,
    imports: &mut Imports,
) {
    let Some(status) = entity.status() else { return };
    imports.all("purlin", &["Expected", "Result"]);
    code.doc(&describe(status, transition));
    let mut parameters = vec!["&self".to_owned()];
    for field in entity.key_fields() {
        parameters.push(format!("{}: {}", field.name(), borrowed(home, field, imports)));
    }
    parameters.push("expected: Expected".into());
    let head = format!("pub async fn {}", transition.name());
    code.function(&head, &parameters, &format!("Result<{}>", entity.name()), |code| {
        let step = step::path(entity, transition);
        let call = format!(".transition({}, {step}, expected)", key(entity));
        code.chain("", "self.base", &[call, ".await".into()], "");
    });
}
