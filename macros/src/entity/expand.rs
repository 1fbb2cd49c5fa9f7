//! From the model of an entity to its implementation.

use proc_macro2::TokenStream;
use purlin_schema::model::Entity;
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::read::{Draft, Pattern};
use super::template::Scope;
use super::{access, field, rules};
use crate::faults::Faults;
use crate::fields::Field;
use crate::names::{Serde, plain};
use crate::{item, paths};

pub(crate) fn expand(
    input: &DeriveInput,
    container: &Serde,
    fields: &[Field<'_>],
    draft: &Draft,
    model: &Entity,
    faults: &Faults,
) -> TokenStream {
    let entity = &input.ident;
    let scope = Scope { entity, fields, faults };
    let name = model.name().as_str();
    let partition = scope.constant(model.partition());
    let sort = scope.constant(model.sort());
    let indexes = indexes(&scope, &draft.patterns, model);
    let of = |name: &Option<purlin_schema::Name>| {
        name.as_ref().and_then(|name| field(fields, name.as_str()))
    };
    let version = option(of(model.version()).map(|field| field.attribute.as_str()));
    let owner = option(of(model.owner()).map(|field| field.attribute.as_str()));
    let on_write = model.set_on_write().filter_map(|set| field(fields, set.name().as_str()));
    let on_write = on_write.map(|field| &field.attribute);
    let attributes = fields.iter().map(|field| &field.attribute);
    let key: Vec<&Field<'_>> =
        model.key_fields().iter().filter_map(|key| field(fields, key.name().as_str())).collect();
    let key_attributes: Vec<&str> = key.iter().map(|field| field.attribute.as_str()).collect();
    let key_type = key_type(&key);
    let key_locals: Vec<_> = key.iter().map(|field| item::local(field)).collect();
    let key_values = key.iter().zip(&key_locals).map(|(Field { ty, attribute, .. }, local)| {
        let value = quote_spanned! {ty.span()=> <#ty as ::purlin::__private::Stored>::key_value };
        quote! { #value(#local, #attribute) }
    });
    let key_pattern = one_or_tuple(key_locals.iter().map(|local| quote! { #local }).collect());
    let key_idents = key.iter().map(|field| field.ident);
    // The value of a key without fields is the empty body.
    let key_value = (!key.is_empty())
        .then(|| one_or_tuple(key_idents.map(|ident| quote! { &self.#ident }).collect()));
    let count = syn::Index::from(fields.len());
    let (write, read) = (item::write(fields), item::read(container, fields));
    let version_fn = of(model.version()).map(|field| {
        let ident = field.ident;
        let ty = field.ty;
        let number = quote_spanned! {ty.span()=> <#ty as ::purlin::__private::Version>::number };
        quote! {
            fn version(&self) -> ::core::option::Option<u64> {
                ::core::option::Option::Some(#number(&self.#ident))
            }
        }
    });
    let constants = rules::constants(&scope, model);
    let guarded = guarded(fields, draft);
    let names = item::fields(entity, fields, &rules::fixed(fields, draft, model));
    let paths = paths::of_entity(input, fields, |field| rules::mode(field, draft, model));
    let accesses = access::functions(input, &scope, &draft.patterns, model);
    let id = id(entity, draft);
    let abilities =
        rules::abilities(entity, model.soft_delete().is_some(), model.uniques().is_empty());
    let checks = rules::checks(fields, model);
    let projections = projections(entity, &draft.patterns);
    quote! {
        #[automatically_derived]
        impl ::purlin::Entity for #entity {
            type Key<'__k> = #key_type;
            const NAME: &'static str = #name;
            const ATTRIBUTES: &'static [&'static str] = &[#(#attributes),*];
            const PARTITION: ::purlin::Template = #partition;
            const SORT: ::core::option::Option<::purlin::Template> = ::core::option::Option::Some(#sort);
            const INDEXES: &'static [::purlin::Index] = &[#(#indexes),*];
            const VERSION: ::core::option::Option<&'static str> = #version;
            const OWNER: ::core::option::Option<&'static str> = #owner;
            const SET_ON_WRITE: &'static [&'static str] = &[#(#on_write),*];
            const KEY_ATTRIBUTES: &'static [&'static str] = &[#(#key_attributes),*];
            #constants
            #guarded

            fn key_values(
                #key_pattern: Self::Key<'_>,
            ) -> ::std::vec::Vec<(&'static str, ::purlin::__private::Value)> {
                ::std::vec![#(#key_values),*]
            }

            fn key(&self) -> Self::Key<'_> {
                #key_value
            }

            fn to_item(&self) -> ::purlin::Item {
                let mut __map = ::purlin::__private::item(#count, Self::INDEXES.len());
                #write
                __map
            }

            fn from_item(
                __map: ::purlin::Item,
            ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
                #read
            }

            #version_fn
        }

        #names
        #accesses
        #paths
        #id
        #abilities
        #checks
        #projections
    }
}

/// `&'__k OrderId`, or a tuple of such references, in the order of the key's fields.
pub(crate) fn key_type(key: &[&Field<'_>]) -> TokenStream {
    one_or_tuple(key.iter().map(|Field { ty, .. }| quote! { &'__k #ty }).collect())
}

fn one_or_tuple(parts: Vec<TokenStream>) -> TokenStream {
    match parts.as_slice() {
        [one] => one.clone(),
        several => quote! { (#(#several),*) },
    }
}

fn option(name: Option<&str>) -> TokenStream {
    match name {
        Some(name) => quote! { ::core::option::Option::Some(#name) },
        None => quote! { ::core::option::Option::None },
    }
}

/// Who sees and gives which fields. Most entities say nothing of it, as the trait does by default.
fn guarded(fields: &[Field<'_>], draft: &Draft) -> Option<TokenStream> {
    let guards = draft.guarded.iter().filter_map(|guard| {
        let attribute = &field(fields, &guard.field)?.attribute;
        let read_by = guard.read_by.as_ref().map(|path| {
            quote_spanned! {path.span()=> .read_by::<#path>() }
        });
        let write_by = guard.write_by.as_ref().map(|path| {
            quote_spanned! {path.span()=> .write_by::<#path>() }
        });
        Some(quote! { ::purlin::Guarded::new(#attribute) #read_by #write_by })
    });
    (!draft.guarded.is_empty())
        .then(|| quote! { const GUARDED: &'static [::purlin::Guarded] = &[#(#guards),*]; })
}

fn indexes(scope: &Scope<'_, '_>, patterns: &[Pattern], model: &Entity) -> Vec<TokenStream> {
    let on_index = |access: &purlin_schema::model::Access| {
        let index = access.index().as_deref()?;
        let name = access.name().as_str();
        let partition = scope.constant(access.partition());
        let sort = scope.constant(access.sort());
        let (partition_attribute, sort_attribute) = (format!("{index}PK"), format!("{index}SK"));
        let pattern = patterns.iter().find(|known| plain(&known.name) == name)?;
        let projection = match &pattern.project {
            Some(project) => quote_spanned! {project.span()=>
                ::purlin::IndexProjection::Include(<#project as ::purlin::Projection>::ATTRIBUTES)
            },
            None => quote! { ::purlin::IndexProjection::All },
        };
        Some(quote! {
            ::purlin::Index {
                name: #index,
                pattern: #name,
                partition: #partition,
                sort: #sort,
                partition_attribute: #partition_attribute,
                sort_attribute: #sort_attribute,
                projection: #projection,
            }
        })
    };
    model.accesses().iter().filter_map(on_index).collect()
}

fn id(entity: &syn::Ident, draft: &Draft) -> Option<TokenStream> {
    let prefix = &draft.prefix.as_ref()?.value;
    Some(quote! {
        #[automatically_derived]
        impl ::purlin::IdPrefix for #entity {
            const PREFIX: &'static str = #prefix;
        }
    })
}

/// A projection must be one of the entity's, and hold what a repository asks of it.
fn projections(entity: &syn::Ident, patterns: &[Pattern]) -> TokenStream {
    // The patterns on indexes come first, in the order of the entity's indexes.
    let checks = patterns.iter().enumerate().filter_map(|(index, pattern)| {
        let project = pattern.project.as_ref()?;
        let index = syn::Index::from(index);
        Some(quote_spanned! {project.span()=>
            const _: () = ::purlin::__private::projects::<#entity, #project>(
                &<#entity as ::purlin::Entity>::INDEXES[#index],
            );
        })
    });
    quote! { #(#checks)* }
}
