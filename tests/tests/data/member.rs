//! A member: with values that no two share, an expiry, a soft deletion, and whatever else a field can be.

use std::collections::{BTreeMap, BTreeSet};

use purlin::{Attribute, Entity, Timestamp};

#[derive(Clone, Debug, PartialEq, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "MEMBER#{member_id}", sort = "METADATA", version = version, owner = user_id)]
#[entity(ttl = expires_at, soft_delete = deleted_at)]
#[entity(unique(email(email), seat(club, number)))]
#[entity(index(by_club, on = GSI1, partition = "CLUB#{club}", sort = "MEMBER#{joined_at}"))]
#[entity(index(by_city, on = GSI2, partition = "CITY#{address.city}", sort = "MEMBER#{member_id}"))]
#[entity(access(itself))]
pub(super) struct Member {
    pub(super) member_id: String,
    pub(super) user_id: String,
    pub(super) email: String,
    pub(super) club: Option<String>,
    pub(super) number: Option<i64>,
    pub(super) points: i64,
    pub(super) tags: BTreeSet<String>,
    pub(super) visits: Vec<String>,
    pub(super) counts: BTreeMap<String, i64>,
    pub(super) address: Option<Address>,
    pub(super) home: Option<Address>,
    pub(super) joined_at: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) deleted_at: Option<Timestamp>,
    #[entity(set = on_write)]
    pub(super) updated_at: Timestamp,
    pub(super) version: u64,
}

#[derive(Clone, Debug, PartialEq, Attribute)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    pub(super) city: String,
    pub(super) labels: BTreeSet<String>,
    pub(super) floor: i64,
}

impl Address {
    pub(super) fn new(city: &str) -> Self {
        Self { city: city.to_owned(), labels: BTreeSet::new(), floor: 0 }
    }
}

impl Member {
    pub(super) fn new(member_id: &str, email: &str) -> Self {
        let then = Timestamp::from_millis(0).expect("in range");
        Self {
            member_id: member_id.to_owned(),
            user_id: "user_1".to_owned(),
            email: email.to_owned(),
            club: None,
            number: None,
            points: 0,
            tags: BTreeSet::new(),
            visits: Vec::new(),
            counts: BTreeMap::new(),
            address: None,
            home: None,
            joined_at: then,
            expires_at: None,
            deleted_at: None,
            updated_at: then,
            version: 1,
        }
    }

    /// With an expiry so many seconds from now, or ago.
    pub(super) fn expiring(self, seconds: i64) -> Self {
        Self { expires_at: Some(in_seconds(seconds)), ..self }
    }
}

pub(super) fn in_seconds(seconds: i64) -> Timestamp {
    let millis = Timestamp::now().as_millis() + seconds * 1000;
    Timestamp::from_millis(millis).expect("in range")
}

pub(super) fn texts(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
