//! Visibility: what is kept from some callers is told to them nowhere else.

use super::view::{is_hidden, may_be_left_out, operation_kind};
use super::{EntityView, Kind, View};
use crate::draft::{FieldDraft, OperationDraft};
use crate::model::{OperationKind, operation_path_fields};
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        for (name, field) in entity.fields() {
            for permission in [&field.read_by, &field.write_by].into_iter().flatten() {
                super::permission::declared(view, permission, problems);
            }
            if let (true, Some(hidden), Some(read_by)) =
                (is_hidden(field), &field.hidden, &field.read_by)
            {
                let message = format!("`{}` is hidden, and yet some callers see it", name.value);
                problems.push(
                    Problem::new(Code::InapplicableOption, read_by.place, message)
                        .label(hidden.place, "nobody sees it")
                        .help("remove one of the two"),
                );
            }
            if let Some(write_by) = &field.write_by {
                given(view, entity, name, field, write_by, problems);
            }
            if let Some(secret) = Secret::of(entity, name, field) {
                // Elsewhere it is told only because it is told here.
                if let Some(problem) = secret.in_roles().or_else(|| secret.in_primary_key()) {
                    problems.push(problem);
                    continue;
                }
                secret.in_rows(problems);
                secret.in_operations(problems);
                secret.in_uniques(problems);
                secret.in_events(view, problems);
            }
        }
    }
}

/// A limit on who may give a field, where nobody can, or everybody must, would seem to hold.
fn given(
    view: &View<'_>,
    entity: &EntityView<'_>,
    name: &Located<String>,
    field: &FieldDraft,
    write_by: &Located<String>,
    problems: &mut Problems,
) {
    let mut is_input = false;
    for (operation_name, operation) in entity.operations() {
        // Whoever calls an operation that takes the same permission may give the field.
        let holds = operation.permission.as_ref().is_some_and(|held| held.value == write_by.value);
        let creates =
            operation_kind(&operation_name.value, operation) == Some(OperationKind::Create);
        let mut input = operation.input.iter().flatten();
        if let Some(input) = input.find(|input| input.value == name.value) {
            is_input = true;
            if creates && !holds && !may_be_left_out(field) {
                let message = format!(
                    "without `{}` nobody could call `{}`, which needs `{}`",
                    write_by.value, operation_name.value, name.value
                );
                problems.push(
                    Problem::new(Code::InapplicableOption, write_by.place, message)
                        .label(input.place, "needed here")
                        .help(format!(
                            "make the field optional, give it a default, or let the operation need `{}`",
                            write_by.value
                        )),
                );
            }
        }
        if let Some(http) = operation.http.as_ref().filter(|_| creates && !holds)
            && operation_path_fields(&http.value).any(|field| field == name.value)
        {
            let message = format!("the path gives `{}` its value, whoever calls", name.value);
            problems.push(
                Problem::new(Code::InapplicableOption, write_by.place, message)
                    .label(http.place, "given here")
                    .help("remove `write_by`, or take the field from the body"),
            );
        }
    }
    if !is_input && view.resolves_names() {
        let message = format!("no body gives `{}` to begin with", name.value);
        problems.push(
            Problem::new(Code::InapplicableOption, write_by.place, message)
                .help("remove `write_by`, or name the field in the `input` of an operation"),
        );
    }
}

/// A field that some callers do not see, or none does.
struct Secret<'v, 'a> {
    entity: &'v EntityView<'a>,
    name: &'a str,
    field: &'a FieldDraft,
    /// Where it is said to be one.
    place: Place,
    /// The permission that shows it; none where nothing does.
    read_by: Option<&'a str>,
}

impl<'v, 'a> Secret<'v, 'a> {
    fn of(
        entity: &'v EntityView<'a>,
        name: &'a Located<String>,
        field: &'a FieldDraft,
    ) -> Option<Self> {
        let name = name.value.as_str();
        if let Some(hidden) = field.hidden.as_ref().filter(|hidden| hidden.value) {
            return Some(Self { entity, name, field, place: hidden.place, read_by: None });
        }
        let read_by = field.read_by.as_ref()?;
        let shown = Some(read_by.value.as_str());
        Some(Self { entity, name, field, place: read_by.place, read_by: shown })
    }

    /// `how` completes the sentence that begins with who sees the field.
    fn leak(&self, place: Place, how: &str, help: impl Into<String>) -> Problem {
        let who = match self.read_by {
            Some(permission) => format!("is for callers with `{permission}` alone"),
            None => "is hidden".to_owned(),
        };
        let problem =
            Problem::new(Code::LeakedField, place, format!("`{}` {who}, and {how}", self.name));
        if place == self.place { problem } else { problem.label(self.place, "said here") }
            .help(help)
    }

    /// Whether all who may call the operation see the field anyway.
    fn is_known_to_callers(&self, operation: &OperationDraft) -> bool {
        let held = operation.permission.as_ref().map(|permission| permission.value.as_str());
        self.read_by.is_some() && held == self.read_by
    }

    /// What some fields are for tells what they hold.
    fn in_roles(&self) -> Option<Problem> {
        let entity = self.entity;
        let is = |role: Option<&str>| role == Some(self.name);
        let how = if Kind::of(self.field) == Some(Kind::Id) {
            "an id is what an item is called by"
        } else if is(entity.version()) {
            "each answer tells the version in its `ETag`"
        } else if is(entity.owner()) {
            "whoever reaches an item can tell whose it is"
        } else if is(entity.parent()) {
            "an item is found under its parent"
        } else if is(entity.status_field()) {
            "the steps that an item refuses tell its state"
        } else {
            return None;
        };
        let option = if self.read_by.is_some() { "read_by" } else { "hidden" };
        Some(self.leak(self.place, how, format!("remove `{option}`")))
    }

    /// The primary key stands wherever an item is named.
    fn in_primary_key(&self) -> Option<Problem> {
        let entity = self.entity;
        let (partition, sort) = entity.places_in(None);
        let (_, place) = [(&entity.partition, partition), (&entity.sort, sort)]
            .into_iter()
            .find(|(key, _)| key.iter().any(|key| key.fields().any(|field| field == self.name)))?;
        let help = "make the key of fields that everybody sees";
        Some(self.leak(place, "the primary key tells it", help))
    }

    /// Rows hold what is projected, and what their keys are made of.
    fn in_rows(&self, problems: &mut Problems) {
        // Whoever sees the field sees it in a row, too, and others get the row without it.
        if self.read_by.is_some() {
            return;
        }
        for access in &self.entity.accesses {
            let Some(project) = &access.draft.project else { continue };
            if let Some(projected) = project.iter().find(|field| field.value == self.name) {
                let help = "remove it from `project`; `get` reads the whole item";
                problems.push(self.leak(projected.place, "the rows would hold it", help));
            }
            let keys = [&access.partition, &access.sort];
            if keys.into_iter().flatten().any(|key| key.fields().any(|field| field == self.name)) {
                let help = "remove `project`, so that the index holds whole items";
                let how = "the rows hold what their keys are made of";
                problems.push(self.leak(access.name.place, how, help));
            }
        }
    }

    fn in_operations(&self, problems: &mut Problems) {
        let unaware = |(_, operation): &&(Located<String>, OperationDraft)| {
            !self.is_known_to_callers(operation)
        };
        for (_, operation) in self.entity.operations().filter(unaware) {
            let named = |list: &'a Option<Vec<Located<String>>>| {
                list.iter().flatten().find(|field| field.value == self.name)
            };
            // Whoever may ask whether a value is the right one finds it by asking often enough.
            if let Some(filter) = named(&operation.filter) {
                let how = "whoever may filter by it can find out its value";
                problems.push(self.leak(filter.place, how, self.remedy("remove it from `filter`")));
            }
            if let Some(output) = named(&operation.output).filter(|_| self.read_by.is_none()) {
                let help = "remove it from `output`";
                problems.push(self.leak(output.place, "`output` names it", help));
            }
            let Some(http) = &operation.http else { continue };
            if operation_path_fields(&http.value).any(|field| field == self.name) {
                let how = "the path would show it";
                let help = self.remedy("find the item by another field");
                problems.push(self.leak(http.place, how, help));
                continue;
            }
            self.in_order(operation, problems);
        }
    }

    /// The order of a page tells of the values that it follows.
    fn in_order(&self, operation: &OperationDraft, problems: &mut Problems) {
        let Some(written) = &operation.access else { return };
        let Some(access) = self.entity.access(&written.value) else { return };
        // What is in the primary key has been told of as such.
        let Some((_, sort)) =
            self.entity.templates(access).filter(|_| access.draft.index.is_some())
        else {
            return;
        };
        if sort.fields().any(|field| field == self.name) {
            let how = format!("the order of `{}` tells of it", written.value);
            let help = self.remedy("read through a pattern with another sort key");
            problems.push(self.leak(written.place, &how, help));
        }
    }

    /// Whoever may give a value is told whether it is taken.
    fn in_uniques(&self, problems: &mut Problems) {
        let writers = self.field.write_by.as_ref().map(|permission| permission.value.as_str());
        let asked = self.entity.operations().any(|(_, operation)| {
            !self.is_known_to_callers(operation)
                && operation.input.iter().flatten().any(|input| input.value == self.name)
        });
        let is_trusted = writers.is_some() && (self.read_by.is_none() || writers == self.read_by);
        if !asked || is_trusted {
            return;
        }
        for (_, fields) in self.entity.uniques() {
            if let Some(field) = fields.iter().find(|field| field.value == self.name) {
                let how = "whoever may give it is told which values are taken";
                let help = match self.read_by {
                    Some(permission) => format!("add `write_by = \"{permission}\"` to the field"),
                    None => "add `write_by = \"…\"` to the field, with a permission of those who may know".to_owned(),
                };
                problems.push(self.leak(field.place, how, help));
            }
        }
    }

    /// Of what an event carries nobody can say who will read it.
    fn in_events(&self, view: &View<'_>, problems: &mut Problems) {
        let events = view.draft.events.iter().flat_map(|document| document.events.iter().flatten());
        for (_, event) in events {
            if event.entity.as_ref().is_none_or(|about| about.value != self.entity.name) {
                continue;
            }
            let how = "an event tells it to whoever subscribes";
            let named = |field: &&Located<String>| field.value == self.name;
            if let Some(carried) = event.carries.iter().flatten().find(named) {
                problems.push(self.leak(carried.place, how, "remove it from `carries`"));
            }
            let taken = event.sourced().flat_map(|(_, it)| it.was.iter().chain(&it.now));
            for taken in taken.filter(named) {
                problems.push(self.leak(taken.place, how, "remove the field from the event"));
            }
        }
    }

    /// What to do, or else whom to let call.
    fn remedy(&self, what: &str) -> String {
        match self.read_by {
            Some(permission) => format!("{what}, or let the operation need `{permission}`"),
            None => what.to_owned(),
        }
    }
}
