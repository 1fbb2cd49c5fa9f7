//! A subscriber that writes to an entity: the item as it is first made, and what changes one that is there.

use purlin_schema::Name;
use purlin_schema::model::{Entity, Field, Type};

use super::source::Source;
use crate::codegen::emit::input::{default, moment};
use crate::codegen::emit::rules::{integer, number};
use crate::codegen::emit::types::{Home, bare};
use crate::codegen::rust::{Code, Imports};

pub(super) struct Projection<'a> {
    pub(super) source: Source<'a>,
    pub(super) entity: &'a Entity,
    /// For each of the entity's fields the event's.
    pub(super) sets: &'a [(Name, Name)],
    pub(super) adds: &'a [(Name, i64)],
}

impl Projection<'_> {
    pub(super) fn write(&self, code: &mut Code, imports: &mut Imports) {
        let Self { source, entity, sets, adds } = self;
        let keys = entity.key_fields();
        let mut used: Vec<&Name> = keys.iter().map(|field| field.name()).collect();
        for (_, event) in *sets {
            if !used.contains(&event) {
                used.push(event);
            }
        }
        source.bind(code, &used);
        let name = entity.name();
        let repository = format!("{name}Repository::new(received.ctx())");
        code.value("let repository = ", &repository, ";");
        self.item(code, imports);
        imports.add("purlin", "Changes");
        code.line(format!("let fields = {name}::fields();"));
        let mut calls = Vec::new();
        for (field, event) in *sets {
            let value = source.value(event);
            calls.push(format!(".set(fields.{field}(), {value})"));
        }
        for (field, amount) in *adds {
            calls.push(format!(".add(fields.{field}(), {})", self.amount(field, *amount)));
        }
        code.chain("let changes = ", "Changes::new()", &calls, ";");
        let call = ".create_or_update(&repository, &item, changes)".to_owned();
        code.chain("Ok(", "Transaction::new()", &[call], ")");
    }

    /// The item as it is where there is none yet.
    fn item(&self, code: &mut Code, imports: &mut Imports) {
        let Self { entity, .. } = self;
        let module = format!("crate::{}", entity.name().snake());
        let home = Home::importing(entity, &module);
        let mut timed = false;
        let values: Vec<String> = entity
            .fields()
            .iter()
            .map(|field| {
                let value = self.first(field, home, &mut timed, imports);
                match field.name().as_str() == value {
                    true => value,
                    false => format!("{}: {value}", field.name()),
                }
            })
            .collect();
        if timed {
            imports.add("purlin", "Timestamp");
            code.line("let now = Timestamp::now();");
        }
        code.list(&format!("let item = {} {{", entity.name()), &values, "};");
    }

    fn first(
        &self,
        field: &Field,
        home: Home<'_>,
        timed: &mut bool,
        imports: &mut Imports,
    ) -> String {
        let Self { source, entity, sets, adds } = self;
        let name = field.name();
        let is_key = entity.key_fields().iter().any(|key| key.name() == name);
        let event = sets.iter().find(|(field, _)| field == name).map(|(_, event)| event);
        if let Some(event) = event.or(is_key.then_some(name)) {
            let value = source.value(event);
            let is_option = !field.optional() || source.may_lack(event);
            return if is_option { value } else { format!("Some({value})") };
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

    fn amount(&self, field: &Name, amount: i64) -> String {
        let kind = self.entity.field(field.as_str()).map(|field| field.kind());
        match kind {
            Some(Type::Number { .. }) => number(amount as f64),
            _ => integer(amount),
        }
    }
}
