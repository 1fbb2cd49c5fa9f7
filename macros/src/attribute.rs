//! `#[derive(Attribute)]`: a struct becomes a map, an enum of unit variants a text.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use crate::faults::{Faults, answer};

mod enumeration;
mod structure;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut faults = Faults::new(input.ident.span());
    let expansion = match &input.data {
        Data::Enum(data) => enumeration::expand(input, data, &mut faults),
        _ => structure::expand(input, &mut faults),
    };
    answer(input, faults, expansion, || stub(input))
}

fn stub(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let rest = match &input.data {
        Data::Enum(_) => quote! {
            #[automatically_derived]
            impl ::purlin::KeyPart for #name {
                const KIND: ::purlin::KeyKind = ::purlin::KeyKind::Text;
                fn write(&self, _: &mut ::std::string::String) {}
            }
        },
        _ => structure::stub(input),
    };
    quote! {
        #[automatically_derived]
        impl ::purlin::Attribute for #name {
            fn to_attribute(&self) -> ::core::option::Option<::purlin::__private::Value> {
                ::core::unreachable!()
            }
            fn from_attribute(
                _: ::purlin::__private::Value,
            ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
                ::core::unreachable!()
            }
        }
        #rest
    }
}
