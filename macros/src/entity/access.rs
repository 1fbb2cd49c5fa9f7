//! One function for each access pattern.

use proc_macro2::{Ident, Span, TokenStream};
use purlin_schema::model::{Access, Entity};
use purlin_schema::template::{Part, Placeholder, Template};
use quote::{format_ident, quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::read::Pattern;
use super::template::Scope;
use super::{field, narrow};
use crate::fields::Field;
use crate::names::{ident, plain};

/// An inherent implementation with a function for each pattern; nothing without patterns.
pub(crate) fn functions(
    input: &DeriveInput,
    scope: &Scope<'_, '_>,
    patterns: &[Pattern],
    model: &Entity,
) -> TokenStream {
    if patterns.is_empty() {
        return TokenStream::new();
    }
    let entity = &input.ident;
    let functions = patterns.iter().filter_map(|pattern| {
        let access = model.access(&plain(&pattern.name))?;
        Some(function(input, scope, pattern, access, model))
    });
    quote! { impl #entity { #(#functions)* } }
}

fn function(
    input: &DeriveInput,
    scope: &Scope<'_, '_>,
    pattern: &Pattern,
    access: &Access,
    model: &Entity,
) -> TokenStream {
    let parameters = parameters(pattern, access.partition(), scope.fields);
    let given = narrow::given(access.sort(), scope.fields);
    let checks = parameters.iter().filter_map(|parameter| {
        let ty = parameter.generic.as_ref()?;
        let kind = scope.kind(parameter.placeholder);
        Some(quote! { const { ::purlin::__private::same_kind::<#ty>(#kind) } })
    });
    let partition = partition(access.partition(), &parameters);
    let order = format_ident!("{}", if *access.descending() { "Descending" } else { "Ascending" });
    let order = quote! { ::purlin::Order::#order };
    let name = access.name().as_str();
    let access_of = match index(model, name) {
        Some(index) => {
            let index = syn::Index::from(index);
            let index = quote! { &<Self as ::purlin::Entity>::INDEXES[#index] };
            quote! { ::purlin::Access::on_index(#index, __partition, #order) }
        }
        None => quote! { ::purlin::Access::on_table(#name, __partition, #order) },
    };
    let signature = signature(input, pattern, &parameters, &given);
    let doc = doc(access, &given);
    quote! {
        #(#[doc = #doc])*
        #[must_use]
        #signature {
            #(#checks)*
            #partition
            #access_of
        }
    }
}

/// The value of one of the partition key's fields, which the caller gives.
pub(crate) struct Parameter<'t> {
    placeholder: &'t Placeholder,
    name: Ident,
    ty: TokenStream,
    /// The type's name, where it is a parameter as well: the type of a nested field is not to be
    /// named from outside, so any value of its kind will do.
    generic: Option<Ident>,
    /// What to blame where a key cannot hold the type.
    at: Span,
}

/// The parameters for a partition key, each field once.
pub(crate) fn parameters<'t>(
    pattern: &Pattern,
    partition: &'t Template,
    fields: &[Field<'_>],
) -> Vec<Parameter<'t>> {
    let mut parameters: Vec<Parameter<'t>> = Vec::new();
    for placeholder in partition.placeholders() {
        if !parameters.iter().any(|known| known.placeholder.path == placeholder.path) {
            parameters.push(parameter(pattern, placeholder, fields));
        }
    }
    parameters
}

fn parameter<'t>(
    pattern: &Pattern,
    placeholder: &'t Placeholder,
    fields: &[Field<'_>],
) -> Parameter<'t> {
    let joined = placeholder.path.join("_");
    let name = ident(&joined);
    match placeholder.path.as_slice() {
        [own] if let Some(field) = field(fields, own) => Parameter {
            placeholder,
            name,
            ty: field.borrowed(),
            generic: None,
            at: field.present().span(),
        },
        _ => {
            let ty = format_ident!("__{}", purlin_schema::Name::new(joined).pascal());
            Parameter {
                placeholder,
                name,
                ty: quote! { #ty },
                generic: Some(ty),
                at: pattern.name.span(),
            }
        }
    }
}

/// `pub fn by_owner(owner_id: &OwnerId) -> Access<Self, Next<Timestamp>>`
pub(crate) fn signature(
    input: &DeriveInput,
    pattern: &Pattern,
    parameters: &[Parameter<'_>],
    given: &[&Field<'_>],
) -> TokenStream {
    let (visibility, name) = (&input.vis, &pattern.name);
    let generics: Vec<&Ident> =
        parameters.iter().filter_map(|parameter| parameter.generic.as_ref()).collect();
    let generics = (!generics.is_empty())
        .then(|| quote! { <#(#generics: ::purlin::KeyPart + ?::core::marker::Sized),*> });
    let names = narrow::list(given);
    let row = pattern.project.as_ref().map(|project| quote! { ::purlin::Projected<#project> });
    let returned = match (given, row) {
        ([], None) => quote! { ::purlin::Access<Self> },
        (_, None) => quote! { ::purlin::Access<Self, #names> },
        (_, Some(row)) => quote! { ::purlin::Access<Self, #names, #row> },
    };
    let parameters = parameters.iter().map(|Parameter { name, ty, .. }| quote! { #name: &#ty });
    quote! { #visibility fn #name #generics (#(#parameters),*) -> #returned }
}

/// Renders the partition key in `__partition`.
fn partition(template: &Template, parameters: &[Parameter<'_>]) -> TokenStream {
    let start = template.literal_prefix();
    if template.is_constant() {
        return quote! { let __partition = ::std::borrow::ToOwned::to_owned(#start); };
    }
    let rest = template.parts().iter().skip(usize::from(!start.is_empty()));
    let writes = rest.map(|part| match part {
        Part::Literal(literal) => quote! { __partition.push_str(#literal); },
        Part::Field(placeholder) => {
            let parameter =
                parameters.iter().find(|parameter| parameter.placeholder.path == placeholder.path);
            let Some(Parameter { name, ty, at, .. }) = parameter else {
                return TokenStream::new();
            };
            let write = quote_spanned! {*at=> <#ty as ::purlin::KeyPart>::write };
            quote! { #write(#name, &mut __partition); }
        }
    });
    quote! {
        let mut __partition = ::std::borrow::ToOwned::to_owned(#start);
        #(#writes)*
    }
}

/// The pattern's number among those on indexes.
fn index(model: &Entity, name: &str) -> Option<usize> {
    let mut indexes = model.accesses().iter().filter(|access| access.index().is_some());
    indexes.position(|access| access.name().as_str() == name)
}

/// What is read, in which order, and by what it can be narrowed; a paragraph each.
fn doc(access: &Access, given: &[&Field<'_>]) -> Vec<String> {
    let place = access.index().as_deref().unwrap_or("the table");
    let order = if *access.descending() { "descending" } else { "ascending" };
    let mut lines = vec![format!(
        " The items of {place} under `{}`, in {order} order of `{}`.",
        access.partition().as_str(),
        access.sort().as_str(),
    )];
    if let Some(narrowed) = narrow::doc(given) {
        lines.extend([String::new(), narrowed]);
    }
    lines
}
