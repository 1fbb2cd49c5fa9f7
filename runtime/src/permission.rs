//! What a caller may do, and to whose resources: permissions, the grants of a role, the permit an operation works under.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::repository::not_found;
use crate::{Caller, Entity};

/// The permissions of a platform, as `#[derive(Permissions)]` writes them for an enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of permissions",
    label = "not a set of permissions",
    note = "derive it: `#[derive(Clone, Copy, Permissions)]` on an enum with one unit variant for each permission"
)]
pub trait Permissions: Copy + 'static {
    /// Every permission, in the order of [`index`](Self::index).
    const ALL: &'static [Self];

    /// The names of the roles that hold permissions.
    const ROLES: &'static [&'static str];

    /// The permission's name, for example `agent:create`.
    fn name(self) -> &'static str;

    /// The permission's place in [`ALL`](Self::ALL): less than [`Grants::CAPACITY`].
    fn index(self) -> u32;

    /// What `role` holds, or `None` where there is no such role.
    fn grants(role: &str) -> Option<Grants>;

    /// Whether every use of the permission is told to the audit, rather than only where it is denied.
    fn is_privileged(self) -> bool {
        false
    }
}

/// One permission of a platform as a type, so that a [`Permit`] of another one is of another type.
///
/// `#[derive(Permissions)]` makes one for each variant, beside the enum and as public: `order::Create` for
/// `order:create`. None of them has a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    label = "not a permission",
    note = "`#[derive(Permissions)]` on the catalogue makes a type for each permission: `order::Create` for `order:create`"
)]
pub trait PermissionType: 'static {
    /// The platform's permissions.
    type Catalogue: Permissions;

    /// Which of them it is.
    const PERMISSION: Self::Catalogue;
}

/// The permissions held, each either for the holder's own resources or for anybody's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    // Invariant: `any` is a subset of `held`.
    held: u128,
    any: u128,
}

impl Grants {
    /// How many permissions a platform may have: one bit of a `u128` each.
    pub const CAPACITY: u32 = u128::BITS;

    /// No permission at all.
    pub const NONE: Self = Self { held: 0, any: 0 };

    /// Adds the permission with this index, for the holder's own resources.
    ///
    /// # Panics
    ///
    /// If `index` is not below [`CAPACITY`](Self::CAPACITY); in a constant this is a compile error.
    #[must_use]
    pub const fn own(self, index: u32) -> Self {
        Self { held: self.held | bit(index), any: self.any }
    }

    /// Adds the permission with this index, for anybody's resources.
    ///
    /// # Panics
    ///
    /// If `index` is not below [`CAPACITY`](Self::CAPACITY); in a constant this is a compile error.
    #[must_use]
    pub const fn any(self, index: u32) -> Self {
        Self { held: self.held | bit(index), any: self.any | bit(index) }
    }

    /// Whether all permissions of these bits are held, for whatever resources.
    pub(crate) const fn covers(self, bits: u128) -> bool {
        self.held & bits == bits
    }

    /// Of these grants, those of the permissions of these bits.
    pub(crate) const fn limited_to(self, bits: u128) -> Self {
        Self { held: self.held & bits, any: self.any & bits }
    }

    /// Both these grants and the `other` ones.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self { held: self.held | other.held, any: self.any | other.any }
    }

    /// Whether the permission is held, for whatever resources.
    #[must_use]
    pub const fn holds(self, index: u32) -> bool {
        self.held & bit(index) != 0
    }

    /// Whether the permission is held for anybody's resources.
    #[must_use]
    pub const fn reaches_any(self, index: u32) -> bool {
        self.any & bit(index) != 0
    }
}

const fn bit(index: u32) -> u128 {
    assert!(index < Grants::CAPACITY, "a platform has at most 128 permissions");
    1 << index
}

/// Whose resources an operation may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those owned by this subject; anybody else's do not exist for it.
    Own(String),
    /// Everybody's.
    Any,
}

/// Proof that the caller of a context holds the permission `P`, and how far it reaches.
///
/// Only [`Context::authorize`] makes one, which is what stands before every operation. Nothing else can: it has no
/// constructor and is not cloned, and a permit of another permission is of another type. It holds the context that it
/// was made for, so what is reached with it is reached by that caller.
///
/// ```
/// # use purlin::{Permissions, Permit, Request, Response, Result};
/// # #[derive(Clone, Copy, Permissions)]
/// # enum Permission { #[permission("order:create")] OrderCreate }
/// async fn create(permit: Permit<order::Create>, request: Request) -> Result<Response> {
///     let customer: String = permit.subject()?;
///     Response::ok(&customer)
/// }
/// ```
#[must_use = "make a repository with it, so that it keeps to the caller's scope"]
pub struct Permit<P> {
    ctx: Context,
    subject: String,
    scope: Scope,
    permission: PhantomData<fn() -> P>,
}

impl<P> Permit<P> {
    pub(crate) fn new(ctx: Context, caller: &Caller, scope: Scope) -> Self {
        Self { ctx, subject: caller.subject().to_owned(), scope, permission: PhantomData }
    }

    /// What the permit was made for: the caller's request, with the clients it is served with.
    #[must_use]
    pub fn ctx(&self) -> &Context {
        &self.ctx
    }

    /// Whose resources the caller may reach under this permission.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Who the caller is, as the id that owns what it creates.
    ///
    /// # Errors
    ///
    /// The permission is denied (403) if the credential's subject is not of the form `T` has: such a caller can
    /// own nothing here.
    pub fn subject<T: FromStr>(&self) -> Result<T> {
        self.subject.parse().map_err(|_| {
            Error::new(
                ErrorKind::Denied,
                "permission-denied",
                "the subject of the credential cannot own this kind of resource",
            )
        })
    }

    /// The entity, if it is within the caller's reach: for one that came from elsewhere than a repository made with
    /// this permit, such as an event.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] where it is somebody else's.
    pub fn reach<E: Entity>(&self, entity: E) -> Result<E> {
        match (&self.scope, E::OWNER) {
            (Scope::Own(subject), Some(attribute)) => {
                let item = entity.to_item();
                match crate::repository::is_owned(&item, (attribute, subject)) {
                    true => Ok(entity),
                    false => {
                        self.ctx.note_withheld(E::NAME);
                        Err(not_found(E::NAME))
                    }
                }
            }
            _ => Ok(entity),
        }
    }
}

impl<P: PermissionType> fmt::Debug for Permit<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("permission", &P::PERMISSION.name())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_for_own_resources_does_not_reach_others() {
        let grants = Grants::NONE.own(3).any(127);
        assert!(grants.holds(3) && !grants.reaches_any(3));
        assert!(grants.holds(127) && grants.reaches_any(127));
        assert!(!grants.holds(0) && !grants.reaches_any(0));
    }

    #[test]
    fn a_union_holds_what_either_holds() {
        let grants = Grants::NONE.own(1).union(Grants::NONE.any(1).own(2));
        assert!(grants.reaches_any(1));
        assert!(grants.holds(2) && !grants.reaches_any(2));
    }
}
