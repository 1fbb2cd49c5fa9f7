//! A draft with its names resolved and its templates parsed, for the rules to look at.

use std::collections::HashMap;

use super::Scope;
use crate::draft::{
    AccessDraft, CollectionDraft, Draft, EntityDocument, EventDocument, EventDraft, FamilySection,
    FieldDraft, OperationDraft, SoftDeleteDraft, SubscriberDraft, TtlDraft,
};
use crate::model::OperationKind;
use crate::name::Name;
use crate::place::{Located, Place};
use crate::problem::Problems;
use crate::template::Template;

/// The whole draft.
pub(crate) struct View<'a> {
    pub(crate) draft: &'a Draft,
    pub(crate) scope: Scope,
    pub(crate) entities: Vec<EntityView<'a>>,
    by_name: HashMap<&'a str, usize>,
    events: HashMap<&'a str, (&'a EventDocument, &'a EventDraft)>,
}

/// An entity.
pub(crate) struct EntityView<'a> {
    pub(crate) document: &'a EntityDocument,
    /// The name as written; empty where it is missing.
    pub(crate) name: &'a str,
    pub(crate) name_place: Place,
    pub(crate) partition: Option<Template>,
    pub(crate) sort: Option<Template>,
    pub(crate) accesses: Vec<AccessView<'a>>,
    /// Whether version, owner, parent and status name fields that can be it.
    pub(crate) clear: bool,
}

/// An access pattern.
pub(crate) struct AccessView<'a> {
    pub(crate) name: &'a Located<String>,
    pub(crate) draft: &'a AccessDraft,
    pub(crate) partition: Option<Template>,
    pub(crate) sort: Option<Template>,
}

impl<'a> View<'a> {
    /// Parses the templates, noting those that do not parse.
    pub(crate) fn new(draft: &'a Draft, scope: Scope, problems: &mut Problems) -> Self {
        let entities: Vec<EntityView<'a>> =
            draft.entities.iter().map(|document| EntityView::new(document, problems)).collect();
        let by_name =
            entities.iter().enumerate().rev().map(|(index, entity)| (entity.name, index)).collect();
        let events = draft
            .events
            .iter()
            .flat_map(|document| document.events.iter().flatten().map(move |it| (document, it)))
            .map(|(document, (name, event))| (name.value.as_str(), (document, event)))
            .collect();
        Self { draft, scope, entities, by_name, events }
    }

    pub(crate) fn entity(&self, name: &str) -> Option<&EntityView<'a>> {
        self.by_name.get(name).map(|index| &self.entities[*index])
    }

    pub(crate) fn event(&self, name: &str) -> Option<&'a EventDraft> {
        self.events.get(name).map(|(_, event)| *event)
    }

    /// The family of the event of this name.
    pub(crate) fn family(&self, event: &str) -> Option<&'a FamilySection> {
        self.events.get(event)?.0.family.as_ref()
    }

    /// The subscribers that their documents declare.
    pub(crate) fn subscribers(&self) -> impl Iterator<Item = &'a SubscriberDraft> {
        self.draft.subscribers.iter().filter_map(|document| document.subscriber.as_ref())
    }

    pub(crate) fn entity_names(&self) -> impl Iterator<Item = &'a str> {
        self.entities.iter().map(|entity| entity.name)
    }

    pub(crate) fn event_names(&self) -> impl Iterator<Item = &'a str> {
        self.draft
            .events
            .iter()
            .filter_map(|document| document.events.as_ref())
            .flat_map(|table| table.keys())
    }

    /// Whether a name that does not resolve is a mistake: not where it stands in a document
    /// that could not be read, nor where a macro sees one thing alone.
    pub(crate) fn resolves_names(&self) -> bool {
        self.scope == Scope::Whole && !self.draft.incomplete
    }
}

impl<'a> EntityView<'a> {
    fn new(document: &'a EntityDocument, problems: &mut Problems) -> Self {
        let section = document.entity.as_ref();
        let name = section.and_then(|section| section.name.as_ref());
        let key = section.and_then(|section| section.key.as_ref());
        let mut parse = |text: Option<&Located<String>>| parse(text, problems);
        let mut entity = Self {
            document,
            name: name.map_or("", |name| name.value.as_str()),
            name_place: name.map_or(document.place, |name| name.place),
            partition: parse(key.and_then(|key| key.partition.as_ref())),
            sort: parse(key.and_then(|key| key.sort.as_ref())),
            accesses: document
                .access
                .iter()
                .flatten()
                .map(|(name, draft)| AccessView {
                    name,
                    draft,
                    partition: parse(draft.partition.as_ref()),
                    sort: parse(draft.sort.as_ref()),
                })
                .collect(),
            clear: false,
        };
        entity.clear = super::entity::is_clear(&entity);
        entity
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &'a (Located<String>, FieldDraft)> {
        self.document.fields.iter().flatten()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'a FieldDraft> {
        self.document.fields.as_ref()?.get(name)
    }

    pub(crate) fn field_names(&self) -> impl Iterator<Item = &'a str> {
        self.document.fields.iter().flat_map(|table| table.keys())
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &'a (Located<String>, OperationDraft)> {
        self.document.operations.iter().flatten()
    }

    pub(crate) fn uniques(
        &self,
    ) -> impl Iterator<Item = &'a (Located<String>, Vec<Located<String>>)> {
        self.document.unique.iter().flatten()
    }

    pub(crate) fn collections(
        &self,
    ) -> impl Iterator<Item = &'a (Located<String>, CollectionDraft)> {
        self.document.collections.iter().flatten()
    }

    pub(crate) fn ttl(&self) -> Option<&'a TtlDraft> {
        self.document.entity.as_ref()?.ttl.as_ref()
    }

    pub(crate) fn soft_delete(&self) -> Option<&'a SoftDeleteDraft> {
        self.document.entity.as_ref()?.soft_delete.as_ref()
    }

    pub(crate) fn access(&self, name: &str) -> Option<&AccessView<'a>> {
        self.accesses.iter().find(|access| access.name.value == name)
    }

    pub(crate) fn owner(&self) -> Option<&'a str> {
        self.document.entity.as_ref()?.owner.as_ref().map(|owner| owner.value.as_str())
    }

    pub(crate) fn owner_place(&self) -> Option<Place> {
        self.document.entity.as_ref()?.owner.as_ref().map(|owner| owner.place)
    }

    pub(crate) fn version(&self) -> Option<&'a str> {
        self.document.entity.as_ref()?.version.as_ref().map(|version| version.value.as_str())
    }

    pub(crate) fn parent(&self) -> Option<&'a str> {
        self.document.entity.as_ref()?.parent.as_ref().map(|parent| parent.value.as_str())
    }

    pub(crate) fn status_field(&self) -> Option<&'a str> {
        self.document.status.as_ref()?.field.as_ref().map(|field| field.value.as_str())
    }

    /// The fields of the primary key.
    pub(crate) fn key_fields(&self) -> Vec<&str> {
        let mut fields: Vec<&str> =
            self.partition.iter().chain(&self.sort).flat_map(Template::fields).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The partition and sort templates that a pattern reads by: its own, or the table's.
    pub(crate) fn templates<'v>(
        &'v self,
        access: &'v AccessView<'a>,
    ) -> Option<(&'v Template, &'v Template)> {
        // Keys without an index are refused: which table they are of cannot be told.
        if access.draft.index.is_none() {
            if access.draft.partition.is_some() || access.draft.sort.is_some() {
                return None;
            }
            return Some((self.partition.as_ref()?, self.sort.as_ref()?));
        }
        Some((access.partition.as_ref()?, access.sort.as_ref()?))
    }

    /// The pattern whose keys the entity writes in an index.
    pub(crate) fn access_on(&self, index: &str) -> Option<&AccessView<'a>> {
        self.accesses
            .iter()
            .find(|access| access.draft.index.as_ref().is_some_and(|on| on.value == index))
    }

    /// The partition and sort templates of the entity's items in an index, or in the table itself;
    /// none where they do not appear there.
    pub(crate) fn keys_in(&self, index: Option<&str>) -> Option<(&Template, &Template)> {
        let Some(index) = index else {
            return Some((self.partition.as_ref()?, self.sort.as_ref()?));
        };
        let access = self.access_on(index)?;
        Some((access.partition.as_ref()?, access.sort.as_ref()?))
    }

    /// Where the partition and sort templates of [`Self::keys_in`] are written; where the entity is
    /// named, as far as they are not.
    pub(crate) fn places_in(&self, index: Option<&str>) -> (Place, Place) {
        let (partition, sort) = match index {
            None => {
                let key = self.document.entity.as_ref().and_then(|section| section.key.as_ref());
                (key.and_then(|key| key.partition.as_ref()), key.and_then(|key| key.sort.as_ref()))
            }
            Some(index) => {
                let access = self.access_on(index).map(|access| access.draft);
                (
                    access.and_then(|access| access.partition.as_ref()),
                    access.and_then(|access| access.sort.as_ref()),
                )
            }
        };
        let place = |written: Option<&Located<String>>| {
            written.map_or(self.name_place, |written| written.place)
        };
        (place(partition), place(sort))
    }

    /// The entity's name for several, as written or by default.
    pub(crate) fn plural(&self) -> Name {
        let written = self.document.entity.as_ref().and_then(|section| section.plural.as_ref());
        Name::new(written.map_or_else(
            || format!("{}s", Name::new(self.name).snake()),
            |plural| plural.value.clone(),
        ))
    }
}

/// The type of a field, as far as rules ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Ref,
    String,
    Integer,
    Number,
    Boolean,
    Enum,
    Timestamp,
    Object,
    List,
    Set,
    Map,
    Json,
    /// A type of Rust's, in a hand-written struct.
    Opaque,
}

impl Kind {
    pub(crate) const WORDS: &'static [&'static str] = &[
        "id",
        "ref",
        "string",
        "integer",
        "number",
        "boolean",
        "enum",
        "timestamp",
        "object",
        "list",
        "set",
        "map",
        "json",
    ];

    /// The type a field was given; none where it is missing or unknown.
    pub(crate) fn of(field: &FieldDraft) -> Option<Self> {
        Some(match field.kind.as_ref()?.value.as_str() {
            "id" => Self::Id,
            "ref" => Self::Ref,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "enum" => Self::Enum,
            "timestamp" => Self::Timestamp,
            "object" => Self::Object,
            "list" => Self::List,
            "set" => Self::Set,
            "map" => Self::Map,
            "json" => Self::Json,
            "opaque" => Self::Opaque,
            _ => return None,
        })
    }

    /// Whether a key can hold a value of the type.
    pub(crate) fn fits_key(self) -> bool {
        !matches!(self, Self::Object | Self::List | Self::Set | Self::Map | Self::Json)
    }
}

/// The kind of an operation: as written, or its name.
pub(crate) fn operation_kind(name: &str, operation: &OperationDraft) -> Option<OperationKind> {
    OperationKind::from_word(operation.kind.as_ref().map_or(name, |kind| kind.value.as_str()))
}

pub(crate) fn is_optional(field: &FieldDraft) -> bool {
    field.optional.as_ref().is_some_and(|optional| optional.value)
}

/// Whether a body may lack the field: it may be absent, has a default, or is then empty.
pub(crate) fn may_be_left_out(field: &FieldDraft) -> bool {
    let empty = matches!(Kind::of(field), Some(Kind::List | Kind::Set | Kind::Map))
        && field.min_items.as_ref().is_none_or(|least| least.value <= 0);
    empty || is_optional(field) || field.default.is_some()
}

pub(crate) fn is_counter(field: &FieldDraft) -> bool {
    field.counter.as_ref().is_some_and(|counter| counter.value)
}

pub(crate) fn is_hidden(field: &FieldDraft) -> bool {
    field.hidden.as_ref().is_some_and(|hidden| hidden.value)
}

fn parse(text: Option<&Located<String>>, problems: &mut Problems) -> Option<Template> {
    Template::parse(text?).map_err(|problem| problems.push(problem)).ok()
}
