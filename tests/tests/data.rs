//! Repositories against a store that speaks DynamoDB's wire protocol, through the real SDK client.

mod across;
mod batch;
mod changes;
mod collect;
mod cost;
mod deleted;
mod entity;
mod expiry;
mod index;
mod lost_answer;
mod member;
mod model;
mod narrow;
mod ownership;
mod projected;
pub(crate) mod proxy;
mod query;
mod rate;
mod table;
mod unique;
mod write;
