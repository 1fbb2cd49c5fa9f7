//! What the entity's fields are for: constants of the implementation, and checks that their types
//! fit.

use proc_macro2::{Ident, TokenStream};
use purlin_schema::Code;
use purlin_schema::model::{Entity, SetOn};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::field;
use super::read::Draft;
use super::template::Scope;
use crate::faults::Faults;
use crate::fields::Field;
use crate::paths::Mode;

/// When items expire, how they are deleted and what no two share. Most entities say nothing of it,
/// as the trait does by default.
pub(crate) fn constants(scope: &Scope<'_, '_>, model: &Entity) -> TokenStream {
    let attribute = |name: &str| field(scope.fields, name).map(|field| field.attribute.as_str());
    let ttl = model.ttl().as_ref().map(|ttl| {
        let attribute = attribute(ttl.field().as_str());
        quote! {
            const TTL: ::core::option::Option<&'static str> = ::core::option::Option::Some(#attribute);
        }
    });
    let soft_delete = model.soft_delete().as_ref().map(|deleted| {
        let attribute = attribute(deleted.field().as_str());
        let retain = match deleted.retain() {
            Some(seconds) => quote! { ::core::option::Option::Some(#seconds) },
            None => quote! { ::core::option::Option::None },
        };
        quote! {
            const SOFT_DELETE: ::core::option::Option<::purlin::SoftDelete> =
                ::core::option::Option::Some(::purlin::SoftDelete {
                    attribute: #attribute,
                    retain_seconds: #retain,
                });
        }
    });
    let uniques = model.uniques().iter().map(|unique| {
        let name = unique.name().as_str();
        let parts = unique.fields().iter().filter_map(|name| {
            let Field { ty, attribute, .. } = field(scope.fields, name.as_str())?;
            let kind = quote_spanned! {ty.span()=> <#ty as ::purlin::IndexPart>::KIND };
            Some(quote! { ::purlin::Part::Field { path: &[#attribute], kind: #kind } })
        });
        quote! { ::purlin::Unique { name: #name, fields: &[#(#parts),*] } }
    });
    let unique = (!model.uniques().is_empty())
        .then(|| quote! { const UNIQUE: &'static [::purlin::Unique] = &[#(#uniques),*]; });
    quote! { #ttl #soft_delete #unique }
}

/// What a repository may do with the entity's items, beyond what it does with every entity's.
pub(crate) fn abilities(entity: &Ident, restorable: bool, batch_writable: bool) -> TokenStream {
    let restorable = restorable.then(|| {
        quote! {
            #[automatically_derived]
            impl ::purlin::Restorable for #entity {}
        }
    });
    let batch_writable = batch_writable.then(|| {
        quote! {
            #[automatically_derived]
            impl ::purlin::BatchWritable for #entity {}
        }
    });
    quote! { #restorable #batch_writable }
}

/// A field that the platform sets or reads must be of the type that it sets or reads.
pub(crate) fn checks(fields: &[Field<'_>], model: &Entity) -> TokenStream {
    let mut checks = Vec::new();
    let mut check = |name: &str, fits: TokenStream| {
        if let Some(Field { ty, .. }) = field(fields, name) {
            checks.push(quote_spanned! {ty.span()=>
                const _: () = ::purlin::__private::#fits::<#ty>();
            });
        }
    };
    for field in model.fields() {
        if field.set().is_some() {
            check(field.name().as_str(), quote! { set_by_platform });
        }
        if *field.counter() {
            check(field.name().as_str(), quote! { counts });
        }
    }
    if let Some(ttl) = model.ttl() {
        check(ttl.field().as_str(), quote! { expires });
    }
    if let Some(deleted) = model.soft_delete() {
        check(deleted.field().as_str(), quote! { is_deleted });
    }
    quote! { #(#checks)* }
}

/// What an update may do with a field.
pub(crate) fn mode(field: &Field<'_>, draft: &Draft, model: &Entity) -> Mode {
    let name = field.name.as_str();
    let is =
        |other: Option<&purlin_schema::Name>| other.is_some_and(|other| other.as_str() == name);
    let known = model.field(name);
    let is_fixed = model.key_fields().iter().any(|key| is(Some(key.name())))
        || is(model.version().as_ref())
        || is(model.owner().as_ref())
        || is(model.soft_delete().as_ref().map(|deleted| deleted.field()))
        || known.is_some_and(|known| known.set().is_some())
        || draft.states.iter().any(|(state, _)| state == name);
    let is_indexed = model
        .accesses()
        .iter()
        .filter(|access| access.index().is_some())
        .flat_map(|access| access.partition().fields().chain(access.sort().fields()))
        .any(|key| key == name);
    // Whoever writes a claim, or when an item expires, knows it from the update.
    let is_known = is(model.ttl().as_ref().map(|ttl| ttl.field()))
        || model.uniques().iter().flat_map(|unique| unique.fields()).any(|field| is(Some(field)));
    if is_fixed {
        Mode::Fixed
    } else if known.is_some_and(|known| *known.counter()) {
        Mode::Counter
    } else if is_indexed || is_known {
        Mode::Indexed
    } else {
        Mode::Free
    }
}

/// The attributes that no patch sets, besides those of which the entity's constants tell.
pub(crate) fn fixed<'f>(fields: &'f [Field<'_>], draft: &Draft, model: &Entity) -> Vec<&'f str> {
    let is_fixed = |name: &str| {
        draft.states.iter().any(|(state, _)| state == name)
            || model
                .field(name)
                .is_some_and(|field| *field.counter() || *field.set() == Some(SetOn::Create))
    };
    fields
        .iter()
        .filter(|field| is_fixed(&field.name))
        .map(|field| field.attribute.as_str())
        .collect()
}

/// Refuses a state in the primary key: an item would be another one after each step.
pub(crate) fn refuse_states_in_key(draft: &Draft, model: &Entity, faults: &mut Faults) {
    let key = model.key_fields();
    for (state, at) in &draft.states {
        if key.iter().any(|field| field.name().as_str() == state) {
            let message = format!(
                "`{state}` changes from state to state, so it cannot be in the primary key"
            );
            let help = "use a field of the entity itself that every item has and none changes";
            faults.at(*at, Code::UnfitForKey, message, help);
        }
    }
}
