//! `#[derive(Permissions)]`: the catalogue of permissions and what each role holds of it.

use proc_macro2::TokenStream;
use purlin_schema::{Model, check_permissions};
use quote::quote;
use syn::{DeriveInput, Ident};

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
    quote! {
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
                ::core::option::Option::Some(match __role {
                    #(#roles => #grants,)*
                    _ => return ::core::option::Option::None,
                })
            }
        }
    }
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
