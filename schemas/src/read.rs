//! TOML into drafts: every value with its place, every problem noted, nothing given up early.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::draft::Scalar;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::suggest::{nearest, quoted, suggest};

pub use entries::Table;

mod entries;
mod syntax;

/// Reads the values of one file.
pub(crate) struct Reader<'a> {
    pub(crate) file: u32,
    pub(crate) problems: &'a mut Problems,
    /// Whether the text has syntax errors, so that keys may be missing only because of them.
    pub(crate) broken: bool,
    /// Whether every table and every name in it could be read.
    pub(crate) whole: bool,
    /// Tables with unknown keys, and the values in them.
    pub(crate) doubtful: Vec<Place>,
    /// The key that the value about to be read was given to.
    pub(crate) key: Option<Place>,
}

impl Reader<'_> {
    pub(crate) fn place(&self, range: std::ops::Range<usize>) -> Place {
        Place::new(self.file, range)
    }

    /// Notes that a table was expected, and with it the names it would have declared.
    pub(crate) fn expected_table(&mut self, node: &Spanned<DeValue<'_>>) {
        self.whole = false;
        self.wrong_type(node, "a table", TABLE);
    }

    /// Where a table is said to stand: at its name, or as a whole where it has none.
    pub(crate) fn table_place(&mut self, node: &Spanned<DeValue<'_>>) -> Place {
        self.key.take().unwrap_or_else(|| self.place(node.span()))
    }

    fn wrong_type(&mut self, node: &Spanned<DeValue<'_>>, expected: &str, example: &str) {
        let found = describe(node.get_ref());
        self.problems.push(
            Problem::new(
                Code::WrongType,
                self.place(node.span()),
                format!("expected {expected}, found {found}"),
            )
            .help(format!("write {expected}, for example `{example}`")),
        );
    }
}

/// How a table is written.
pub(crate) const TABLE: &str = "{ … }";

/// What can be read from a TOML value. Reading notes its problems and never stops at one.
pub(crate) trait Read: Sized {
    /// How such a value is written.
    const EXAMPLE: &'static str;

    fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A document as far as it could be read.
pub(crate) struct Document<T> {
    pub(crate) draft: Option<T>,
    /// Whether all that it declares has been read.
    pub(crate) whole: bool,
    /// Places that mean something else than is written, or nothing, because of a problem noted.
    pub(crate) doubtful: Vec<Place>,
}

/// Parses a document.
pub(crate) fn document<T: Read>(file: u32, text: &str, problems: &mut Problems) -> Document<T> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let broken = syntax::report(file, text, table.get_ref(), &errors, problems);
    // What could be recovered is read all the same, so that one run reports as much as it can.
    let node = Spanned::new(0..0, DeValue::Table(table.into_inner()));
    let mut found = Problems::new();
    let whole = broken.is_empty();
    let mut reader = Reader {
        file,
        problems: &mut found,
        broken: !whole,
        whole,
        doubtful: Vec::new(),
        key: None,
    };
    let draft = T::read(&node, &mut reader);
    let Reader { whole, doubtful, .. } = reader;
    if !broken.is_empty() {
        // What the parser made of a part it could not read is no text of the user's.
        found.retain(|problem| !problem.labels.iter().any(|label| broken.holds(label.place)));
    }
    problems.extend(found);
    Document { draft, whole, doubtful }
}

impl<T: Read> Read for Vec<T> {
    const EXAMPLE: &'static str = "[\"…\"]";

    fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Array(items) = node.get_ref() else {
            reader.wrong_type(node, "an array", Self::EXAMPLE);
            return None;
        };
        reader.key = None;
        Some(items.iter().filter_map(|item| T::read(item, reader)).collect())
    }
}

impl<T: Read> Read for Box<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, reader).map(Box::new)
    }
}

macro_rules! leaf {
    ($type:ty, $expected:literal, $example:literal, $from:expr) => {
        impl Read for Located<$type> {
            const EXAMPLE: &'static str = $example;

            fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
                let value: Option<$type> = $from(node.get_ref());
                if value.is_none() {
                    reader.wrong_type(node, $expected, $example);
                }
                value.map(|value| Located::new(value, reader.place(node.span())))
            }
        }
    };
}

leaf!(String, "a string", "\"…\"", |value: &DeValue<'_>| value.as_str().map(str::to_owned));
leaf!(bool, "`true` or `false`", "true", |value: &DeValue<'_>| value.as_bool());
leaf!(i64, "a whole number of 64 bits", "1", integer);
leaf!(f64, "a finite number", "1.5", number);
leaf!(Scalar, "a string, a number or a boolean", "\"…\"", scalar);

fn integer(value: &DeValue<'_>) -> Option<i64> {
    value
        .as_integer()
        .and_then(|integer| i64::from_str_radix(integer.as_str(), integer.radix()).ok())
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(float) => {
            float.as_str().parse().ok().filter(|value: &f64| value.is_finite())
        }
        _ => integer(value).map(|value| value as f64),
    }
}

fn scalar(value: &DeValue<'_>) -> Option<Scalar> {
    match value {
        DeValue::String(text) => Some(Scalar::String(text.to_string())),
        DeValue::Boolean(value) => Some(Scalar::Boolean(*value)),
        DeValue::Integer(_) => integer(value).map(Scalar::Integer),
        DeValue::Float(_) => number(value).map(Scalar::Float),
        _ => None,
    }
}

fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) if integer(value).is_none() => "a number of more than 64 bits",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) if number(value).is_none() => "a number without an end",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// The keys of a table that [`table!`] defines, and what the table is called.
pub(crate) struct Keys<'a> {
    pub(crate) known: &'a [&'a str],
    /// The required keys, each with how its value is written.
    pub(crate) required: &'a [(&'a str, &'a str)],
}

impl Keys<'_> {
    /// Notes unknown and missing keys.
    pub(crate) fn check(&self, table: &DeTable<'_>, place: Place, reader: &mut Reader<'_>) {
        let mut missing: Vec<(&str, &str)> =
            self.required.iter().copied().filter(|(key, _)| !table.contains_key(*key)).collect();
        let unknown: Vec<_> =
            table.iter().filter(|(key, _)| !self.known.contains(&key.get_ref().as_ref())).collect();
        if !unknown.is_empty() {
            // What a misspelt key would have said is not known, so nothing here can be judged by it.
            reader.doubtful.push(place);
            let values: Vec<Place> =
                table.values().map(|value| reader.place(value.span())).collect();
            reader.doubtful.extend(values);
        }
        for (key, value) in unknown {
            let name: &str = key.get_ref();
            if value.get_ref().is_table() {
                reader.whole = false;
            }
            let unused = self.known.iter().copied().filter(|known| !table.contains_key(*known));
            if let Some(meant) = nearest(name, unused.clone()) {
                missing.retain(|(missing, _)| *missing != meant);
            }
            reader.problems.push(
                Problem::new(
                    Code::UnknownKey,
                    reader.place(key.span()),
                    format!("unknown key `{name}`"),
                )
                .maybe_help(suggest(name, unused))
                .or_help("remove it"),
            );
        }
        if !missing.is_empty() && !reader.broken {
            let plural = if missing.len() == 1 { "key" } else { "keys" };
            let message =
                format!("missing {plural} {}", quoted(missing.iter().map(|(key, _)| *key)));
            let added: Vec<String> =
                missing.iter().map(|(key, example)| format!("`{key} = {example}`")).collect();
            let help = format!("add {}", added.join(" and "));
            reader.problems.push(Problem::new(Code::MissingKey, place, message).help(help));
        }
    }
}

/// Defines a table of the language: the draft, how it is read, and its JSON Schema.
///
/// Every key is an `Option` in the draft, so that one missing key does not hide the rest; a
/// missing required key is a problem all the same.
macro_rules! table {
    (
        $(#[$meta:meta])*
        $name:ident {
            required { $( $(#[$rmeta:meta])* $required:ident $(= $rkey:literal)? : $rtype:ty, )* }
            optional { $( $(#[$ometa:meta])* $optional:ident $(= $okey:literal)? : $otype:ty, )* }
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields, extend("required" = Self::REQUIRED))]
        pub struct $name {
            /// Where the table was named, or written where it has no name.
            #[schemars(skip)]
            pub place: Place,
            $( $(#[$rmeta])* $(#[schemars(rename = $rkey)])? pub $required: Option<$rtype>, )*
            $( $(#[$ometa])* $(#[schemars(rename = $okey)])? pub $optional: Option<$otype>, )*
        }

        impl $name {
            const REQUIRED: &'static [&'static str] = &[
                $(crate::read::table!(@key $required $(, $rkey)?),)*
            ];

            /// The table's keys, in the order the language tells of them.
            pub(crate) const KEYS: &'static [&'static str] = &[
                $(crate::read::table!(@key $required $(, $rkey)?),)*
                $(crate::read::table!(@key $optional $(, $okey)?),)*
            ];
        }

        impl crate::read::Read for $name {
            const EXAMPLE: &'static str = crate::read::TABLE;

            fn read(
                node: &toml::Spanned<toml::de::DeValue<'_>>,
                reader: &mut crate::read::Reader<'_>,
            ) -> Option<Self> {
                let toml::de::DeValue::Table(table) = node.get_ref() else {
                    reader.expected_table(node);
                    return None;
                };
                let place = reader.table_place(node);
                let mut draft = Self { place, ..Self::default() };
                crate::read::Keys {
                    known: Self::KEYS,
                    required: &[$((
                        crate::read::table!(@key $required $(, $rkey)?),
                        <$rtype as crate::read::Read>::EXAMPLE,
                    ),)*],
                }
                .check(table, place, reader);
                $(
                    if let Some((key, value)) = table.get_key_value(crate::read::table!(@key $required $(, $rkey)?)) {
                        reader.key = Some(reader.place(key.span()));
                        draft.$required = <$rtype as crate::read::Read>::read(value, reader);
                    }
                )*
                $(
                    if let Some((key, value)) = table.get_key_value(crate::read::table!(@key $optional $(, $okey)?)) {
                        reader.key = Some(reader.place(key.span()));
                        draft.$optional = <$otype as crate::read::Read>::read(value, reader);
                    }
                )*
                Some(draft)
            }
        }
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident, $key:literal) => { $key };
}
pub(crate) use table;
