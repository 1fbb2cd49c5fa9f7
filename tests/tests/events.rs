//! Events under faults: a real table and its stream, and a bus that fails as it is told.

mod bus;
mod direct;
mod order;
mod outage;
mod poison;
mod receipts;
mod riding;
mod shop;
mod sizes;
mod stand;
mod subscribers;
mod trace;
mod versions;
