//! What the derives tell one another at compile time: which fields a struct has, what its nested
//! objects call theirs, which values fit a role.

mod role;

use std::marker::PhantomData;

use crate::{Entity, Index, IndexPart, KeyKind, KeyPart, Part, Patch, Projection, Template};

pub use role::{BatchWritable, Restorable, Version, counts, expires, is_deleted, set_by_platform};

/// The fields of a struct deriving `Entity` or `Attribute`, or of one within an `Option` or a `Box`.
#[diagnostic::on_unimplemented(
    message = "the fields of `{Self}` are not known",
    label = "derives neither `Entity` nor `Attribute`",
    note = "derive `purlin::Entity` on the entity, `purlin::Attribute` on nested objects"
)]
pub trait Fields {
    /// The struct.
    type Struct;

    /// Each field's name in Rust, and its attribute's.
    const FIELDS: &'static [(&'static str, &'static str)];

    /// Of an entity, the attributes that no patch sets, besides those of which the entity's own constants tell.
    const FIXED: &'static [&'static str] = &[];

    /// The struct, where it is present.
    fn get(&self) -> Option<&Self::Struct>;
}

impl<T: Fields> Fields for Option<T> {
    type Struct = T::Struct;

    const FIELDS: &'static [(&'static str, &'static str)] = T::FIELDS;

    fn get(&self) -> Option<&T::Struct> {
        self.as_ref()?.get()
    }
}

impl<T: Fields> Fields for Box<T> {
    type Struct = T::Struct;

    const FIELDS: &'static [(&'static str, &'static str)] = T::FIELDS;

    fn get(&self) -> Option<&T::Struct> {
        T::get(self)
    }
}

/// The attribute of a nested object's field. `_object` leads from the entity to the object, and is
/// there for its type.
///
/// # Panics
/// If there is no such field; in a constant this is a compile error.
#[must_use]
#[track_caller]
pub const fn nested_name<E, T: Fields>(_object: fn(&E) -> Option<&T>, field: &str) -> &'static str {
    match attribute(T::FIELDS, field) {
        Some(attribute) => attribute,
        None => panic!("the nested object has no such field"),
    }
}

/// How a nested field is encoded in a key. `_field` leads from the entity to the field, and is there
/// for its type.
#[must_use]
pub const fn nested_kind<E, T: IndexPart>(_field: fn(&E) -> Option<&T>) -> KeyKind {
    T::KIND
}

/// Refuses a value that would be encoded otherwise than the items' own.
///
/// # Panics
/// If the kinds differ; in a constant this is a compile error.
#[track_caller]
pub const fn same_kind<T: KeyPart + ?Sized>(kind: KeyKind) {
    assert!(T::KIND as u8 == kind as u8, "the key's field is of another type");
}

/// A value that a patch can put into a field of type `F`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what the entity holds in this field",
    label = "the entity's field is of another type",
    note = "the entity could not be read any more; it holds `{F}` here"
)]
pub trait Fits<F> {}

impl<T> Fits<T> for T {}

// A patch may set an optional field and never remove it.
impl<T> Fits<Option<T>> for T {}

/// Refuses to patch what no update may change, and what the entity does not have. `_field` leads to the
/// entity's field, and is there for its type.
///
/// # Panics
/// If it is so; in a constant this is a compile error.
#[track_caller]
pub const fn patchable<P, V, F>(attribute: &str, _field: fn(&P::Entity) -> &F)
where
    P: Patch<Entity: Fields>,
    V: Fits<F>,
{
    known(<P::Entity as Fields>::FIELDS, attribute);
    assert!(
        !contains(<P::Entity as Entity>::KEY_ATTRIBUTES, attribute),
        "the primary key of an item cannot be changed"
    );
    assert!(
        !contains(<P::Entity as Entity>::SET_ON_WRITE, attribute),
        "every write sets this field by itself"
    );
    assert!(!is(P::Entity::VERSION, attribute), "the version counts the writes by itself");
    assert!(!is(P::Entity::OWNER, attribute), "the owner of an item cannot be changed");
    if let Some(deletion) = P::Entity::SOFT_DELETE {
        assert!(
            !equal(deletion.attribute, attribute),
            "deleting and restoring an item set this field by themselves\nhelp: call `delete` or `restore` of the repository"
        );
    }
    assert!(
        !contains(<P::Entity as Fields>::FIXED, attribute),
        "no patch sets this field\nhelp: add to a counter with `Changes`, take the steps of a state with `Transition`"
    );
}

/// A type that a projection can read a field of type `F` as.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what the entity holds in this field",
    label = "the entity's field is of another type",
    note = "a projection reads what the entity wrote; write `{F}` here"
)]
pub trait Reads<F> {}

impl<T> Reads<T> for T {}

// With one implementation alone the compiler would not ask the entity what it holds.
impl<T> Reads<Nothing<T>> for T {}

/// What no entity holds.
pub struct Nothing<T>(PhantomData<T>);

/// Refuses to read what the entity does not have. `_field` leads to the entity's field, and is there for its type.
///
/// # Panics
/// If it is so; in a constant this is a compile error.
#[track_caller]
pub const fn projected<P, V, F>(attribute: &str, _field: fn(&P::Entity) -> &F)
where
    P: Projection<Entity: Fields>,
    V: Reads<F>,
{
    known(<P::Entity as Fields>::FIELDS, attribute);
}

/// A projection of the entity `E`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection of `{E}`",
    label = "not a projection of this entity",
    note = "derive `purlin::Projection` and say the entity with `#[projection(entity = {E})]`"
)]
pub trait ProjectionOf<E>: Projection<Entity = E> {}

#[diagnostic::do_not_recommend]
impl<P: Projection> ProjectionOf<P::Entity> for P {}

/// Refuses an index that does not hold whose its items are: a repository bounded to a caller's own would find none.
///
/// # Panics
/// If it is so; in a constant this is a compile error.
#[track_caller]
pub const fn projects<E: Entity, P: ProjectionOf<E>>(index: &Index) {
    let Some(owner) = E::OWNER else { return };
    assert!(
        contains(P::ATTRIBUTES, owner) || is_partitioned_by(index.partition, owner),
        "the index would not tell who owns its items, and callers read their own alone\nhelp: add the owner to the projection, or to the index's partition key"
    );
}

/// An enum of unit variants deriving `Attribute`.
pub trait Texts {
    /// The texts of its values.
    const TEXTS: &'static [&'static str];

    /// The text of this value.
    fn text(&self) -> &'static str;
}

const fn attribute(
    mut fields: &'static [(&'static str, &'static str)],
    field: &str,
) -> Option<&'static str> {
    while let [(name, attribute), rest @ ..] = fields {
        if equal(name, field) {
            return Some(attribute);
        }
        fields = rest;
    }
    None
}

/// Refuses an attribute that no field has.
#[track_caller]
const fn known(fields: &[(&str, &str)], attribute: &str) {
    assert!(
        has(fields, attribute),
        "the entity stores this field under another name\nhelp: rename it with `serde` as there"
    );
}

const fn has(mut fields: &[(&str, &str)], attribute: &str) -> bool {
    while let [(_, name), rest @ ..] = fields {
        if equal(name, attribute) {
            return true;
        }
        fields = rest;
    }
    false
}

const fn contains(mut attributes: &[&str], attribute: &str) -> bool {
    while let [first, rest @ ..] = attributes {
        if equal(first, attribute) {
            return true;
        }
        attributes = rest;
    }
    false
}

/// Whether a whole field of the key is this attribute.
const fn is_partitioned_by(mut partition: Template, attribute: &str) -> bool {
    while let [first, rest @ ..] = partition {
        if let Part::Field { path: [own], .. } = first
            && equal(own, attribute)
        {
            return true;
        }
        partition = rest;
    }
    false
}

const fn is(name: Option<&str>, attribute: &str) -> bool {
    match name {
        Some(name) => equal(name, attribute),
        None => false,
    }
}

/// `==`, which constants do not have for texts.
const fn equal(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([first, a_rest @ ..], [other, b_rest @ ..]) = (a, b) {
        if *first != *other {
            return false;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.is_empty() && b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_as_everywhere() {
        let texts = ["", "a", "ab", "abc", "abd", "b"];
        for (a, b) in texts.iter().flat_map(|a| texts.map(|b| (*a, b))) {
            assert_eq!(equal(a, b), a == b, "{a} and {b}");
        }
    }

    #[test]
    fn a_field_has_the_attribute_beside_it() {
        const FIELDS: &[(&str, &str)] = &[("one", "ONE"), ("two", "TWO")];
        assert_eq!((attribute(FIELDS, "two"), attribute(FIELDS, "TWO")), (Some("TWO"), None));
        assert!(has(FIELDS, "ONE") && !has(FIELDS, "one"));
        assert!(contains(&["ONE", "TWO"], "TWO") && !contains(&["ONE"], "TWO"));
        assert!(is(Some("ONE"), "ONE") && !is(Some("ONE"), "TWO") && !is(None, "ONE"));
    }
}
