//! Guarded fields: seen by callers with one permission, given by callers with another.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::permission::{PermissionType, Permissions as _, Permit, Scope};
use crate::{Caller, Entity};

/// A field of an entity that not every caller sees, or may give; [`Entity::GUARDED`] lists them.
///
/// ```
/// # use purlin::{Guarded, Permissions};
/// # #[derive(Clone, Copy, Permissions)]
/// # enum Permission { #[permission("member:manage")] MemberManage }
/// const EMAIL: Guarded = Guarded::new("email").read_by::<member::Manage>();
/// # fn main() {}
/// ```
#[derive(Clone, Copy)]
pub struct Guarded {
    attribute: &'static str,
    read_by: Option<Needed>,
    write_by: Option<Needed>,
}

/// A permission as a value. What [`PermissionType`] says of it no constant can call.
#[derive(Clone, Copy)]
struct Needed {
    name: fn() -> &'static str,
    index: fn() -> u32,
}

impl Needed {
    const fn of<P: PermissionType>() -> Self {
        Self { name: || P::PERMISSION.name(), index: || P::PERMISSION.index() }
    }
}

impl Guarded {
    /// The field that is stored as `attribute`, seen and given by everybody.
    #[must_use]
    pub const fn new(attribute: &'static str) -> Self {
        Self { attribute, read_by: None, write_by: None }
    }

    /// The same, seen only by callers who hold `P`.
    #[must_use]
    pub const fn read_by<P: PermissionType>(self) -> Self {
        Self { read_by: Some(Needed::of::<P>()), ..self }
    }

    /// The same, given only by callers who hold `P`.
    #[must_use]
    pub const fn write_by<P: PermissionType>(self) -> Self {
        Self { write_by: Some(Needed::of::<P>()), ..self }
    }

    /// Whether some of the fields are seen by some callers only.
    pub(crate) const fn conceal(mut fields: &[Self]) -> bool {
        while let [first, rest @ ..] = fields {
            if first.read_by.is_some() {
                return true;
            }
            fields = rest;
        }
        false
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |needed: &Option<Needed>| needed.map(|needed| (needed.name)());
        f.debug_struct("Guarded")
            .field("attribute", &self.attribute)
            .field("read_by", &name(&self.read_by))
            .field("write_by", &name(&self.write_by))
            .finish()
    }
}

/// What a handler acts by: the permit of its permission, or the context where anybody may call.
///
/// It decides which guarded fields an answer shows and a body may give. A grant that reaches everybody's resources
/// counts everywhere; one that reaches the holder's own counts there alone.
pub trait Authority: sealed::Sealed {
    #[doc(hidden)]
    fn caller(&self) -> Option<&Caller>;

    /// Whether nothing but the caller's own is reached.
    #[doc(hidden)]
    fn is_bounded(&self) -> bool;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::Context {}

    impl<P> Sealed for crate::Permit<P> {}
}

impl Authority for Context {
    fn caller(&self) -> Option<&Caller> {
        Self::caller(self)
    }

    fn is_bounded(&self) -> bool {
        false
    }
}

impl<P> Authority for Permit<P> {
    fn caller(&self) -> Option<&Caller> {
        self.ctx().caller()
    }

    fn is_bounded(&self) -> bool {
        matches!(self.scope(), Scope::Own(_))
    }
}

/// How far a permission of the caller's reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Nothing,
    Own,
    Any,
}

fn reach(authority: &impl Authority, needed: Needed) -> Reach {
    let (index, grants) = ((needed.index)(), authority.caller().map(Caller::grants));
    match grants {
        Some(grants) if grants.reaches_any(index) => Reach::Any,
        Some(grants) if grants.holds(index) => Reach::Own,
        _ => Reach::Nothing,
    }
}

/// The parts of answers about `E` that a caller does not see.
pub(crate) struct Veil<'a> {
    /// Fields that the caller sees of no item.
    never: Vec<&'static str>,
    /// Fields that the caller sees of its own items.
    own: Vec<&'static str>,
    owner: Option<&'static str>,
    caller: Option<&'a Caller>,
    is_bounded: bool,
}

impl<'a> Veil<'a> {
    pub(crate) fn of<E: Entity>(authority: &'a impl Authority) -> Self {
        let (mut never, mut own) = (Vec::new(), Vec::new());
        for field in E::GUARDED {
            match field.read_by.map(|needed| reach(authority, needed)) {
                None | Some(Reach::Any) => {}
                // What belongs to nobody is reached by whoever holds the permission.
                Some(Reach::Own) if E::OWNER.is_none() => {}
                Some(Reach::Own) => own.push(field.attribute),
                Some(Reach::Nothing) => never.push(field.attribute),
            }
        }
        let (caller, is_bounded) = (authority.caller(), authority.is_bounded());
        Self { never, own, owner: E::OWNER, caller, is_bounded }
    }

    /// Whether the caller sees everything.
    pub(crate) fn is_open(&self) -> bool {
        self.never.is_empty() && self.own.is_empty()
    }

    /// `value` as JSON, without what the caller does not see.
    ///
    /// # Errors
    ///
    /// Internal if `value` cannot be written as JSON.
    pub(crate) fn over<T: Serialize + ?Sized>(&self, value: &T) -> Result<Value> {
        let mut value = serde_json::to_value(value).map_err(Error::internal)?;
        if let Value::Object(fields) = &mut value {
            if !self.own.is_empty() && !self.is_own(fields) {
                self.own.iter().for_each(|name| drop(fields.remove(*name)));
            }
            self.never.iter().for_each(|name| drop(fields.remove(*name)));
        }
        Ok(value)
    }

    /// Whose an item is stands in it; where it was left out, the caller's reach is all that tells.
    fn is_own(&self, fields: &Map<String, Value>) -> bool {
        match self.owner.and_then(|owner| fields.get(owner)) {
            Some(owner) => self.caller.is_some_and(|caller| owner == caller.subject()),
            None => self.is_bounded,
        }
    }
}

/// The guarded fields of `E` that the caller sees, and of which items: a text that is the same where that is.
pub(crate) fn seen<E: Entity>(authority: &impl Authority) -> String {
    let sees = |field: &Guarded| match reach(authority, field.read_by?) {
        Reach::Any => Some(format!("{} of any", field.attribute)),
        Reach::Own => Some(format!("{} of its own", field.attribute)),
        Reach::Nothing => None,
    };
    E::GUARDED.iter().filter_map(sees).collect::<Vec<_>>().join(", ")
}

/// The fields of `E` that no body of the caller's may give, each with the permission that it takes.
///
/// Whose the item is that a body changes is not known before it is read, so a grant for the caller's own counts
/// where the operation reaches nothing else.
pub(crate) fn withheld<E: Entity>(authority: &impl Authority) -> Vec<(&'static str, &'static str)> {
    let may_give = |needed: Needed| match reach(authority, needed) {
        Reach::Any => true,
        Reach::Own => E::OWNER.is_none() || authority.is_bounded(),
        Reach::Nothing => false,
    };
    let refused = |field: &Guarded| {
        let needed = field.write_by.filter(|needed| !may_give(*needed))?;
        Some((field.attribute, (needed.name)()))
    };
    E::GUARDED.iter().filter_map(refused).collect()
}

#[cfg(test)]
mod tests;
