//! What a caller may do, and to whose resources: permissions, the grants of a role, the permit an operation works under.

use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

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

/// Proof that the caller holds a permission, and how far it reaches. Only
/// [`Context::authorize`](crate::Context::authorize) makes one.
#[derive(Clone, Debug)]
#[must_use = "hand the permit to the repository, so that it keeps to the caller's scope"]
pub struct Permit {
    scope: Scope,
    subject: String,
}

impl Permit {
    pub(crate) fn new(subject: &str, scope: Scope) -> Self {
        Self { scope, subject: subject.to_owned() }
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

    #[test]
    fn a_subject_of_another_form_is_denied() {
        let permit = Permit::new("not a number", Scope::Any);
        let error = permit.subject::<u64>().expect_err("it is not a number");
        assert!(error.is_denied());
        assert_eq!(Permit::new("7", Scope::Any).subject::<u64>().ok(), Some(7));
    }
}
