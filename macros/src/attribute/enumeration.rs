//! An enum of unit variants as a text, which a key can hold as well.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use purlin_schema::Code;
use quote::quote;
use syn::spanned::Spanned;
use syn::{DataEnum, DeriveInput};

use crate::faults::Faults;
use crate::fields::refuse_generics;
use crate::names::{Serde, plain, serde};

pub(crate) fn expand(
    input: &DeriveInput,
    data: &DataEnum,
    faults: &mut Faults,
) -> Option<TokenStream> {
    refuse_generics(input, "an enum", faults);
    let container = serde(&input.attrs, faults);
    container.refuse_unwritten(faults);
    let Serde { rename_all, .. } = container;
    let mut known: HashMap<String, &Ident> = HashMap::new();
    let mut texts = Vec::new();
    for variant in &data.variants {
        let ident = &variant.ident;
        if !variant.fields.is_empty() {
            let message = format!("`{ident}` carries data, which the text of an enum cannot hold");
            let help = "use variants without data, or a struct with optional fields";
            faults.at(variant.fields.span(), Code::WrongType, message, help);
        }
        let written = serde(&variant.attrs, faults);
        written.refuse_unwritten(faults);
        let text = written.rename.unwrap_or_else(|| rename_all.variant(&plain(ident)));
        if let Some(first) = known.insert(text.clone(), ident) {
            let message = format!("`{first}` and `{ident}` are both written as `{text}`");
            faults.at(ident.span(), Code::DuplicateName, message, "rename one");
        }
        texts.push((ident, text));
    }
    if texts.is_empty() {
        let message = format!("`{}` has no values", input.ident);
        faults.at(input.ident.span(), Code::IncompleteType, message, "add a variant");
    }
    if !faults.is_empty() {
        return None;
    }
    let name = &input.ident;
    let (variants, texts): (Vec<&Ident>, Vec<String>) = texts.into_iter().unzip();
    Some(quote! {
        #[automatically_derived]
        impl ::purlin::__private::Texts for #name {
            const TEXTS: &'static [&'static str] = &[#(#texts),*];

            fn text(&self) -> &'static str {
                match self { #(Self::#variants => #texts,)* }
            }
        }

        #[automatically_derived]
        impl ::purlin::Attribute for #name {
            fn to_attribute(&self) -> ::core::option::Option<::purlin::__private::Value> {
                let __text = ::purlin::__private::Texts::text(self);
                ::core::option::Option::Some(::purlin::__private::text(__text))
            }

            fn from_attribute(
                __value: ::purlin::__private::Value,
            ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
                let __text = ::purlin::__private::take_text(__value)?;
                match __text.as_str() {
                    #(#texts => ::core::result::Result::Ok(Self::#variants),)*
                    _ => ::core::result::Result::Err(::purlin::AttributeError::unknown(
                        &__text,
                        <Self as ::purlin::__private::Texts>::TEXTS,
                    )),
                }
            }
        }

        #[automatically_derived]
        impl ::purlin::KeyPart for #name {
            const KIND: ::purlin::KeyKind = ::purlin::KeyKind::Text;

            fn write(&self, __key: &mut ::std::string::String) {
                ::purlin::KeyPart::write(::purlin::__private::Texts::text(self), __key);
            }
        }
    })
}
