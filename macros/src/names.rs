//! The names that serde gives to fields and variants, by serde's own rules, so that JSON and
//! DynamoDB say the same.

use proc_macro2::Span;
use purlin_schema::{Code, Problem, suggest};
use syn::ext::IdentExt;
use syn::{Ident, Lit, Path};

use crate::arguments::{Argument, Value, arguments};
use crate::faults::Faults;

/// How `rename_all` writes names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Case {
    /// As they are.
    #[default]
    Kept,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: [(&str, Case); 8] = [
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("PascalCase", Case::Pascal),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
];

impl Case {
    /// The name of a field, which serde takes to be in `snake_case`.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::Kept | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => {
                name.split('_').map(|word| first(word, char::to_ascii_uppercase)).collect()
            }
            Self::Camel => first(&Self::Pascal.field(name), char::to_ascii_lowercase),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant, which serde takes to be in `PascalCase`.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::Kept | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => first(name, char::to_ascii_lowercase),
            Self::Snake => {
                let mut snake = String::new();
                for (at, letter) in name.char_indices() {
                    if at > 0 && letter.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                }
                snake
            }
            Self::ScreamingSnake => Self::Snake.variant(name).to_ascii_uppercase(),
            Self::Kebab => Self::Snake.variant(name).replace('_', "-"),
            Self::ScreamingKebab => Self::ScreamingSnake.variant(name).replace('_', "-"),
        }
    }
}

fn first(word: &str, change: fn(&char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |letter| change(&letter).to_string() + letters.as_str())
}

/// What serde puts in the place of an absent field.
#[derive(Clone)]
pub(crate) enum Fallback {
    /// `default`: the type's own default.
    Default,
    /// `default = "path"`: what the function returns.
    Call(Path),
}

/// What serde's attributes say of a type, a field or a variant.
#[derive(Default)]
pub(crate) struct Serde {
    pub(crate) rename: Option<String>,
    pub(crate) rename_all: Case,
    pub(crate) fallback: Option<Fallback>,
    /// `skip_serializing`, which only a hidden field of an entity may have.
    pub(crate) unwritten: Option<Ident>,
}

impl Serde {
    /// Refuses `skip_serializing` where nothing is hidden.
    pub(crate) fn refuse_unwritten(&self, faults: &mut Faults) {
        if let Some(option) = &self.unwritten {
            differs(option, HIDE, faults);
        }
    }
}

/// Serde's options under which JSON would have another shape than the item, and what to do instead:
/// one of the two would be read as what it is not.
const DIVERGENT: [(&str, &str); 13] = [
    ("alias", "items under the old name would not be read: rename them first"),
    ("content", UNIT),
    ("flatten", "write its fields out here, or keep it as an object of its own"),
    ("from", OWN),
    ("into", OWN),
    ("other", "give each value a variant"),
    ("remote", OWN),
    ("skip", HIDE),
    ("skip_deserializing", HIDE),
    ("tag", UNIT),
    ("transparent", OWN),
    ("try_from", OWN),
    ("untagged", UNIT),
];

const UNIT: &str = "use a struct, or an enum of variants without data";
const OWN: &str = "let serde read and write the type's own fields";
const HIDE: &str = "keep the field, and answer with a type that does not have it";

/// Reads serde's attributes, refusing those under which JSON and DynamoDB would differ. Whether a field may be
/// hidden from JSON, the reader of the field knows.
pub(crate) fn serde(attributes: &[syn::Attribute], faults: &mut Faults) -> Serde {
    let mut serde = Serde::default();
    for argument in arguments(attributes, "serde", faults) {
        let Argument::Key(key, value) = argument else { continue };
        match (key.to_string().as_str(), value) {
            ("rename", Value::Literal(Lit::Str(name))) => serde.rename = Some(name.value()),
            ("rename_all", Value::Literal(Lit::Str(case))) => {
                match CASES.iter().find(|(word, _)| *word == case.value()) {
                    Some((_, known)) => serde.rename_all = *known,
                    None => {
                        let place = faults.place(case.span());
                        let message = format!("unknown case `{}`", case.value());
                        faults.push(
                            Problem::new(Code::UnknownKey, place, message)
                                .maybe_help(suggest(&case.value(), CASES.map(|(word, _)| word))),
                        );
                    }
                }
            }
            ("rename" | "rename_all", _) => {
                let help = format!("use one for reading and writing: `{key} = \"…\"`");
                differs(&key, &help, faults);
            }
            ("default", Value::Literal(Lit::Str(path))) => match path.parse() {
                Ok(path) => serde.fallback = Some(Fallback::Call(path)),
                Err(error) => faults.syntax(error),
            },
            ("default", _) => serde.fallback = Some(Fallback::Default),
            ("skip_serializing", Value::Nothing) => serde.unwritten = Some(key),
            (option, _) => {
                if let Some((_, help)) = DIVERGENT.iter().find(|(known, _)| *known == option) {
                    differs(&key, help, faults);
                }
            }
        }
    }
    serde
}

fn differs(option: &Ident, help: &str, faults: &mut Faults) {
    let message = format!("with serde's `{option}`, JSON and DynamoDB would differ");
    faults.at(option.span(), Code::InapplicableOption, message, help);
}

/// The name of a field or variant as written, without Rust's `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// A name as a token, raw where Rust keeps the word for itself.
pub(crate) fn ident(name: &str) -> Ident {
    let span = Span::mixed_site();
    match syn::parse_str::<Ident>(name) {
        // These four have no raw form.
        Err(_) if !matches!(name, "crate" | "self" | "super" | "Self") => {
            Ident::new_raw(name, span)
        }
        _ => Ident::new(name, span),
    }
}
