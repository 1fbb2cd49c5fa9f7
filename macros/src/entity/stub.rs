//! What stands in for an entity whose attributes are wrong, so that its users see no errors of
//! their own.

use proc_macro2::TokenStream;
use purlin_schema::template::Template;
use quote::quote;
use syn::DeriveInput;

use super::access::{parameters, signature};
use super::expand::key_type;
use super::read::Draft;
use super::{field, narrow, rules};
use crate::fields::Field;
use crate::paths::{self, Mode};

pub(crate) fn stub(
    input: &DeriveInput,
    fields: &[Field<'_>],
    draft: Option<&Draft>,
) -> TokenStream {
    let entity = &input.ident;
    let key = key_type(&key(fields, draft));
    let prefix = draft.and_then(|draft| draft.prefix.as_ref()).map(|_| {
        quote! {
            #[automatically_derived]
            impl ::purlin::IdPrefix for #entity {
                const PREFIX: &'static str = "";
            }
        }
    });
    let patterns = draft.map(|draft| patterns(input, fields, draft));
    let names = crate::item::fields(entity, fields, &[]);
    let paths = paths::of_entity(input, fields, |_| Mode::Free);
    let abilities = rules::abilities(entity, true, true);
    quote! {
        #[automatically_derived]
        impl ::purlin::Entity for #entity {
            type Key<'__k> = #key;
            const NAME: &'static str = "";
            const PARTITION: ::purlin::Template = &[];
            const SORT: ::core::option::Option<::purlin::Template> = ::core::option::Option::None;
            const INDEXES: &'static [::purlin::Index] = &[];
            const VERSION: ::core::option::Option<&'static str> = ::core::option::Option::None;
            const OWNER: ::core::option::Option<&'static str> = ::core::option::Option::None;
            const SET_ON_WRITE: &'static [&'static str] = &[];
            const KEY_ATTRIBUTES: &'static [&'static str] = &[];
            fn key_values(
                _: Self::Key<'_>,
            ) -> ::std::vec::Vec<(&'static str, ::purlin::__private::Value)> {
                ::core::unreachable!()
            }
            fn key(&self) -> Self::Key<'_> {
                ::core::unreachable!()
            }
            fn to_item(&self) -> ::purlin::Item {
                ::core::unreachable!()
            }
            fn from_item(
                _: ::purlin::Item,
            ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
                ::core::unreachable!()
            }
        }
        #names
        #paths
        #prefix
        #abilities
        #patterns
    }
}

/// The functions of the access patterns, as far as their parameters can be known.
fn patterns(input: &DeriveInput, fields: &[Field<'_>], draft: &Draft) -> TokenStream {
    let key = draft.document.entity.as_ref().and_then(|section| section.key.as_ref());
    let mut stubs: Vec<(&syn::Ident, TokenStream)> = Vec::new();
    for (pattern, (_, access)) in draft.patterns.iter().zip(draft.document.access.iter().flatten())
    {
        let written = match &access.index {
            Some(_) => [access.partition.as_ref(), access.sort.as_ref()],
            None => {
                [key.and_then(|key| key.partition.as_ref()), key.and_then(|key| key.sort.as_ref())]
            }
        };
        let [partition, sort] =
            written.map(|written| written.and_then(|written| Template::parse(written).ok()));
        let Some(partition) = partition else { continue };
        let known = partition.fields().all(|name| field(fields, name).is_some());
        let is_free =
            pattern.name != "fields" && !stubs.iter().any(|(name, _)| **name == pattern.name);
        if known && is_free {
            let parameters = parameters(pattern, &partition, fields);
            let given = sort.map_or_else(Vec::new, |sort| narrow::given(&sort, fields));
            stubs.push((&pattern.name, signature(input, pattern, &parameters, &given)));
        }
    }
    if stubs.is_empty() {
        return TokenStream::new();
    }
    let entity = &input.ident;
    let signatures = stubs.iter().map(|(_, signature)| signature);
    // Beside an error, a lint about a body that is never run would only be noise.
    quote! {
        #[allow(unused_variables, missing_docs)]
        impl #entity {
            #(#signatures { ::core::unreachable!() })*
        }
    }
}

/// The fields of the primary key, as far as they can be known.
fn key<'f, 'a>(fields: &'f [Field<'a>], draft: Option<&Draft>) -> Vec<&'f Field<'a>> {
    let key = draft
        .and_then(|draft| draft.document.entity.as_ref())
        .and_then(|section| section.key.as_ref());
    let templates = key.into_iter().flat_map(|key| [&key.partition, &key.sort]).flatten();
    let mut known: Vec<&Field<'_>> = Vec::new();
    for template in templates.filter_map(|template| Template::parse(template).ok()) {
        for name in template.fields() {
            if let Some(field) = field(fields, name)
                && !known.iter().any(|known| known.name == field.name)
            {
                known.push(field);
            }
        }
    }
    known
}
