//! A struct with named fields as a map.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::faults::Faults;
use crate::fields::{refuse_generics, stored};
use crate::item;

pub(crate) fn expand(input: &DeriveInput, faults: &mut Faults) -> Option<TokenStream> {
    refuse_generics(input, "an object", faults);
    let (container, fields) = stored(input, "an object", faults)?;
    let name = &input.ident;
    let count = syn::Index::from(fields.len());
    let (write, read) = (item::write(&fields), item::read(&container, &fields));
    let names = item::fields(name, &fields);
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
    })
}
