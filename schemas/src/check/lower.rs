//! From a checked draft to the model. Whatever is missing here has been reported by a rule.

use super::view::{is_counter, is_hidden, is_optional, operation_kind};
use super::{AccessView, EntityView, Kind, View};
use crate::draft::{AccessKeyDraft, CollectionDraft, FieldDraft, OperationDraft, StatusDraft};
use crate::duration;
use crate::model::{
    Access, AccessKey, Collection, Entity, Field, Method, Model, Operation, OperationKind, Parent,
    Permission, Role, SetOn, SoftDelete, Status, Transition, Ttl, Type, Unique, index,
};
use crate::name::Name;
use crate::place::{Located, Sources};
use crate::rate;
use crate::read::Table;

pub(crate) use event::event;
pub(crate) use subscriber::pattern;

mod event;
mod subscriber;

pub(crate) fn model(view: &View<'_>, sources: &Sources) -> Option<Model> {
    let service = view.draft.service.service.as_ref()?;
    let service_name = &service.name.as_ref()?.value;
    let catalogue = permissions(view)?;
    let entities: Vec<Entity> =
        view.entities.iter().map(|one| entity(view, one, sources)).collect::<Option<_>>()?;
    let families = view
        .draft
        .events
        .iter()
        .map(|document| event::family(view, service_name, document, sources))
        .collect::<Option<_>>()?;
    let documents = view.draft.subscribers.iter();
    let subscribers = documents
        .map(|document| subscriber::subscriber(view, document.subscriber.as_ref()?, sources))
        .collect::<Option<_>>()?;
    Some(Model {
        service: Name::new(service_name),
        description: text(&service.description),
        failure_event: service.failures.as_ref().map(|name| Name::new(&name.value)),
        indexes: index::of(&entities),
        entities,
        families,
        subscribers,
        ..catalogue
    })
}

pub(crate) fn permissions(view: &View<'_>) -> Option<Model> {
    let catalogue = &view.draft.permissions;
    Some(Model {
        service: Name::new(""),
        description: None,
        failure_event: None,
        permissions: catalogue
            .permissions
            .iter()
            .flatten()
            .map(|(name, draft)| {
                let is = |leaf: &Option<Located<bool>>| leaf.as_ref().is_some_and(|it| it.value);
                Some(Permission {
                    name: name.value.clone(),
                    description: text(&draft.description)?,
                    privileged: is(&draft.privileged),
                    by_hand: is(&draft.by_hand),
                })
            })
            .collect::<Option<_>>()?,
        everything: text(&catalogue.everything),
        roles: catalogue
            .roles
            .iter()
            .flatten()
            .map(|(name, role)| Role {
                name: name.value.clone(),
                description: text(&role.description),
                grants: role.grants.iter().flatten().map(|grant| grant.value.clone()).collect(),
            })
            .collect(),
        entities: Vec::new(),
        indexes: Vec::new(),
        families: Vec::new(),
        subscribers: Vec::new(),
    })
}

pub(crate) fn entity(whole: &View<'_>, view: &EntityView<'_>, sources: &Sources) -> Option<Entity> {
    let section = view.document.entity.as_ref()?;
    let parent = section.parent.as_ref().and_then(|name| {
        let entity = view.field(&name.value)?.entity.as_ref()?;
        Some(Parent { field: Name::new(&name.value), entity: Name::new(&entity.value) })
    });
    let lasting = |written: &Option<Located<String>>| {
        written.as_ref().and_then(|written| duration::seconds(written).ok())
    };
    Some(Entity {
        name: Name::new(&section.name.as_ref()?.value),
        plural: view.plural(),
        description: text(&section.description),
        partition: view.partition.clone()?,
        sort: view.sort.clone()?,
        fields: fields(view.document.fields.as_ref()?)?,
        version: name(&section.version),
        owner: name(&section.owner),
        parent,
        status: match &view.document.status {
            Some(draft) => Some(status(draft)?),
            None => None,
        },
        api_key: match &view.document.api_key {
            Some(draft) => Some(api_key(view, draft)?),
            None => None,
        },
        ttl: match &section.ttl {
            Some(ttl) => Some(Ttl { field: name(&ttl.field)?, after: lasting(&ttl.after) }),
            None => None,
        },
        soft_delete: match &section.soft_delete {
            Some(deleted) => {
                Some(SoftDelete { field: name(&deleted.field)?, retain: lasting(&deleted.retain) })
            }
            None => None,
        },
        uniques: view
            .uniques()
            .map(|(name, fields)| Unique {
                name: Name::new(&name.value),
                fields: fields.iter().map(|field| Name::new(&field.value)).collect(),
            })
            .collect(),
        item_kb: whole_number(&section.item_kb).unwrap_or(1),
        accesses: view.accesses.iter().map(|one| access(view, one)).collect::<Option<_>>()?,
        collections: view
            .collections()
            .map(|(name, draft)| collection(view, name, draft))
            .collect::<Option<_>>()?,
        operations: view
            .operations()
            .map(|(name, draft)| operation(whole, name, draft))
            .collect::<Option<_>>()?,
        document: sources.path(view.name_place.file).to_owned(),
    })
}

fn api_key(view: &EntityView<'_>, draft: &AccessKeyDraft) -> Option<AccessKey> {
    Some(AccessKey {
        prefix: text(&draft.prefix)?,
        hash: name(&draft.hash)?,
        shown: name(&draft.shown)?,
        role: name(&draft.role)?,
        permissions: name(&draft.permissions)?,
        last_used: name(&draft.last_used)?,
        finder: Name::new(&super::api_key::finder(view)?.name.value),
    })
}

fn status(draft: &StatusDraft) -> Option<Status> {
    let transition = |(written, transition): &(Located<String>, crate::draft::TransitionDraft)| {
        let to = transition.to.as_ref()?;
        Some(Transition {
            name: Name::new(&written.value),
            description: text(&transition.description),
            from: names(&transition.from),
            to: Name::new(&to.value),
            stamps: draft
                .entered_at
                .as_ref()
                .and_then(|stamps| stamps.get(&to.value))
                .map(|field| Name::new(&field.value)),
            emits: name(&transition.emits),
        })
    };
    Some(Status {
        field: name(&draft.field)?,
        initial: name(&draft.initial)?,
        finals: names(&draft.finals),
        transitions: draft.transitions.iter().flatten().map(transition).collect::<Option<_>>()?,
        emits: name(&draft.emits),
    })
}

fn access(entity: &EntityView<'_>, access: &AccessView<'_>) -> Option<Access> {
    let (partition, sort) = entity.templates(access)?;
    Some(Access {
        name: Name::new(&access.name.value),
        description: text(&access.draft.description),
        index: text(&access.draft.index),
        partition: partition.clone(),
        sort: sort.clone(),
        descending: descending(&access.draft.order),
        projection: access.draft.project.as_ref().map(|_| names(&access.draft.project)),
    })
}

fn collection(
    entity: &EntityView<'_>,
    written: &Located<String>,
    draft: &CollectionDraft,
) -> Option<Collection> {
    let index = draft.index.as_ref().map(|index| index.value.as_str());
    let (partition, _) = entity.keys_in(index)?;
    Some(Collection {
        name: Name::new(&written.value),
        description: text(&draft.description),
        index: text(&draft.index),
        partition: partition.clone(),
        descending: descending(&draft.order),
        many: names(&draft.many),
        first: names(&draft.first).pop(),
    })
}

fn descending(order: &Option<Located<String>>) -> bool {
    order.as_ref().is_some_and(|order| order.value == "descending")
}

fn operation(
    view: &View<'_>,
    written: &Located<String>,
    draft: &OperationDraft,
) -> Option<Operation> {
    let service = view.draft.service.service.as_ref();
    let kind = operation_kind(&written.value, draft)?;
    let (method, path) = draft.http.as_ref()?.value.split_once(' ')?;
    let transition = draft.transition.as_ref().unwrap_or(written);
    Some(Operation {
        name: Name::new(&written.value),
        description: text(&draft.description),
        kind,
        method: Method::from_word(method)?,
        path: path.to_owned(),
        permission: text(&draft.permission),
        input: names(&draft.input),
        output: names(&draft.output),
        access: name(&draft.access),
        filter: names(&draft.filter),
        transition: (kind == OperationKind::Transition).then(|| Name::new(&transition.value)),
        if_match_required: draft
            .if_match
            .as_ref()
            .is_some_and(|written| written.value == "required"),
        emits: name(&draft.emits),
        rate: draft.rate.as_ref().and_then(|written| rate::parse(written).ok()),
        max_write_units: whole_number(&draft.max_write_units)
            .or_else(|| whole_number(&service?.max_write_units)),
        max_read_units: whole_number(&draft.max_read_units)
            .or_else(|| whole_number(&service?.max_read_units)),
    })
}

fn fields(table: &Table<FieldDraft>) -> Option<Vec<Field>> {
    fields_of(table.iter().map(|(name, draft)| (name, draft)))
}

fn fields_of<'a>(
    written: impl Iterator<Item = (&'a Located<String>, &'a FieldDraft)>,
) -> Option<Vec<Field>> {
    written.map(|(name, draft)| field(name, draft)).collect()
}

fn field(written: &Located<String>, draft: &FieldDraft) -> Option<Field> {
    Some(Field {
        name: Name::new(&written.value),
        description: text(&draft.description),
        kind: kind(draft)?,
        optional: is_optional(draft),
        default: draft.default.as_ref().map(|default| default.value.clone()),
        set: draft
            .set
            .as_ref()
            .map(|set| if set.value == "on_write" { SetOn::Write } else { SetOn::Create }),
        counter: is_counter(draft),
        hidden: is_hidden(draft),
        read_by: text(&draft.read_by),
        write_by: text(&draft.write_by),
    })
}

fn kind(draft: &FieldDraft) -> Option<Type> {
    let size = |limit: &Option<Located<i64>>| {
        limit.as_ref().and_then(|limit| u64::try_from(limit.value).ok())
    };
    let number = |limit: &Option<Located<f64>>| limit.as_ref().map(|limit| limit.value);
    // Limits of integers are whole and below 2^53, so the casts lose nothing.
    let integer = |limit: &Option<Located<f64>>| limit.as_ref().map(|limit| limit.value as i64);
    let items = || draft.items.as_ref().and_then(|items| kind(items)).map(Box::new);
    let (min_items, max_items) = (size(&draft.min_items), size(&draft.max_items));
    Some(match Kind::of(draft)? {
        Kind::Id => Type::Id { prefix: draft.prefix.as_ref()?.value.clone() },
        Kind::Ref => Type::Ref { entity: name(&draft.entity)? },
        Kind::String => Type::String {
            min_length: size(&draft.min_length),
            max_length: size(&draft.max_length),
            email: draft.format.is_some(),
        },
        Kind::Integer => {
            Type::Integer { minimum: integer(&draft.minimum), maximum: integer(&draft.maximum) }
        }
        Kind::Number => {
            Type::Number { minimum: number(&draft.minimum), maximum: number(&draft.maximum) }
        }
        Kind::Boolean => Type::Boolean,
        Kind::Enum => Type::Enum { values: names(&draft.values) },
        Kind::Timestamp => Type::Timestamp,
        Kind::Object => Type::Object { fields: fields(draft.fields.as_ref()?)? },
        Kind::List => Type::List { items: items()?, min_items, max_items },
        Kind::Set => Type::Set { items: items()?, min_items, max_items },
        Kind::Map => Type::Map { items: items()?, min_items, max_items },
        Kind::Json => Type::Json,
        Kind::Opaque => Type::Opaque,
    })
}

fn whole_number(leaf: &Option<Located<i64>>) -> Option<u32> {
    leaf.as_ref().and_then(|leaf| u32::try_from(leaf.value).ok())
}

fn text(leaf: &Option<Located<String>>) -> Option<String> {
    leaf.as_ref().map(|leaf| leaf.value.clone())
}

fn name(leaf: &Option<Located<String>>) -> Option<Name> {
    leaf.as_ref().map(|leaf| Name::new(&leaf.value))
}

fn names(list: &Option<Vec<Located<String>>>) -> Vec<Name> {
    list.iter().flatten().map(|leaf| Name::new(&leaf.value)).collect()
}
