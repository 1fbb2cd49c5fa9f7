//! Operations: what callers can do.

use super::model;
use crate::name::Name;

model! {
    /// An operation.
    Operation {
        /// The name, in snake_case.
        name: Name,
        /// What it does.
        description: Option<String>,
        /// Its kind.
        kind: OperationKind,
        /// The HTTP method.
        method: Method,
        /// The path, with `{field}` where a field's value goes.
        path: String,
        /// The permission the caller needs; none where the operation is public.
        permission: Option<String>,
        /// The fields that the body may set.
        input: Vec<Name>,
        /// The fields it answers with; none where it answers with all.
        output: Vec<Name>,
        /// The access pattern it reads through.
        access: Option<Name>,
        /// The fields that a query parameter may narrow a page to.
        filter: Vec<Name>,
        /// The transition it takes.
        transition: Option<Name>,
        /// Whether the caller must name the version it has read.
        if_match_required: bool,
        /// The event it publishes.
        emits: Option<Name>,
        /// How often one caller may call it; none where as often as it likes.
        rate: Option<Rate>,
        /// The most write units that a call may cost: its own budget, or else the service's.
        max_write_units: Option<u32>,
        /// The most read units that a call may cost: its own budget, or else the service's.
        max_read_units: Option<u32>,
    }
}

model! {
    /// How often one caller may call an operation.
    Rate {
        /// So many calls …
        count: u32,
        /// … in this time.
        per: Per,
        /// How many calls may come at once.
        burst: u32,
    }
}

impl Operation {
    /// The fields named in the path, in order.
    pub fn path_fields(&self) -> impl Iterator<Item = &str> {
        path_fields(&self.path)
    }
}

/// The fields named in a path, in order.
pub(crate) fn path_fields(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident = $text:literal, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $( $(#[$doc])* $variant, )* }

        impl $name {
            /// Every word there is.
            pub const WORDS: &'static [&'static str] = &[$($text),*];

            /// The value of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)* _ => None }
            }

            /// The word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

words! {
    /// What an operation does.
    OperationKind {
        /// Makes an item.
        Create = "create",
        /// Reads one item.
        Get = "get",
        /// Reads a page of items.
        List = "list",
        /// Changes some fields of an item.
        Update = "update",
        /// Deletes an item.
        Delete = "delete",
        /// Brings a deleted item back.
        Restore = "restore",
        /// Moves an item from state to state.
        Transition = "transition",
    }
}

words! {
    /// An HTTP method.
    Method {
        /// `GET`
        Get = "GET",
        /// `POST`
        Post = "POST",
        /// `PUT`
        Put = "PUT",
        /// `PATCH`
        Patch = "PATCH",
        /// `DELETE`
        Delete = "DELETE",
    }
}

words! {
    /// The time that a rate is for.
    Per {
        /// A second.
        Second = "s",
        /// A minute.
        Minute = "min",
        /// An hour.
        Hour = "h",
    }
}

impl Per {
    /// How many seconds it lasts.
    #[must_use]
    pub fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 60 * 60,
        }
    }
}
