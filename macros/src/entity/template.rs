//! Key templates as constants of the runtime's.

use proc_macro2::{Ident, Span, TokenStream};
use purlin_schema::template::{Part, Placeholder, Template};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::field;
use crate::faults::Faults;
use crate::fields::Field;
use crate::names::ident;

/// What a template's placeholders stand for.
pub(crate) struct Scope<'s, 'a> {
    pub(crate) entity: &'s Ident,
    pub(crate) fields: &'s [Field<'a>],
    pub(crate) faults: &'s Faults,
}

impl<'a> Scope<'_, 'a> {
    /// A `::purlin::Template`.
    pub(crate) fn constant(&self, template: &Template) -> TokenStream {
        let parts = template.parts().iter().map(|part| match part {
            Part::Literal(literal) => quote! { ::purlin::Part::Literal(#literal) },
            Part::Field(placeholder) => {
                let (path, kind) = (self.path(placeholder), self.kind(placeholder));
                quote! { ::purlin::Part::Field { path: &[#path], kind: #kind } }
            }
        });
        quote! { &[#(#parts),*] }
    }

    /// The entity's own field that a placeholder names, or that it starts from. The checks have seen
    /// that it exists.
    pub(crate) fn field(&self, placeholder: &Placeholder) -> Option<&Field<'a>> {
        field(self.fields, placeholder.path.first()?)
    }

    /// How a field is encoded in a key.
    pub(crate) fn kind(&self, placeholder: &Placeholder) -> TokenStream {
        let Some(field) = self.field(placeholder) else { return TokenStream::new() };
        if placeholder.path.len() == 1 {
            let ty = field.present();
            return quote_spanned! {ty.span()=> <#ty as ::purlin::KeyPart>::KIND };
        }
        let at = self.faults.token(placeholder.place);
        let value = nested(field, &placeholder.path[1..], at);
        let entity = self.entity;
        quote_spanned! {at=>
            ::purlin::__private::nested_kind(
                |__entity: &#entity| ::core::option::Option::Some(#value)
            )
        }
    }

    /// The names of the attributes on the way to a field.
    ///
    /// Those of a nested object are known only to its own derive, which tells them through a constant.
    fn path(&self, placeholder: &Placeholder) -> TokenStream {
        let Some(field) = self.field(placeholder) else { return TokenStream::new() };
        let at = self.faults.token(placeholder.place);
        let (entity, attribute) = (self.entity, &field.attribute);
        let names = (1..placeholder.path.len()).map(|depth| {
            let object = nested(field, &placeholder.path[1..depth], at);
            let name = &placeholder.path[depth];
            quote_spanned! {at=>
                ::purlin::__private::nested_name(
                    |__entity: &#entity| ::purlin::__private::Fields::get(#object),
                    #name
                )
            }
        });
        quote! { #attribute #(, #names)* }
    }
}

/// A reference to what stands at `path` below a field of `__entity`.
fn nested(field: &Field<'_>, path: &[String], at: Span) -> TokenStream {
    let mut first = field.ident.clone();
    first.set_span(at);
    path.iter().fold(quote_spanned! {at=> &__entity.#first }, |object, name| {
        let mut name = ident(name);
        name.set_span(at);
        quote_spanned! {at=> &::purlin::__private::Fields::get(#object)?.#name }
    })
}
