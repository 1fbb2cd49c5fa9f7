//! The arguments of attributes: `key = value`, `key(…)`, bare words and literals.

use proc_macro2::Span;
use purlin_schema::{Code, Located, Problem, suggest};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Ident, Lit, Path, Token, parenthesized, token};

use crate::faults::Faults;

/// One argument.
pub(crate) enum Argument {
    /// `"order:create"`
    Literal(Lit),
    /// `descending`, `version = version`, `index(…)`
    Key(Ident, Value),
}

/// What stands after a key.
pub(crate) enum Value {
    /// Nothing.
    Nothing,
    /// `= "…"`, `= 1`
    Literal(Lit),
    /// `= Order`
    Path(Path),
    /// `(…)`
    List(Vec<Argument>),
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            return input.parse().map(Self::Literal);
        }
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(token::Paren) {
            let list;
            parenthesized!(list in input);
            Value::List(
                list.call(Punctuated::<_, Token![,]>::parse_terminated)?.into_iter().collect(),
            )
        } else if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            if input.peek(Ident::peek_any) && !input.peek(syn::LitBool) {
                Value::Path(input.call(Path::parse_mod_style)?)
            } else {
                Value::Literal(input.parse()?)
            }
        } else {
            Value::Nothing
        };
        Ok(Self::Key(key, value))
    }
}

/// The arguments of every attribute called `name`.
pub(crate) fn arguments(
    attributes: &[syn::Attribute],
    name: &str,
    faults: &mut Faults,
) -> Vec<Argument> {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match attribute.parse_args_with(Punctuated::<Argument, Token![,]>::parse_terminated) {
            Ok(arguments) => all.extend(arguments),
            Err(error) => faults.syntax(error),
        }
    }
    all
}

/// The entity of `#[patch(entity = Order)]`, where `entity` is the one key there is.
pub(crate) fn entity_of(
    input: &DeriveInput,
    attribute: &str,
    role: &str,
    faults: &mut Faults,
) -> Option<Path> {
    let written = arguments(&input.attrs, attribute, faults);
    let mut keys = Keys::new(written, faults);
    let entity = keys.path("entity", faults);
    if entity.is_none() && !keys.wrote("entity") {
        let message = format!("`{}` names no entity", input.ident);
        let help = format!("add `#[{attribute}(entity = …)]` with the entity {role}");
        faults.at(input.ident.span(), Code::MissingKey, message, help);
    }
    keys.finish(faults);
    entity
}

/// What stands after a key of which the list says more than the word.
pub(crate) enum Either {
    /// `= deleted_at`
    Word(Located<String>),
    /// `(deleted_at, …)`
    List(Span, Vec<Argument>),
}

/// Arguments to be taken by key. What nobody takes is a mistake.
pub(crate) struct Keys {
    entries: Vec<(Ident, Value)>,
    written: Vec<String>,
    known: Vec<&'static str>,
}

impl Keys {
    /// Arguments that are all keys; a literal among them is a mistake.
    pub(crate) fn new(arguments: Vec<Argument>, faults: &mut Faults) -> Self {
        let mut entries = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Key(key, value) => entries.push((key, value)),
                Argument::Literal(literal) => {
                    faults.at(literal.span(), Code::WrongType, "expected a key", "write `key = …`");
                }
            }
        }
        let written = entries.iter().map(|(key, _)| key.to_string()).collect();
        Self { entries, written, known: Vec::new() }
    }

    /// `key = "…"`
    pub(crate) fn text(
        &mut self,
        key: &'static str,
        faults: &mut Faults,
    ) -> Option<Located<String>> {
        let (name, value) = self.take(key, faults)?;
        match value {
            Value::Literal(Lit::Str(text)) => Some(faults.located(text.value(), text.span())),
            _ => wrong(&name, "a string", &format!("{key} = \"…\""), faults),
        }
    }

    /// `key = word`
    pub(crate) fn word(
        &mut self,
        key: &'static str,
        faults: &mut Faults,
    ) -> Option<Located<String>> {
        let (name, value) = self.take(key, faults)?;
        word(&name, &value, faults)
    }

    /// `key = word`, or `key(…)` with the place of the key.
    pub(crate) fn word_or_list(
        &mut self,
        key: &'static str,
        faults: &mut Faults,
    ) -> Option<Either> {
        match self.take(key, faults)? {
            (name, Value::List(list)) => Some(Either::List(name.span(), list)),
            (name, value) => word(&name, &value, faults).map(Either::Word),
        }
    }

    /// `key = 1`
    pub(crate) fn integer(
        &mut self,
        key: &'static str,
        faults: &mut Faults,
    ) -> Option<Located<i64>> {
        let (name, value) = self.take(key, faults)?;
        let Value::Literal(Lit::Int(number)) = value else {
            return wrong(&name, "a whole number", &format!("{key} = 1"), faults);
        };
        match number.base10_parse() {
            Ok(value) => Some(faults.located(value, number.span())),
            Err(error) => {
                faults.syntax(error);
                None
            }
        }
    }

    /// `key = path::To`
    pub(crate) fn path(&mut self, key: &'static str, faults: &mut Faults) -> Option<Path> {
        match self.take(key, faults)? {
            (_, Value::Path(path)) => Some(path),
            (name, _) => wrong(&name, "a type", &format!("{key} = Type"), faults),
        }
    }

    /// `key`
    pub(crate) fn flag(&mut self, key: &'static str, faults: &mut Faults) -> Option<Span> {
        match self.take(key, faults)? {
            (name, Value::Nothing) => Some(name.span()),
            (name, _) => wrong(&name, "no value", key, faults),
        }
    }

    /// Every `key(…)`, with the place of the key.
    pub(crate) fn lists(
        &mut self,
        key: &'static str,
        faults: &mut Faults,
    ) -> Vec<(Span, Vec<Argument>)> {
        self.known.push(key);
        let (taken, kept) = self.entries.drain(..).partition(|(name, _)| name == key);
        self.entries = kept;
        let taken: Vec<(Ident, Value)> = taken;
        taken
            .into_iter()
            .filter_map(|(name, value)| match value {
                Value::List(list) => Some((name.span(), list)),
                _ => wrong(&name, "a list", &format!("{key}(…)"), faults),
            })
            .collect()
    }

    /// Whether the key was written, whatever its value.
    pub(crate) fn wrote(&self, key: &str) -> bool {
        self.written.iter().any(|written| written == key)
    }

    /// A key nobody takes is a misspelt one: ignored, it would seem to hold.
    pub(crate) fn finish(&self, faults: &mut Faults) {
        for (name, _) in &self.entries {
            let unused = self.known.iter().copied();
            let place = faults.place(name.span());
            faults.push(
                Problem::new(Code::UnknownKey, place, format!("unknown key `{name}`"))
                    .maybe_help(suggest(&name.to_string(), unused)),
            );
        }
    }

    fn take(&mut self, key: &'static str, faults: &mut Faults) -> Option<(Ident, Value)> {
        self.known.push(key);
        let first = self.entries.iter().position(|(name, _)| name == key)?;
        let taken = self.entries.remove(first);
        while let Some(again) = self.entries.iter().position(|(name, _)| name == key) {
            let (name, _) = self.entries.remove(again);
            let message = format!("`{key}` is given twice");
            faults.at(name.span(), Code::DuplicateName, message, "remove one");
        }
        Some(taken)
    }
}

fn word(key: &Ident, value: &Value, faults: &mut Faults) -> Option<Located<String>> {
    match value {
        Value::Path(path) if path.get_ident().is_some() => {
            let word = path.get_ident()?;
            Some(faults.located(word.unraw().to_string(), word.span()))
        }
        Value::Literal(Lit::Str(text)) => {
            let help = format!("write `{key} = {}`, without quotes", text.value());
            faults.at(text.span(), Code::WrongType, "expected a name, found a string", help);
            None
        }
        _ => wrong(key, "a name", &format!("{key} = name"), faults),
    }
}

fn wrong<T>(key: &Ident, takes: &str, form: &str, faults: &mut Faults) -> Option<T> {
    let message = format!("`{key}` takes {takes}");
    faults.at(key.span(), Code::WrongType, message, format!("write `{form}`"));
    None
}
