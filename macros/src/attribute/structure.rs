//! A struct with named fields as a map.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::faults::Faults;
use crate::fields::{refuse_generics, stored};
use crate::{item, paths};

pub(crate) fn expand(input: &DeriveInput, faults: &mut Faults) -> Option<TokenStream> {
    refuse_generics(input, "an object", faults);
    let (container, fields) = stored(input, "an object", faults)?;
    let name = &input.ident;
    let count = syn::Index::from(fields.len());
    let (write, read) = (item::write(&fields), item::read(&container, &fields));
    let names = item::fields(name, &fields, &[]);
    let paths = paths::of_object(input, &fields);
    Some(quote! {
        #[automatically_derived]
        impl ::purlin::Attribute for #name {
            fn to_attribute(&self) -> ::core::option::Option<::purlin::__private::Value> {
                let mut __map = ::purlin::__private::map(#count);
                #write
                ::core::option::Option::Some(::purlin::__private::Value::M(__map))
            }

            fn from_attribute(
                __value: ::purlin::__private::Value,
            ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
                let __map = ::purlin::__private::take_map(__value)?;
                #read
            }
        }

        #names
        #paths
    })
}

/// What of an object others name, for one whose attributes are wrong.
pub(crate) fn stub(input: &DeriveInput) -> TokenStream {
    // What is wrong has been told.
    let mut told = Faults::new(input.ident.span());
    let Some((_, fields)) = stored(input, "an object", &mut told) else {
        return TokenStream::new();
    };
    let names = item::fields(&input.ident, &fields, &[]);
    let paths = paths::of_object(input, &fields);
    quote! {
        #names
        #paths
    }
}
