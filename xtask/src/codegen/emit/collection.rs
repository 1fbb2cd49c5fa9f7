//! `src/<entity>/collection.rs`: what is read of several entities in one query.

use purlin_schema::Model;
use purlin_schema::model::{Collection, Entity};
use purlin_schema::template::Template;

use super::words::{article, both, documented};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities().iter().filter(|entity| !entity.collections().is_empty()) {
        let path = target.path(format!("src/{}/collection.rs", entity.name().snake()));
        files.rust(path, &document(entity.document()), &collections(model, entity));
    }
}

/// The collection's type: `ParcelJourney`.
pub(crate) fn type_name(entity: &Entity, collection: &Collection) -> String {
    format!("{}{}", entity.name(), collection.name().pascal())
}

/// What the collection holds, in a sentence.
pub(crate) fn describe(model: &Model, entity: &Entity, collection: &Collection) -> String {
    documented(collection.description(), || {
        let held: Vec<String> = members(model, entity, collection)
            .skip(1)
            .map(|member| match member.many {
                true => format!("its {}", member.entity.plural().spaced()),
                false => format!("the first {}", member.entity.name().spaced()),
            })
            .collect();
        let root = article(&entity.name().spaced());
        super::words::capitalised(&format!("{root} with {}.", both(&held)))
    })
}

/// An entity that a collection reads.
pub(crate) struct Member<'m> {
    pub(crate) entity: &'m Entity,
    /// Whether there may be several.
    pub(crate) many: bool,
    /// Whether only the first item is read.
    pub(crate) first: bool,
}

/// The members, the entity itself before the others.
pub(crate) fn members<'m>(
    model: &'m Model,
    entity: &'m Entity,
    collection: &'m Collection,
) -> impl Iterator<Item = Member<'m>> {
    let named = |name: &purlin_schema::Name| model.entity(name.as_str());
    let many = collection.many().iter().filter_map(named);
    let first = collection.first().iter().filter_map(named);
    [Member { entity, many: false, first: false }]
        .into_iter()
        .chain(many.map(|entity| Member { entity, many: true, first: false }))
        .chain(first.map(|entity| Member { entity, many: false, first: true }))
}

impl Member<'_> {
    /// The field that holds it.
    fn field(&self) -> String {
        if self.many { self.entity.plural().snake() } else { self.entity.name().snake() }
    }

    fn describe(&self, collection: &Collection) -> String {
        let name = self.entity.name().spaced();
        let order = if *collection.descending() { "descending" } else { "ascending" };
        let order = match self.sort(collection) {
            Some(sort) if !sort.is_constant() => format!("in {order} order of `{}`", sort.as_str()),
            _ => format!("in {order} order"),
        };
        match (self.many, self.first) {
            (true, _) => format!("The {}, {order}.", self.entity.plural().spaced()),
            (_, true) => format!("The {name} that comes first {order}."),
            _ => format!("The {name} itself; none where another page holds it."),
        }
    }

    /// What the items are ordered by in the collection's partition.
    fn sort(&self, collection: &Collection) -> Option<&Template> {
        if collection.index().is_none() {
            return Some(self.entity.sort());
        }
        let shared = |access: &&purlin_schema::model::Access| {
            access.index() == collection.index()
                && access.partition().as_str() == collection.partition().as_str()
        };
        self.entity.accesses().iter().find(shared).map(|access| access.sort())
    }
}

fn collections(model: &Model, entity: &Entity) -> String {
    let mut imports = Imports::default();
    imports.add("purlin", "read_member");
    imports.add("schemars", "JsonSchema");
    imports.add("serde", "Serialize");
    let mut body = Code::new();
    for collection in entity.collections() {
        body.blank();
        definition(&mut body, model, entity, collection, &mut imports);
        body.blank();
        implementation(&mut body, model, entity, collection);
    }
    let mut code = Code::new();
    code.file_doc(&format!("What is read in one query with {}.", article(&entity.name().spaced())));
    code.blank();
    imports.write(&mut code);
    code.finish() + body.finish().trim_start_matches('\n')
}

fn definition(
    code: &mut Code,
    model: &Model,
    entity: &Entity,
    collection: &Collection,
    imports: &mut Imports,
) {
    code.doc(&describe(model, entity, collection));
    code.line("#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]");
    code.line("#[serde(rename_all = \"camelCase\")]");
    code.block(&format!("pub struct {}", type_name(entity, collection)), |code| {
        for member in members(model, entity, collection) {
            let name = member.entity.name();
            let path = match name == entity.name() {
                true => "super::entity".to_owned(),
                false => format!("crate::{}", name.snake()),
            };
            imports.add(&path, name.as_str());
            code.doc(&member.describe(collection));
            let kind = if member.many { format!("Vec<{name}>") } else { format!("Option<{name}>") };
            if !member.many {
                code.line("#[serde(skip_serializing_if = \"Option::is_none\")]");
            }
            code.field(&format!("pub {}", member.field()), &kind);
        }
    });
}

// An entity may be called `Member` too, so the runtime's is written out.
fn implementation(code: &mut Code, model: &Model, entity: &Entity, collection: &Collection) {
    let name = type_name(entity, collection);
    code.block(&format!("impl purlin::Collection for {name}"), |code| {
        let text = format!("{:?}", collection.name().as_str());
        code.value("const NAME: &'static str = ", &text, ";");
        code.blank();
        let all: Vec<String> = members(model, entity, collection)
            .map(|member| {
                let how = if member.first { "first" } else { "all" };
                format!("purlin::Member::{how}::<{}>()", member.entity.name())
            })
            .collect();
        code.calls("const MEMBERS: &'static [purlin::Member] = &[", &all, "];");
        code.blank();
        let parameters = ["&mut self".into(), "member: usize".into(), "item: purlin::Item".into()];
        code.function("fn add", &parameters, "purlin::Result<()>", |code| {
            code.block("match member", |code| {
                for (place, member) in members(model, entity, collection).enumerate() {
                    let (pattern, field) = (place.to_string(), member.field());
                    match member.many {
                        true => {
                            let calls = [format!(".{field}"), ".push(read_member(item)?)".into()];
                            code.chain_arm(&pattern, "self", &calls);
                        }
                        false => {
                            code.arm(&pattern, &format!("self.{field} = Some(read_member(item)?)"));
                        }
                    }
                }
                code.line("_ => {}");
            });
            code.line("Ok(())");
        });
    });
}
