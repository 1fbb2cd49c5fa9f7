//! The named fields of a struct, with the names of their attributes.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use purlin_schema::draft::FieldDraft;
use purlin_schema::{Code, Located};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Fields, GenericArgument, Ident, PathArguments, Token, Type, Visibility,
};

use crate::arguments::Argument;
use crate::faults::Faults;
use crate::names::{Case, Fallback, Serde, plain, serde};

/// A field.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) visibility: &'a Visibility,
    pub(crate) ty: &'a Type,
    pub(crate) attributes: &'a [syn::Attribute],
    /// The name in Rust, without `r#`: what a key template says.
    pub(crate) name: String,
    /// The name in JSON and DynamoDB.
    pub(crate) attribute: String,
    pub(crate) fallback: Option<Fallback>,
    /// Whether serde never writes it.
    pub(crate) unwritten: bool,
}

impl Field<'_> {
    /// The type within `Option<…>`, or the type itself.
    pub(crate) fn present(&self) -> &Type {
        within_option(self.ty).unwrap_or(self.ty)
    }

    /// The type as a parameter is borrowed: `str` for a `String`, and `T` for an `Option<T>`.
    pub(crate) fn borrowed(&self) -> TokenStream {
        match self.present() {
            Type::Path(path) if path.path.is_ident("String") => quote! { str },
            ty => quote! { #ty },
        }
    }

    /// What the schema's checks need to know of the field.
    pub(crate) fn draft(&self, faults: &mut Faults) -> (Located<String>, FieldDraft) {
        let place = faults.place(self.ident.span());
        let draft = FieldDraft {
            place,
            kind: Some(Located::new("opaque".to_owned(), place)),
            optional: within_option(self.ty).map(|_| Located::new(true, place)),
            ..FieldDraft::default()
        };
        (Located::new(self.name.clone(), place), draft)
    }
}

/// The `T` of `Option<T>`, as far as it is written so: a macro sees no types, only their names.
pub(crate) fn within_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The fields of a struct with named fields; anything else is a mistake, told in the words of
/// `what`, for example `an entity`.
pub(crate) fn named<'a>(
    input: &'a DeriveInput,
    what: &str,
    faults: &mut Faults,
) -> Option<&'a Punctuated<syn::Field, Token![,]>> {
    let at = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(&fields.named),
            Fields::Unnamed(fields) => fields.span(),
            Fields::Unit => input.ident.span(),
        },
        Data::Enum(data) => data.enum_token.span,
        Data::Union(data) => data.union_token.span,
    };
    let message = format!("{what} is a struct with named fields");
    let help = format!("write `struct {} {{ … }}`", input.ident);
    faults.at(at, Code::WrongType, message, help);
    None
}

/// The stored fields of a struct: named, with attributes that differ and that nothing else uses.
pub(crate) fn stored<'a>(
    input: &'a DeriveInput,
    what: &str,
    faults: &mut Faults,
) -> Option<(Serde, Vec<Field<'a>>)> {
    let container = serde(&input.attrs, faults);
    container.refuse_unwritten(faults);
    let fields = named(input, what, faults)?;
    let mut known: HashMap<String, &Ident> = HashMap::new();
    let mut stored = Vec::new();
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let field = read(field, ident, container.rename_all, faults);
        if let Some(first) = known.insert(field.attribute.clone(), ident) {
            let message =
                format!("`{first}` and `{ident}` are both stored as `{}`", field.attribute);
            faults.at(ident.span(), Code::DuplicateName, message, "rename one");
        }
        stored.push(field);
    }
    Some((container, stored))
}

fn read<'a>(field: &'a syn::Field, ident: &'a Ident, case: Case, faults: &mut Faults) -> Field<'a> {
    let serde = serde(&field.attrs, faults);
    let unwritten = serde.unwritten.is_some();
    if !is_hidden(&field.attrs) {
        serde.refuse_unwritten(faults);
    }
    let Serde { rename, fallback, .. } = serde;
    let name = plain(ident);
    let attribute = rename.unwrap_or_else(|| case.field(&name));
    let (visibility, ty, attributes) = (&field.vis, &field.ty, field.attrs.as_slice());
    Field { ident, visibility, ty, attributes, name, attribute, fallback, unwritten }
}

/// Whether the attributes say `#[entity(hidden)]`. What is wrong with them is for their own reader to tell.
fn is_hidden(attributes: &[syn::Attribute]) -> bool {
    let mut written = attributes.iter().filter(|attribute| attribute.path().is_ident("entity"));
    written.any(|attribute| {
        let arguments =
            attribute.parse_args_with(Punctuated::<Argument, Token![,]>::parse_terminated);
        let is_hidden =
            |argument: Argument| matches!(argument, Argument::Key(key, _) if key == "hidden");
        arguments.is_ok_and(|arguments| arguments.into_iter().any(is_hidden))
    })
}

/// Refuses an attribute name that the table itself uses: one would overwrite the other.
pub(crate) fn refuse_reserved(fields: &[Field<'_>], faults: &mut Faults) {
    for field in fields.iter().filter(|field| is_reserved(&field.attribute)) {
        let message = format!("the table itself uses the attribute `{}`", field.attribute);
        let help = "rename the field: `PK`, `SK`, the keys of indexes and names that start with `_` are taken";
        faults.at(field.ident.span(), Code::ReservedWord, message, help);
    }
}

fn is_reserved(attribute: &str) -> bool {
    let key = attribute.strip_prefix("GSI").map_or(attribute, |index| {
        index.trim_start_matches(|letter: char| letter.is_ascii_digit())
    });
    attribute.starts_with('_') || matches!(key, "PK" | "SK")
}

/// Refuses parameters of types: what is stored has one form.
pub(crate) fn refuse_generics(input: &DeriveInput, what: &str, faults: &mut Faults) {
    if let Some(parameter) = input.generics.params.first() {
        let message = format!("{what} has no parameters");
        let help = "write the type out, once for each form it is stored in";
        faults.at(parameter.span(), Code::WrongType, message, help);
    }
}
