//! `#[derive(Permissions)]`: the catalogue of permissions, a type for each, and what each role holds of them.

use proc_macro2::TokenStream;
use purlin_schema::{Model, check_permissions};
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Ident, Visibility};

use crate::faults::{Faults, answer};

mod read;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut faults = Faults::new(input.ident.span());
    let Some((variants, document)) = read::read(input, &mut faults) else {
        return answer(input, faults, None, || stub(input));
    };
    let expansion = match check_permissions(&document) {
        Ok(model) => Some(expand(input, &variants, &model)),
        Err(problems) => {
            faults.extend(problems);
            None
        }
    };
    answer(input, faults, expansion, || stub(input))
}

/// `variants` are the permissions of the model, in the same order.
fn expand(input: &DeriveInput, variants: &[&Ident], model: &Model) -> TokenStream {
    let name = &input.ident;
    let names: Vec<&str> =
        model.permissions().iter().map(|permission| permission.name().as_str()).collect();
    let roles: Vec<&str> = model.roles().iter().map(|role| role.name().as_str()).collect();
    let grants = model.roles().iter().map(|role| {
        let held = names.iter().zip(variants).filter_map(|(permission, variant)| {
            if model.holds_any(role, permission) {
                return Some(quote! { .any(Self::#variant as u32) });
            }
            model.holds(role, permission).then(|| quote! { .own(Self::#variant as u32) })
        });
        quote! { const { ::purlin::Grants::NONE #(#held)* } }
    });
    let privileged = privileged(variants, model);
    let types = types(input, variants, model);
    quote! {
        #types

        #[automatically_derived]
        impl ::purlin::Permissions for #name {
            const ALL: &'static [Self] = &[#(Self::#variants),*];
            const ROLES: &'static [&'static str] = &[#(#roles),*];

            fn name(self) -> &'static str {
                match self { #(Self::#variants => #names,)* }
            }

            fn index(self) -> u32 {
                self as u32
            }

            fn grants(__role: &str) -> ::core::option::Option<::purlin::Grants> {
                match __role {
                    #(#roles => ::core::option::Option::Some(#grants),)*
                    _ => ::core::option::Option::None,
                }
            }

            #privileged
        }
    }
}

/// Which permissions are told to the audit whenever they are used; nothing where none is, as the trait has it.
fn privileged(variants: &[&Ident], model: &Model) -> Option<TokenStream> {
    let mut privileged = model
        .permissions()
        .iter()
        .zip(variants)
        .filter_map(|(permission, variant)| permission.privileged().then_some(variant))
        .peekable();
    privileged.peek()?;
    Some(quote! {
        fn is_privileged(self) -> bool {
            ::core::matches!(self, #(Self::#privileged)|*)
        }
    })
}

/// `pub mod order { pub enum Create {} … }`: a type for each permission, in a module for each resource.
fn types(input: &DeriveInput, variants: &[&Ident], model: &Model) -> TokenStream {
    let (catalogue, vis) = (&input.ident, &input.vis);
    let within = one_deeper(vis);
    let mut modules: Vec<(&str, Vec<TokenStream>)> = Vec::new();
    for (permission, variant) in model.permissions().iter().zip(variants) {
        let path = permission.type_path();
        let action = format_ident!("{}", path.rsplit("::").next().unwrap_or_default());
        let docs = docs(input, variant);
        let item = quote! {
            #(#docs)*
            #within enum #action {}

            #[automatically_derived]
            impl ::purlin::PermissionType for #action {
                type Catalogue = super::#catalogue;
                const PERMISSION: super::#catalogue = super::#catalogue::#variant;
            }
        };
        match modules.iter_mut().find(|(resource, _)| *resource == permission.resource()) {
            Some((_, items)) => items.push(item),
            None => modules.push((permission.resource(), vec![item])),
        }
    }
    let modules = modules.iter().map(|(resource, items)| {
        let (module, doc) =
            (format_ident!("{resource}"), format!("The permissions over `{resource}`, as types."));
        quote! {
            #[doc = #doc]
            #vis mod #module {
                #(#items)*
            }
        }
    });
    quote! { #(#modules)* }
}

/// The same visibility, written in a module within.
fn one_deeper(vis: &Visibility) -> TokenStream {
    match vis {
        Visibility::Public(_) => quote! { pub },
        Visibility::Inherited => quote! { pub(super) },
        Visibility::Restricted(restricted) => {
            let path = &restricted.path;
            match path.get_ident() {
                Some(ident) if ident == "crate" => quote! { pub(crate) },
                Some(ident) if ident == "self" => quote! { pub(super) },
                _ if path.segments.first().is_some_and(|first| first.ident == "crate") => {
                    quote! { pub(in #path) }
                }
                _ => quote! { pub(in super::#path) },
            }
        }
    }
}

/// What is written above the variant.
fn docs<'a>(input: &'a DeriveInput, variant: &Ident) -> Vec<&'a Attribute> {
    let Data::Enum(data) = &input.data else { return Vec::new() };
    let of = data.variants.iter().filter(|other| other.ident == *variant);
    of.flat_map(|variant| &variant.attrs).filter(|it| it.path().is_ident("doc")).collect()
}

fn stub(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    quote! {
        #[automatically_derived]
        impl ::purlin::Permissions for #name {
            const ALL: &'static [Self] = &[];
            const ROLES: &'static [&'static str] = &[];
            fn name(self) -> &'static str {
                ""
            }
            fn index(self) -> u32 {
                0
            }
            fn grants(_: &str) -> ::core::option::Option<::purlin::Grants> {
                ::core::option::Option::None
            }
        }
    }
}
