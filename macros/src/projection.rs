//! `#[derive(Projection)]`: some fields of an entity, read as the entity's own are.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Path};

use crate::arguments::entity_of;
use crate::faults::{Faults, answer};
use crate::fields::{Field, refuse_generics, stored};
use crate::item;
use crate::names::Serde;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut faults = Faults::new(input.ident.span());
    refuse_generics(input, "a projection", &mut faults);
    let entity = entity_of(input, "projection", "whose fields it has", &mut faults);
    let fields = stored(input, "a projection", &mut faults);
    let expansion = match (&entity, &fields) {
        (Some(entity), Some((container, fields))) => Some(expand(input, entity, container, fields)),
        _ => None,
    };
    answer(input, faults, expansion, || {
        let entity = entity.as_ref().map(|entity| stub(input, entity));
        quote! { #entity }
    })
}

fn expand(
    input: &DeriveInput,
    entity: &Path,
    container: &Serde,
    fields: &[Field<'_>],
) -> TokenStream {
    let name = &input.ident;
    let attributes = fields.iter().map(|field| &field.attribute);
    let read = item::read(container, fields);
    let checks = fields.iter().map(|Field { ident, ty, attribute, .. }| {
        quote_spanned! {ident.span()=>
            const _: () = ::purlin::__private::projected::<#name, #ty, _>(
                #attribute,
                |__entity: &#entity| &__entity.#ident,
            );
        }
    });
    quote! {
        #[automatically_derived]
        impl ::purlin::Projection for #name {
            type Entity = #entity;
            const ATTRIBUTES: &'static [&'static str] = &[#(#attributes),*];

            fn from_item(
                __map: ::purlin::Item,
            ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
                #read
            }
        }

        #(#checks)*
    }
}

fn stub(input: &DeriveInput, entity: &Path) -> TokenStream {
    let name = &input.ident;
    quote! {
        #[automatically_derived]
        impl ::purlin::Projection for #name {
            type Entity = #entity;
            const ATTRIBUTES: &'static [&'static str] = &[];
            fn from_item(
                _: ::purlin::Item,
            ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
                ::core::unreachable!()
            }
        }
    }
}
