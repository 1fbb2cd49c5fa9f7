//! The data layer that is generated, and calls of it: one for each thing that the hand-written one does.

/// The calls of one entity, where `@N` is its name in PascalCase and `@s` in snake_case.
pub(super) const ENTITY: &str = r#"//! What is done with one of the many things that the backend keeps.

use purlin::{Context, Expected, Page, Patch, Timestamp};

use super::{@N, @NConfiguration, @NId, @NRepository, @NRole, @NStatus};
use crate::Answer;
use crate::member::MemberId;

/// What a change may set.
#[derive(Clone, Debug, Default, Patch)]
#[serde(rename_all = "camelCase")]
#[patch(entity = @N)]
pub struct @NPatch {
    pub name: Option<String>,
    pub role: Option<@NRole>,
    pub note: Option<Option<String>>,
    pub due_at: Option<Option<Timestamp>>,
    pub configuration: Option<@NConfiguration>,
}

pub fn create<'a>(ctx: &'a Context, it: &'a @N) -> Answer<'a, ()> {
    Box::pin(async move { @NRepository::new(ctx).create(it).await })
}

pub fn get<'a>(ctx: &'a Context, id: &'a @NId) -> Answer<'a, @N> {
    Box::pin(async move { @NRepository::new(ctx).get(id).await })
}

pub fn update<'a>(
    ctx: &'a Context,
    id: &'a @NId,
    patch: @NPatch,
    version: u64,
) -> Answer<'a, @N> {
    let expected = Expected::Version(version);
    Box::pin(async move { @NRepository::new(ctx).update(id, patch, expected).await })
}

pub fn start<'a>(ctx: &'a Context, id: &'a @NId) -> Answer<'a, @N> {
    Box::pin(async move { @NRepository::new(ctx).start(id, Expected::Any).await })
}

pub fn delete<'a>(ctx: &'a Context, id: &'a @NId) -> Answer<'a, @N> {
    Box::pin(async move { @NRepository::new(ctx).delete(id, Expected::Any).await })
}

pub fn by_member<'a>(
    ctx: &'a Context,
    member_id: &'a MemberId,
    after: Option<String>,
) -> Answer<'a, Page<@N>> {
    Box::pin(async move { @NRepository::new(ctx).by_member(member_id).after(after).page().await })
}

pub fn by_status<'a>(
    ctx: &'a Context,
    status: &'a @NStatus,
    after: Option<String>,
) -> Answer<'a, Page<@N>> {
    Box::pin(async move { @NRepository::new(ctx).by_status(status).after(after).page().await })
}
"#;

/// The calls of the entity that the others belong to.
pub(super) const OWNER: &str = r#"//! What is done with members.

use purlin::{Context, Page};

use super::{Member, MemberId, MemberRepository};
use crate::Answer;

pub fn get<'a>(ctx: &'a Context, id: &'a MemberId) -> Answer<'a, Member> {
    Box::pin(async move { MemberRepository::new(ctx).get(id).await })
}

pub fn by_email<'a>(ctx: &'a Context, email: &'a str) -> Answer<'a, Page<Member>> {
    Box::pin(async move { MemberRepository::new(ctx).by_email(email).page().await })
}
"#;

/// An entity's module: what is generated, and the calls.
pub(super) const MODULE: &str = "\
//! One of the entities.

pub use entity::*;
pub use repository::*;

pub mod calls;
mod entity;
mod repository;
";

/// What stands above the list of modules.
pub(super) const LIBRARY: &str = "\
//! A data layer to measure with.

use std::future::Future;
use std::pin::Pin;

/// What a call comes to, as a server keeps it.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = purlin::Result<T>> + Send + 'a>>;

";

/// What the crate needs, as the generated one does.
pub(super) const DEPENDENCIES: &[&str] = &["garde", "purlin", "schemars", "serde", "serde_json"];
