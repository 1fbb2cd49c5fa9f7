//! Repositories against a store that speaks DynamoDB's wire protocol, through the real SDK client.

mod batch;
mod entity;
mod index;
mod lost_answer;
mod model;
mod ownership;
mod proxy;
mod query;
mod table;
mod write;
