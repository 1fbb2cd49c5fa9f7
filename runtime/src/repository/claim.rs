//! Claims: small items that hold the values which no two items of an entity share.
//!
//! A claim lies under a key made of the entity, the rule and the values. Whoever writes an item with such values puts
//! the claim in the same transaction, on condition that nobody else holds it.

use aws_sdk_dynamodb::types::AttributeValue;

use super::Expression;
use super::alive::{TTL, vacant};
use super::store::ENTITY;
use super::write::{Kind, Subject, Write};
use crate::entity::Shape;
use crate::key::{self, PrimaryKey};
use crate::{Item, Result, Unique};

/// What keys of the repository's own items begin with. No template writes it: literals hold no `$`, and in a value
/// two hexadecimal digits follow it.
const CLAIM: &str = "$UNIQUE";

/// The sort key of the repository's own items.
pub(super) const OWN_SORT: &str = "$";

/// What such items have in the place of an entity's name.
const KIND: &str = "$unique";

/// The attribute that names the item whose claim it is.
const HOLDER: &str = "_holder";

/// The claim to one combination of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    rule: usize,
    key: String,
}

/// The claims of an item: one for each rule all of whose fields it has.
pub(super) fn claims(shape: &Shape, item: &Item) -> Result<Vec<Claim>> {
    let mut claims = Vec::with_capacity(shape.unique.len());
    for (rule, unique) in shape.unique.iter().enumerate() {
        let mut key = format!("{CLAIM}#{}#{}", shape.name, unique.name);
        let mut is_whole = true;
        for part in unique.fields {
            match key::render(std::slice::from_ref(part), item)? {
                Some(value) => {
                    key.push('#');
                    key.push_str(&value);
                }
                None => is_whole = false,
            }
        }
        if is_whole {
            key::check_partition(&key)?;
            claims.push(Claim { rule, key });
        }
    }
    Ok(claims)
}

/// Whether a change of this attribute may change a claim, or when it expires.
pub(super) fn depends_on(shape: &Shape, attribute: &str) -> bool {
    !shape.unique.is_empty()
        && (shape.ttl == Some(attribute)
            || shape
                .unique
                .iter()
                .any(|unique| super::follow::attributes(unique.fields).any(|of| of == attribute)))
}

/// What names the item in its claims. No key holds a line's end.
pub(super) fn holder(item: &Item) -> String {
    PrimaryKey::of(item).map(|key| format!("{}\n{}", key.partition, key.sort)).unwrap_or_default()
}

impl Claim {
    /// The write that takes the value, or keeps it.
    pub(super) fn stake(
        self,
        shape: &'static Shape,
        holder: &str,
        ttl: Option<&AttributeValue>,
    ) -> Write {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let mut expression = Expression::default();
        let vacant = vacant(shape.may_expire(), &mut expression);
        let (name, value) = (expression.name(HOLDER), expression.value(text(holder)));
        let mut item = Item::from([
            ("PK".to_owned(), text(&self.key)),
            ("SK".to_owned(), text(OWN_SORT)),
            (ENTITY.to_owned(), text(KIND)),
            (HOLDER.to_owned(), text(holder)),
        ]);
        item.extend(ttl.map(|ttl| (TTL.to_owned(), ttl.clone())));
        Write {
            kind: Kind::Put(item),
            condition: format!("{vacant} OR {name} = {value}"),
            expression,
            subject: Subject::Claim(shape, self.unique(shape)),
        }
    }

    /// The write that gives the value up. An item written before the rule was has no claim to give up.
    pub(super) fn release(self, holder: &str) -> Write {
        let mut expression = Expression::default();
        let name = expression.name(HOLDER);
        let value = expression.value(AttributeValue::S(holder.to_owned()));
        Write {
            kind: Kind::Delete(PrimaryKey { partition: self.key, sort: OWN_SORT.to_owned() }),
            condition: format!("attribute_not_exists(PK) OR {name} = {value}"),
            expression,
            subject: Subject::Bookkeeping,
        }
    }

    fn unique(&self, shape: &'static Shape) -> &'static Unique {
        // Invariant: a claim is made of one of the shape's own rules.
        &shape.unique[self.rule]
    }
}
