//! The fields of what a subscriber received: of one event as `event.field`, of several as variables.

use purlin_schema::model::{Event, Field, Subscriber};
use purlin_schema::{Model, Name};

use super::events_name;
use crate::codegen::emit::event::is_copy;
use crate::codegen::rust::Code;

/// What a reaction calls its own, and a field may be called, too.
const LOCALS: &[&str] = &["changes", "fields", "item", "now", "received", "repository"];

/// The event, or the events, that a subscriber reacts to.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) model: &'a Model,
    pub(super) it: &'a Subscriber,
}

impl<'a> Source<'a> {
    fn events(self) -> impl Iterator<Item = &'a Event> {
        self.it.events().iter().filter_map(move |name| self.model.event(name.as_str()))
    }

    fn is_one(self) -> bool {
        self.it.events().len() == 1
    }

    /// Makes fields available.
    pub(super) fn bind(self, code: &mut Code, names: &[&Name]) {
        if self.is_one() {
            return code.line("let event = received.event();");
        }
        let variables: Vec<String> = names.iter().map(|name| variable(name)).collect();
        let all = together(variables.clone());
        let head = "match received.event() {";
        let beside = format!("let {all} = {head}");
        if code.fits(&beside) {
            code.line(beside);
            return self.arms(code, names);
        }
        if code.fits(&format!("let {all} =")) {
            code.line(format!("let {all} ="));
            return code.deeper(|code| {
                code.line(head);
                self.arms(code, names);
            });
        }
        code.list("let (", &variables, &format!(") = {head}"));
        self.arms(code, names);
    }

    /// The arms of the match that tells the events apart.
    fn arms(self, code: &mut Code, names: &[&Name]) {
        code.deeper(|code| {
            for event in self.events() {
                let values: Vec<String> =
                    names.iter().map(|name| self.bound(event, name)).collect();
                let variant = format!("{}::{}", events_name(self.it), event.name());
                let mut pattern = format!("{variant}(event)");
                if !code.fits(&format!("{pattern} => {{")) {
                    code.line(format!("{variant}("));
                    code.deeper(|code| code.line("event,"));
                    pattern = ")".to_owned();
                }
                let value = together(values.clone());
                let open = format!("{pattern} => (");
                if code.fits(&format!("{pattern} => {value},"))
                    || code.fits(&format!("    {value}"))
                {
                    code.arm(&pattern, &value);
                } else if code.fits(&format!("{open} ")) {
                    code.list(&open, &values, "),");
                } else {
                    code.line(format!("{pattern} => {{"));
                    code.deeper(|code| code.list("(", &values, ")"));
                    code.line("}");
                }
            }
        });
        code.line("};");
    }

    /// What a variable holds: a copy, or a reference; an option, should any of the events lack the field.
    fn bound(self, event: &Event, name: &Name) -> String {
        let Some(field) = field(event, name) else { return variable(name) };
        let value = match is_copy(field) {
            true => format!("event.{name}{}", self.as_integer(event, name)),
            false if *field.optional() => return format!("event.{name}.as_ref()"),
            false => format!("&event.{name}"),
        };
        match self.may_lack(name) && !field.optional() {
            true => format!("Some({value})"),
            false => value,
        }
    }

    /// Whether an event may lack a field.
    pub(super) fn may_lack(self, name: &Name) -> bool {
        self.events().any(|event| field(event, name).is_some_and(|field| *field.optional()))
    }

    /// The value of a field, for its own.
    pub(super) fn value(self, name: &Name) -> String {
        let event = self.events().next();
        let is_copy = event.and_then(|event| field(event, name)).is_some_and(is_copy);
        match (self.is_one(), is_copy) {
            (true, true) => {
                let cast = event.map_or("", |event| self.as_integer(event, name));
                format!("event.{name}{cast}")
            }
            (true, false) => format!("event.{name}.clone()"),
            (false, true) => variable(name),
            (false, false) if self.may_lack(name) => format!("{}.cloned()", variable(name)),
            (false, false) => format!("{}.clone()", variable(name)),
        }
    }

    /// The key that these fields are.
    pub(super) fn key(self, names: &[&Name]) -> String {
        let first = self.events().next();
        let borrowed = |name: &&Name| match self.is_one() {
            true => format!("&event.{name}"),
            false if first.and_then(|event| field(event, name)).is_some_and(is_copy) => {
                format!("&{}", variable(name))
            }
            false => variable(name),
        };
        match names {
            [name] => borrowed(name),
            _ => format!("({})", names.iter().map(borrowed).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The count of writes, which no other field is, becomes an integer like others.
    fn as_integer(self, event: &Event, name: &Name) -> &'static str {
        let entity = event.entity().as_ref().and_then(|entity| self.model.entity(entity.as_str()));
        let Some(version) = entity.and_then(|entity| entity.version().as_ref()) else { return "" };
        let carried = event.carried().iter().any(|field| field.name() == name && name == version);
        let sourced = || event.sourced().iter().find(|sourced| sourced.field().name() == name);
        match carried || sourced().is_some_and(|sourced| sourced.of() == version) {
            true => " as i64",
            false => "",
        }
    }
}

/// One as it is, several as a tuple.
fn together(parts: Vec<String>) -> String {
    match &*parts {
        [only] => only.clone(),
        _ => format!("({})", parts.join(", ")),
    }
}

fn variable(name: &Name) -> String {
    match LOCALS.contains(&name.as_str()) {
        true => format!("the_{name}"),
        false => name.to_string(),
    }
}

fn field<'e>(event: &'e Event, name: &Name) -> Option<&'e Field> {
    event.fields().find(|field| field.name() == name)
}
