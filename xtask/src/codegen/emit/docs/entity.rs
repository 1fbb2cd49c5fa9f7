//! An entity: its keys and rules, its patterns and collections, and what its operations cost.

use purlin_schema::Model;
use purlin_schema::cost::{self, Cost};
use purlin_schema::model::{Access, Collection, Entity, Operation};
use purlin_schema::template::Template;

use super::{Table, code, duration, list};
use crate::codegen::emit::collection::{self, members};
use crate::codegen::emit::entity::{describe, row_fields, row_name};

pub(super) fn write(page: &mut String, model: &Model, entity: &Entity) {
    *page += &format!("\n## {}\n\n{}\n\n", entity.name(), describe(entity));
    for fact in facts(model, entity) {
        *page += &format!("- {fact}\n");
    }
    if !entity.accesses().is_empty() {
        *page += "\n### Access patterns\n\n";
        patterns(page, model, entity);
    }
    if !entity.collections().is_empty() {
        *page += "\n### Collections\n\n";
        collections(page, model, entity);
    }
    if !entity.operations().is_empty() {
        *page += "\n### Operations\n\n";
        operations(page, model, entity);
    }
}

/// What holds of every item.
fn facts(model: &Model, entity: &Entity) -> Vec<String> {
    let mut facts = vec![
        format!("Key: {} and {}", template(entity.partition()), template(entity.sort())),
        format!("Costs are for items of {} KB", entity.item_kb()),
    ];
    if let Some(owner) = entity.owner() {
        facts.push(format!("Belongs to the user named by `{owner}`"));
    }
    if let Some(parent) = entity.parent() {
        facts.push(format!("Is made within the {} named by `{}`", parent.entity(), parent.field()));
    }
    if let Some(version) = entity.version() {
        facts.push(format!("`{version}` counts the writes"));
    }
    let counters: Vec<String> = entity
        .fields()
        .iter()
        .filter(|field| *field.counter())
        .map(|field| code(field.name().as_str()))
        .collect();
    if !counters.is_empty() {
        facts.push(format!("Only added to: {}", counters.join(", ")));
    }
    for unique in entity.uniques() {
        let fields: Vec<String> =
            unique.fields().iter().map(|field| code(field.as_str())).collect();
        facts.push(format!("No two share {} (`{}`)", fields.join(" and "), unique.name()));
    }
    if let Some(ttl) = entity.ttl() {
        let after = match ttl.after() {
            Some(seconds) => format!(", {} after it was made", duration(*seconds)),
            None => String::new(),
        };
        facts.push(format!("Expires at `{}`{after}", ttl.field()));
    }
    if let Some(soft) = entity.soft_delete() {
        let kept = match soft.retain() {
            Some(seconds) => format!("can be restored for {}", duration(*seconds)),
            None => "can be restored until it is purged".to_owned(),
        };
        facts.push(format!("Once deleted, which `{}` tells, {kept}", soft.field()));
    }
    let of = collections_of(model, entity);
    if !of.is_empty() {
        facts.push(format!("Also read by {}", of.join(", ")));
    }
    facts
}

/// The collections of other entities that hold items of this one.
fn collections_of(model: &Model, entity: &Entity) -> Vec<String> {
    let mut found = Vec::new();
    for root in model.entities().iter().filter(|root| root.name() != entity.name()) {
        for collection in root.collections() {
            let mut named = collection.many().iter().chain(collection.first());
            if named.any(|name| name == entity.name()) {
                found.push(format!("`{}.{}`", root.name(), collection.name()));
            }
        }
    }
    found
}

fn template(template: &Template) -> String {
    code(template.as_str())
}

fn place(index: Option<&str>) -> String {
    index.map_or_else(|| "the table".to_owned(), code)
}

fn patterns(page: &mut String, model: &Model, entity: &Entity) {
    let mut rows = Table::new(&[
        "Pattern",
        "Reads",
        "Partition",
        "Sort",
        "Narrowed by",
        "A row is",
        "Read units a page",
    ]);
    for access in entity.accesses() {
        let narrowing = access.narrowing().into_iter().map(code).collect();
        rows.row([
            code(access.name().as_str()),
            place(access.index_name()),
            template(access.partition()),
            format!("{}{}", template(access.sort()), arrow(access.sort(), *access.descending())),
            list(narrowing),
            row(entity, access),
            cost::pattern(model, entity, access).read_units.to_string(),
        ]);
    }
    *page += &rows.text;
}

/// The direction that a pattern is read in, where it makes a difference.
fn arrow(sort: &Template, descending: bool) -> &'static str {
    match (sort.is_constant(), descending) {
        (true, _) => "",
        (false, true) => " ↓",
        (false, false) => " ↑",
    }
}

fn row(entity: &Entity, access: &Access) -> String {
    if row_name(entity, access).is_none() {
        return "the item".into();
    }
    list(row_fields(entity, access).map(|field| code(field.name().as_str())).collect())
}

fn collections(page: &mut String, model: &Model, entity: &Entity) {
    let mut rows = Table::new(&["Collection", "Reads", "Partition", "Holds", "Read units"]);
    for collection in entity.collections() {
        rows.row([
            code(collection.name().as_str()),
            place(collection.index().as_deref()),
            template(collection.partition()),
            held(model, entity, collection),
            cost::collection(model, entity, collection).read_units.to_string(),
        ]);
    }
    *page += &rows.text;
}

fn held(model: &Model, entity: &Entity, collection: &Collection) -> String {
    let held = members(model, entity, collection).map(|member| {
        let collection::Member { entity, many, first } = member;
        match (many, first) {
            (true, _) => entity.plural().spaced(),
            (_, true) => format!("the first {}", entity.name().spaced()),
            _ => format!("the {}", entity.name().spaced()),
        }
    });
    list(held.collect())
}

fn operations(page: &mut String, model: &Model, entity: &Entity) {
    let mut rows = Table::new(&[
        "Operation",
        "Route",
        "Requests",
        "Read units",
        "Write units",
        "Budget",
        "What they go to",
    ]);
    for operation in entity.operations() {
        let cost = cost::of(model, entity, operation);
        let route = format!("{} {}", operation.method().word(), operation.path());
        rows.row([
            code(operation.name().as_str()),
            code(&route),
            cost.requests.to_string(),
            cost.read_units.to_string(),
            cost.write_units.to_string(),
            budget(operation),
            spent(&cost),
        ]);
    }
    *page += &rows.text;
}

fn budget(operation: &Operation) -> String {
    let read = operation.max_read_units().map(|units| format!("{units} read"));
    let write = operation.max_write_units().map(|units| format!("{units} write"));
    list(read.into_iter().chain(write).collect())
}

fn spent(cost: &Cost) -> String {
    cost.notes.join("; ")
}
