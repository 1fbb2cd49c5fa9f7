//! Keys: the parts they are built of, and the text in which each part sorts by its value.
//!
//! A key is a template's literals and encoded values. No encoded value holds a `#`, which stands between
//! any two of them, so two different tuples of values never make the same key.

mod decode;
mod encode;
mod render;

pub(crate) use decode::decode;
pub(crate) use render::{IndexKey, PrimaryKey, Values, check_partition, render};

/// How a value is encoded in a key, which follows from its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A text, an id, a timestamp or an enum: as it is, with every byte up to `$` written as `$XX`.
    Text,
    /// An integer: a sign letter and zero-padded digits.
    Integer,
    /// A finite number: sixteen hexadecimal digits.
    Number,
    /// `false` or `true`.
    Boolean,
}

/// One part of a key's template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that every key has.
    Literal(&'static str),
    /// The encoded value of an attribute.
    Field {
        /// The attribute's name, then the names inside it, for example `["configuration", "model"]`.
        path: &'static [&'static str],
        /// How the value is encoded.
        kind: KeyKind,
    },
}

/// What a key is built of, in order.
pub type Template = &'static [Part];

/// A value that can be a part of a key.
///
/// Byte order of what is written is the order of the values, followed by the key's end or by `#`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "not a key part",
    note = "a key is built of texts, integers, finite numbers, booleans, timestamps, ids and enums",
    note = "an optional field can be part of an index key, never of the primary key"
)]
pub trait KeyPart {
    /// How the value is encoded.
    const KIND: KeyKind;

    /// Appends the encoded value to a key.
    fn write(&self, out: &mut String);
}

/// A field that can be part of an index key: any [`KeyPart`], or an `Option` of one.
///
/// An item whose part is absent is left out of the index.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of an index key",
    label = "not a key part",
    note = "a key is built of texts, integers, finite numbers, booleans, timestamps, ids and enums"
)]
pub trait IndexPart {
    /// How the value is encoded where it is present.
    const KIND: KeyKind;
}

impl<T: KeyPart> IndexPart for T {
    const KIND: KeyKind = T::KIND;
}

impl<T: KeyPart> IndexPart for Option<T> {
    const KIND: KeyKind = T::KIND;
}

impl<T: KeyPart + ?Sized> KeyPart for &T {
    const KIND: KeyKind = T::KIND;

    fn write(&self, out: &mut String) {
        T::write(self, out);
    }
}

impl KeyPart for str {
    const KIND: KeyKind = KeyKind::Text;

    fn write(&self, out: &mut String) {
        encode::text(self, out);
    }
}

impl KeyPart for String {
    const KIND: KeyKind = KeyKind::Text;

    fn write(&self, out: &mut String) {
        encode::text(self, out);
    }
}

impl KeyPart for bool {
    const KIND: KeyKind = KeyKind::Boolean;

    fn write(&self, out: &mut String) {
        encode::boolean(*self, out);
    }
}

/// Only finite numbers have a place in a key: NaN and the infinities are written as nothing, which no
/// number is, so that they match no item.
impl KeyPart for f64 {
    const KIND: KeyKind = KeyKind::Number;

    fn write(&self, out: &mut String) {
        if self.is_finite() {
            encode::number(*self, out);
        }
    }
}

macro_rules! integer {
    ($($integer:ty)*) => { $(
        impl KeyPart for $integer {
            const KIND: KeyKind = KeyKind::Integer;

            fn write(&self, out: &mut String) {
                encode::integer(i128::from(*self), out);
            }
        }
    )* };
}

integer!(i8 i16 i32 i64 u8 u16 u32 u64);

#[cfg(test)]
mod tests;
