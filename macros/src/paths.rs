//! Typed paths: for each struct a type with a method for each field, from which conditions and
//! updates are made.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::DeriveInput;

use crate::fields::Field;

/// What an update may do at the path to a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Anything.
    Free,
    /// Anything whose outcome is known without the item.
    Indexed,
    /// Add.
    Counter,
    /// Nothing.
    Fixed,
}

impl Mode {
    fn marker(self) -> TokenStream {
        match self {
            Self::Free => quote! { ::purlin::Free },
            Self::Indexed => quote! { ::purlin::Indexed },
            Self::Counter => quote! { ::purlin::Counter },
            Self::Fixed => quote! { ::purlin::Fixed },
        }
    }
}

/// `ParcelFields` with a method for each field of the entity, and `Parcel::fields()`.
pub(crate) fn of_entity(
    input: &DeriveInput,
    fields: &[Field<'_>],
    mode: impl Fn(&Field<'_>) -> Mode,
) -> TokenStream {
    let (entity, visibility) = (&input.ident, &input.vis);
    let (name, doc) = (name(entity), doc(entity));
    let methods = fields.iter().map(|field| {
        let attribute = &field.attribute;
        let marker = mode(field).marker();
        let ty = named_self(field, entity);
        let path = quote! { ::purlin::Path<#entity, #ty, #marker> };
        method(field, &path, &quote! { ::purlin::Path::at(#attribute) })
    });
    quote! {
        #[doc = #doc]
        #visibility struct #name(());

        impl #name { #(#methods)* }

        impl #entity {
            /// The paths to the fields.
            #[inline]
            #[must_use]
            #visibility fn fields() -> #name {
                #name(())
            }
        }
    }
}

/// `LabelFields` with a method for each field of the object, wherever an entity has the object.
pub(crate) fn of_object(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (object, visibility) = (&input.ident, &input.vis);
    let (name, doc) = (name(object), doc(object));
    let methods = fields.iter().map(|field| {
        let attribute = &field.attribute;
        let ty = named_self(field, object);
        let path = quote! { ::purlin::Path<__E, #ty, __M> };
        method(field, &path, &quote! { self.0.within(#attribute) })
    });
    quote! {
        #[doc = #doc]
        #visibility struct #name<__E, __M>(::purlin::Path<__E, #object, __M>);

        impl<__E, __M> #name<__E, __M> { #(#methods)* }

        #[automatically_derived]
        impl ::purlin::Object for #object {
            type Fields<__E, __M> = #name<__E, __M>;

            fn fields<__E, __M>(__path: ::purlin::RawPath) -> #name<__E, __M> {
                #name(::purlin::Path::typed(__path))
            }
        }
    }
}

/// As public as the field, so that it names no type that is less so.
fn method(field: &Field<'_>, path: &TokenStream, value: &TokenStream) -> TokenStream {
    let Field { ident, visibility, .. } = field;
    let doc = format!(" The path to `{}`.", field.attribute);
    quote! {
        #[doc = #doc]
        #[inline]
        #visibility fn #ident(&self) -> #path {
            #value
        }
    }
}

fn name(of: &Ident) -> Ident {
    format_ident!("{}Fields", of)
}

fn doc(of: &Ident) -> String {
    format!(" The paths to the fields of [`{of}`].")
}

/// The field's type as it is called outside the struct, where `Self` is another one.
fn named_self(field: &Field<'_>, of: &Ident) -> TokenStream {
    fn rename(tokens: TokenStream, of: &Ident) -> TokenStream {
        tokens
            .into_iter()
            .map(|token| match token {
                TokenTree::Ident(word) if word == "Self" => {
                    let mut name = of.clone();
                    name.set_span(word.span());
                    TokenTree::Ident(name)
                }
                TokenTree::Group(group) => {
                    TokenTree::Group(Group::new(group.delimiter(), rename(group.stream(), of)))
                }
                token => token,
            })
            .collect()
    }
    let ty = field.ty;
    rename(quote! { #ty }, of)
}
