//! A subscriber that writes to an entity: the item as it is first made, and what changes one that is there.

use purlin_schema::model::{Entity, Field, Subscriber, Type};
use purlin_schema::{Model, Name};

use super::bind;
use crate::codegen::emit::input::{default, moment};
use crate::codegen::emit::types::{Home, bare};
use crate::codegen::rust::{Code, Imports};

pub(super) struct Projection<'a> {
    pub(super) model: &'a Model,
    pub(super) it: &'a Subscriber,
    pub(super) entity: &'a Entity,
    /// For each of the entity's fields the event's.
    pub(super) sets: &'a [(Name, Name)],
    pub(super) adds: &'a [(Name, i64)],
}

impl Projection<'_> {
    pub(super) fn write(&self, code: &mut Code, imports: &mut Imports) {
        let Self { it, entity, sets, adds, .. } = self;
        let mut used: Vec<String> =
            entity.key_fields().iter().map(|field| field.name().to_string()).collect();
        used.extend(sets.iter().map(|(_, event)| event.to_string()));
        used.sort();
        used.dedup();
        bind(code, it, &used);
        let name = entity.name();
        let (repository, item) = (entity.plural().snake(), name.snake());
        code.line(format!("let {repository} = {name}Repository::new(received.ctx());"));
        self.item(code, &item, imports);
        imports.add("purlin", "Changes");
        let mut calls = Vec::new();
        for (field, event) in *sets {
            let value = self.value(event);
            calls.push(format!(".set({name}::fields().{field}(), {value})"));
        }
        for (field, amount) in *adds {
            calls
                .push(format!(".add({name}::fields().{field}(), {})", self.amount(field, *amount)));
        }
        code.chain("let changes = ", "Changes::new()", &calls, ";");
        let call = format!(".create_or_update(&{repository}, &{item}, changes)");
        code.chain("Ok(", "Transaction::new()", &[call], ")");
    }

    /// The item as it is where there is none yet.
    fn item(&self, code: &mut Code, variable: &str, imports: &mut Imports) {
        let Self { entity, .. } = self;
        let module = format!("crate::{}", entity.name().snake());
        let home = Home::importing(entity, &module);
        let mut timed = false;
        let values: Vec<String> = entity
            .fields()
            .iter()
            .map(|field| {
                let value = self.first(field, home, &mut timed, imports);
                format!("{}: {value}", field.name())
            })
            .collect();
        if timed {
            imports.add("purlin", "Timestamp");
            code.line("let now = Timestamp::now();");
        }
        code.list(&format!("let {variable} = {} {{", entity.name()), &values, "};");
    }

    fn first(
        &self,
        field: &Field,
        home: Home<'_>,
        timed: &mut bool,
        imports: &mut Imports,
    ) -> String {
        let Self { entity, sets, adds, .. } = self;
        let name = field.name();
        let is_key = entity.key_fields().iter().any(|key| key.name() == name);
        let event = sets.iter().find(|(field, _)| field == name).map(|(_, event)| event);
        if let Some(event) = event.or(is_key.then_some(name)) {
            let value = self.value(event);
            return if *field.optional() { format!("Some({value})") } else { value };
        }
        if let Some((_, amount)) = adds.iter().find(|(field, _)| field == name) {
            let amount = self.amount(name, *amount);
            return if *field.optional() { format!("Some({amount})") } else { amount };
        }
        if let Some(value) = moment(entity, field, imports) {
            *timed = true;
            return value;
        }
        let status = entity.status().as_ref().filter(|status| status.field() == name);
        match (field.kind(), status) {
            (Type::Id { .. }, _) => format!("{}::new()", bare(home, field, imports)),
            _ if entity.version().as_ref() == Some(name) => "1".into(),
            _ if *field.optional() => "None".into(),
            (Type::Enum { .. }, Some(status)) => {
                format!("{}::{}", bare(home, field, imports), status.initial().pascal())
            }
            (kind, _) => default(kind, field, home, imports),
        }
    }

    /// A field of the event, for its own.
    fn value(&self, event_field: &Name) -> String {
        let event = self.it.events().first().and_then(|name| self.model.event(name.as_str()));
        let field = event.and_then(|event| event.fields().find(|it| it.name() == event_field));
        let is_copy = field.is_some_and(crate::codegen::emit::event::is_copy);
        match (self.it.events().len(), is_copy) {
            (1, true) => format!("event.{event_field}"),
            (1, false) => format!("event.{event_field}.clone()"),
            (_, true) => format!("*{event_field}"),
            (_, false) => format!("{event_field}.clone()"),
        }
    }

    fn amount(&self, field: &Name, amount: i64) -> String {
        let kind = self.entity.field(field.as_str()).map(|field| field.kind());
        match kind {
            Some(Type::Number { .. }) => format!("{amount}.0"),
            _ => amount.to_string(),
        }
    }
}
