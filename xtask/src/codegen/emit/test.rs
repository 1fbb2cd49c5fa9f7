//! `tests/`: for every operation, what it must do and what it must refuse.

use std::collections::BTreeSet;
use std::path::Path;

use purlin_schema::Model;
use purlin_schema::Name;
use purlin_schema::model::{
    Access, Entity, Event, Field, Operation, OperationKind, Role, Transition, Type,
};
use serde_json::Value;

use super::value::{self, Amount};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::parallel;
use crate::codegen::rust::{Code, Imports};

mod access;
mod again;
mod by_hand;
mod different;
mod fixture;
mod gone;
mod json;
mod key;
mod kind;
mod limits;
mod list;
mod permissions;
mod rate;
mod reach;
mod repositories;
mod request;
mod restore;
mod rows;
mod shared;
mod state;
mod unique;
mod visibility;

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    let tested = || model.entities().iter().filter(|entity| !entity.operations().is_empty());
    // A child's suite puts its parent into the table, whether that has operations or not.
    let parents =
        || tested().filter_map(|entity| model.entity(entity.parent().as_ref()?.entity().as_str()));
    let mut entities: Vec<&Entity> = tested().collect();
    for parent in parents() {
        if !entities.iter().any(|entity| entity.name() == parent.name()) {
            entities.push(parent);
        }
    }
    let suites = parallel::map(&entities, |entity| {
        let mut used = BTreeSet::new();
        (suite(model, entity, &mut used), used)
    });
    let mut used = BTreeSet::new();
    for (entity, (text, uses)) in entities.iter().zip(suites) {
        let path = target.path(format!("tests/{}.rs", entity.name().snake()));
        files.rust(path, &document(entity.document()), &text);
        used.extend(uses);
    }
    let path = target.path(format!("tests/{}.rs", repositories::MODULE));
    files.rust(path, Path::new("schemas/entities"), &repositories::write(model));
    let mut modules: Vec<String> = entities.iter().map(|entity| entity.name().snake()).collect();
    modules.push(repositories::MODULE.to_owned());
    let path = target.path(format!("tests/{}.rs", permissions::MODULE));
    files.rust(path, Path::new("schemas"), &permissions::write(model));
    modules.push(permissions::MODULE.to_owned());
    if super::by_hand::is_any(model) {
        let path = target.path(format!("tests/{}.rs", by_hand::MODULE));
        files.rust(path, Path::new("schemas/subscribers"), &by_hand::write(model));
        modules.push(by_hand::MODULE.to_owned());
    }
    let text = shared::write(modules, used);
    files.rust(target.path("tests/main.rs"), Path::new("schemas"), &text);
}

/// An operation under test, and the roles that bear on it.
pub(crate) struct Case<'a> {
    pub(crate) model: &'a Model,
    pub(crate) entity: &'a Entity,
    pub(crate) operation: &'a Operation,
}

fn suite(model: &Model, entity: &Entity, used: &mut BTreeSet<&'static str>) -> String {
    let mut imports = Imports::default();
    imports.add("purlin_local", "Platform");
    if !entity.operations().is_empty() {
        imports.add(&by_hand::home(model), "app");
    }
    imports.add("serde_json", "json");
    let mut body = Code::new();
    fixture::write(&mut body, model, entity, &mut imports);
    for operation in entity.operations() {
        let case = Case { model, entity, operation };
        access::write(&mut body, &case);
        if case.actor().is_some() {
            kind::write(&mut body, &case, &mut imports);
            limits::write(&mut body, &case, &mut imports);
            again::write(&mut body, &case, &mut imports);
            key::write(&mut body, &case, &mut imports);
            rate::write(&mut body, &case, &mut imports);
            visibility::write(&mut body, &case, &mut imports);
        }
    }
    let body = body.finish();
    used.extend(shared::names().filter(|name| imports.has("crate", name)));
    let mut code = Code::new();
    code.file_doc(&format!("The operations on {}.", entity.plural().spaced()));
    code.blank();
    imports.write(&mut code);
    code.finish() + body.trim_start_matches('\n')
}

impl<'a> Case<'a> {
    /// `create`
    pub(crate) fn name(&self) -> String {
        self.operation.name().to_string()
    }

    /// `agents.create`
    pub(crate) fn full_name(&self) -> String {
        super::operation::full_name(self.entity, self.operation)
    }

    /// The roles without the permission.
    pub(crate) fn denied(&self) -> Vec<&'a Role> {
        let Some(permission) = self.operation.permission() else { return Vec::new() };
        self.model.roles().iter().filter(|role| !self.model.holds(role, permission)).collect()
    }

    /// The role that tests the operation: one that reaches only its own, where there is one.
    pub(crate) fn actor(&self) -> Option<&'a Role> {
        let roles = self.model.roles();
        let Some(permission) = self.operation.permission() else { return roles.first() };
        let holds = |role: &&Role| self.model.holds(role, permission);
        self.bounded().or_else(|| roles.iter().find(holds))
    }

    /// A role that holds the permission over its own resources only.
    pub(crate) fn bounded(&self) -> Option<&'a Role> {
        let permission = self.operation.permission().as_ref()?;
        let bounded = |role: &&Role| {
            self.model.holds(role, permission) && !self.model.holds_any(role, permission)
        };
        self.model.roles().iter().find(bounded)
    }

    /// A role that reaches everybody's.
    pub(crate) fn unbounded(&self) -> Option<&'a Role> {
        let permission = self.operation.permission().as_ref()?;
        self.model.roles().iter().find(|role| self.model.holds_any(role, permission))
    }

    /// The step that the operation takes.
    pub(crate) fn step(&self) -> Option<&'a Transition> {
        self.entity.transition(self.operation.transition().as_ref()?.as_str())
    }

    /// The events that the operation emits, and the step that it takes.
    pub(crate) fn emitted(&self) -> Vec<&'a Event> {
        let names = super::operation::emitted(self.entity, self.operation);
        names.filter_map(|name| self.model.event(name.as_str())).collect()
    }

    /// Whether items belong to somebody, so that another's must not be found.
    pub(crate) fn is_owned(&self) -> bool {
        self.entity.owner().is_some()
    }

    pub(crate) fn is(&self, kind: OperationKind) -> bool {
        *self.operation.kind() == kind
    }

    /// The operation that reads an item back by its key, for one who may call it.
    pub(crate) fn reader(&self) -> Option<Case<'a>> {
        let actor = self.actor()?;
        self.entity.operations().iter().map(|operation| Case { operation, ..*self }).find(|case| {
            case.is(OperationKind::Get)
                && case.operation.output().is_empty()
                && case.row().is_none()
                && case
                    .operation
                    .permission()
                    .as_ref()
                    .is_none_or(|permission| self.model.holds(actor, permission))
        })
    }

    /// The pattern that the operation reads through, where its rows are not whole items.
    pub(crate) fn row(&self) -> Option<&'a Access> {
        let access = self.operation.access().as_ref()?;
        self.entity.access(access.as_str()).filter(|access| access.projection().is_some())
    }

    /// The credential of the actor, or of another user in its role; none where none is needed.
    pub(crate) fn credential(&self, number: u32) -> Option<String> {
        let role = self.operation.permission().as_ref().and_then(|_| self.actor())?;
        Some(format!(".as_user({:?}, {number})", role.name()))
    }

    /// Whether what is read is found by who the caller is.
    pub(crate) fn is_found_by_caller(&self) -> bool {
        let Some(owner) = self.entity.owner() else { return false };
        let access =
            self.operation.access().as_ref().and_then(|name| self.entity.access(name.as_str()));
        let known_by = match access {
            Some(access) => access.partition_fields().contains(&owner.as_str()),
            None => self.entity.key_fields().iter().any(|field| field.name() == owner),
        };
        known_by && !self.operation.path_fields().any(|name| name == owner.as_str())
    }

    /// Whether the parent is read first, as its id stands in the path.
    pub(crate) fn reads_parent(&self) -> bool {
        let parent = self.entity.parent().as_ref();
        parent.is_some_and(|parent| {
            self.operation.path_fields().any(|name| name == parent.field().as_str())
        })
    }

    /// The field that says whose the parent is.
    pub(crate) fn parent_owner(&self) -> Option<&'a Name> {
        self.model.entity(self.entity.parent().as_ref()?.entity().as_str())?.owner().as_ref()
    }

    /// The call, up to its credential, with the ids of the path taken from the variable `item`.
    pub(crate) fn call(&self, item: &str) -> Vec<String> {
        self.calls(|field| match field.kind() {
            Type::Id { .. } | Type::Ref { .. } => format!("{item}.{}", field.name()),
            _ if different::fields(self.entity)
                .iter()
                .any(|other| other.name() == field.name()) =>
            {
                format!("{item}.{}", field.name())
            }
            _ => self.text(fixture::initial(self.model, self.entity, field)),
        })
    }

    /// The call with parameters of the right form, under which nothing need stand.
    pub(crate) fn call_anywhere(&self) -> Vec<String> {
        self.calls(|field| self.text(value::value(self.model, field, Amount::Required)))
    }

    fn calls(&self, value: impl Fn(&Field) -> String) -> Vec<String> {
        let fields = self.operation.path_fields().filter_map(|name| self.entity.field(name));
        let parameters =
            fields.map(|field| format!(".path({:?}, {})", field.name().as_str(), value(field)));
        [format!(".request({:?})", self.full_name())].into_iter().chain(parameters).collect()
    }

    /// A parameter's value as a literal.
    fn text(&self, value: Value) -> String {
        value::literal(&value)
    }

    /// A body the operation accepts, as a call; none where it takes none.
    pub(crate) fn body(&self) -> Option<String> {
        (!self.operation.input().is_empty()).then(|| format!("{}_body()", self.name()))
    }
}
