//! How the fields of a struct become attributes and are read back: the same for an entity and
//! for an object within one.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::fields::Field;
use crate::names::{Fallback, Serde};

/// The local variable for a field's value, apart from any other variable of an expansion's.
pub(crate) fn local(field: &Field<'_>) -> Ident {
    format_ident!("__field_{}", field.name)
}

/// Adds every field to `__map`.
pub(crate) fn write(fields: &[Field<'_>]) -> TokenStream {
    let puts = fields.iter().map(|Field { ident, ty, attribute, .. }| {
        let put = quote_spanned! {ty.span()=> <#ty as ::purlin::__private::Stored>::put };
        quote! { #put(&self.#ident, &mut __map, #attribute); }
    });
    quote! { #(#puts)* }
}

/// Reads every field from `__map` and makes a `Self` of them.
pub(crate) fn read(container: &Serde, fields: &[Field<'_>]) -> TokenStream {
    // A struct without fields reads nothing.
    if fields.is_empty() {
        return quote! { ::core::result::Result::Ok(Self {}) };
    }
    let locals: Vec<Ident> = fields.iter().map(local).collect();
    let names: Vec<&str> = fields.iter().map(|field| field.attribute.as_str()).collect();
    let values = fields.iter().zip(&locals).map(|(field, local)| {
        let ident = field.ident;
        let value = value(container, field, local);
        quote! { #ident: #value }
    });
    quote! {
        #( let mut #locals = ::core::option::Option::None; )*
        for (__name, __value) in __map {
            match __name.as_str() {
                #( #names => #locals = ::core::option::Option::Some(__value), )*
                _ => {}
            }
        }
        ::core::result::Result::Ok(Self { #(#values,)* })
    }
}

fn value(container: &Serde, field: &Field<'_>, local: &Ident) -> TokenStream {
    let Field { ident, ty, attribute, .. } = field;
    let stored = quote_spanned! {ty.span()=> <#ty as ::purlin::__private::Stored>:: };
    let default = match (&field.fallback, &container.fallback) {
        (Some(Fallback::Call(path)), _) => quote! { #path },
        (Some(Fallback::Default), _) => quote! { ::core::default::Default::default },
        (None, Some(Fallback::Call(path))) => quote! { || #path().#ident },
        (None, Some(Fallback::Default)) => {
            quote! { || <Self as ::core::default::Default>::default().#ident }
        }
        (None, None) => return quote! { #stored take(#local, #attribute)? },
    };
    quote! { #stored take_or_else(#local, #attribute, #default)? }
}

/// Tells the other derives which fields there are, what they are called, and which of an entity's
/// no patch sets besides those that the entity names itself.
pub(crate) fn fields(name: &Ident, fields: &[Field<'_>], fixed: &[&str]) -> TokenStream {
    let names = fields.iter().map(|field| &field.name);
    let attributes = fields.iter().map(|field| &field.attribute);
    let fixed = (!fixed.is_empty())
        .then(|| quote! { const FIXED: &'static [&'static str] = &[#(#fixed),*]; });
    quote! {
        #[automatically_derived]
        impl ::purlin::__private::Fields for #name {
            type Struct = Self;
            const FIELDS: &'static [(&'static str, &'static str)] = &[#((#names, #attributes)),*];
            #fixed

            fn get(&self) -> ::core::option::Option<&Self> {
                ::core::option::Option::Some(self)
            }
        }
    }
}
