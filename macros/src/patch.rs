//! `#[derive(Patch)]`: the fields that an update may change, each present or absent.

use proc_macro2::{Span, TokenStream};
use purlin_schema::Code;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Path};

use crate::arguments::entity_of;
use crate::faults::{Faults, answer};
use crate::fields::{Field, refuse_generics, stored, within_option};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut faults = Faults::new(input.ident.span());
    refuse_generics(input, "a patch", &mut faults);
    let entity = entity_of(input, "patch", "that it changes", &mut faults);
    let fields = stored(input, "a patch", &mut faults).map(|(_, fields)| fields);
    for field in fields.iter().flatten().filter(|field| within_option(field.ty).is_none()) {
        let ty = field.ty;
        let message = format!("`{}` would be changed by every patch", field.name);
        let help = format!(
            "write `Option<{}>`: a patch leaves the fields that are `None` as they are",
            quote! { #ty }
        );
        faults.at(ty.span(), Code::WrongType, message, help);
    }
    let expansion = match (&entity, &fields) {
        (Some(entity), Some(fields)) => Some(expand(input, entity, fields)),
        _ => None,
    };
    answer(input, faults, expansion, || {
        let entity = entity.as_ref().map(|entity| stub(input, entity));
        quote! { #entity }
    })
}

fn expand(input: &DeriveInput, entity: &Path, fields: &[Field<'_>]) -> TokenStream {
    let name = &input.ident;
    let changes = fields.iter().map(|Field { ident, ty, attribute, .. }| {
        let at: Span = ty.span();
        let set = quote_spanned! {at=> __update.set(#attribute, __value) };
        quote! {
            if let ::core::option::Option::Some(__value) = &self.#ident {
                #set;
            }
        }
    });
    let checks = fields.iter().map(|field| {
        let Field { ident, attribute, .. } = field;
        let value = field.present();
        quote_spanned! {ident.span()=>
            const _: () = ::purlin::__private::patchable::<#name, #value, _>(
                #attribute,
                |__entity: &#entity| &__entity.#ident,
            );
        }
    });
    let update = if fields.is_empty() {
        quote! { _ }
    } else {
        quote! { __update }
    };
    quote! {
        #[automatically_derived]
        impl ::purlin::Patch for #name {
            type Entity = #entity;

            fn apply(self, #update: &mut ::purlin::Update) {
                #(#changes)*
            }
        }

        #(#checks)*
    }
}

fn stub(input: &DeriveInput, entity: &Path) -> TokenStream {
    let name = &input.ident;
    quote! {
        #[automatically_derived]
        impl ::purlin::Patch for #name {
            type Entity = #entity;
            fn apply(self, _: &mut ::purlin::Update) {}
        }
    }
}
