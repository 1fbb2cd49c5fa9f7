//! Two entities: a notebook, and the notes in it.

use purlin::{Attribute, Entity, Id, Patch, Timestamp, Transition};
use schemars::JsonSchema;
use serde::Deserialize;

pub(super) type NoteId = Id<Note>;

#[derive(Clone, Debug, PartialEq, Entity, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "NOTEBOOK#{notebook_id}", sort = "METADATA", owner = user_id)]
pub(super) struct Notebook {
    pub(super) notebook_id: String,
    pub(super) user_id: String,
}

/// A notebook has nothing that can change, so its patch is empty.
#[derive(Patch)]
#[patch(entity = Notebook)]
pub(super) struct Touch {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Attribute, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum NoteStatus {
    Draft,
    Published,
    Archived,
}

#[derive(Clone, Debug, PartialEq, Entity, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "NOTEBOOK#{notebook_id}", sort = "NOTE#{note_id}", id = "note")]
#[entity(version = version, owner = user_id)]
#[entity(access(in_notebook))]
#[entity(index(by_user, on = GSI1, partition = "USER#{user_id}", sort = "NOTE#{status}#{note_id}", descending))]
#[entity(index(by_shelf, on = GSI2, partition = "SHELF#{shelf}", sort = "NOTE#{rank}#{title}"))]
pub(super) struct Note {
    pub(super) notebook_id: String,
    pub(super) note_id: NoteId,
    pub(super) user_id: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) status: NoteStatus,
    pub(super) shelf: Option<String>,
    pub(super) rank: i64,
    pub(super) published_at: Option<Timestamp>,
    #[entity(set = on_write)]
    pub(super) updated_at: Timestamp,
    pub(super) version: u64,
}

impl Note {
    pub(super) const PUBLISH: Transition<Self> =
        Transition::new("publish", "status", &["draft"], "published").stamping(&["publishedAt"]);
    pub(super) const ARCHIVE: Transition<Self> =
        Transition::new("archive", "status", &[], "archived");

    pub(super) fn new(notebook_id: &str, user_id: &str, title: &str) -> Self {
        Self {
            notebook_id: notebook_id.to_owned(),
            note_id: NoteId::new(),
            user_id: user_id.to_owned(),
            title: title.to_owned(),
            body: String::new(),
            status: NoteStatus::Draft,
            shelf: None,
            rank: 0,
            published_at: None,
            updated_at: Timestamp::from_millis(0).expect("in range"),
            version: 1,
        }
    }
}

#[derive(Clone, Default, Patch)]
#[serde(rename_all = "camelCase")]
#[patch(entity = Note)]
pub(super) struct NotePatch {
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
    pub(super) shelf: Option<Option<String>>,
    pub(super) rank: Option<i64>,
}

impl NotePatch {
    pub(super) fn title(title: &str) -> Self {
        Self { title: Some(title.to_owned()), ..Self::default() }
    }
}
