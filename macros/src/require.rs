//! `#[require_permission(order::create)]`: a handler that takes a permit.

use proc_macro2::{Span, TokenStream};
use purlin_schema::Name;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, ItemFn, Path, Type};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let message = "only a function can require a permission";
            return refused(item.span(), message, "write it above the handler", &item);
        }
    };
    match permission(arguments).and_then(|permission| permitted(function, &permission)) {
        Ok(tokens) => tokens,
        Err(error) => {
            let error = error.into_compile_error();
            quote! { #error #item }
        }
    }
}

/// `order::create` as the type that it is: `order::Create`.
fn permission(arguments: TokenStream) -> syn::Result<Path> {
    let fault = |span: Span, message: &str| {
        syn::Error::new(
            span,
            format!(
                "{message}\nhelp: write `#[require_permission(order::create)]` for the permission `order:create`"
            ),
        )
    };
    if arguments.is_empty() {
        return Err(fault(Span::call_site(), "the permission is missing"));
    }
    let mut path: Path = syn::parse2(arguments.clone())
        .map_err(|_| fault(arguments.span(), "a permission is written as a path"))?;
    let resources = path.segments.len().saturating_sub(1);
    match path.segments.last_mut() {
        Some(action) if resources > 0 && action.arguments.is_none() => {
            let name = Name::new(action.ident.to_string()).pascal();
            action.ident = Ident::new(&name, action.ident.span());
            Ok(path)
        }
        _ => Err(fault(path.span(), "a permission is a resource and an action")),
    }
}

/// The function with the permit before its own parameters.
fn permitted(mut function: ItemFn, permission: &Path) -> syn::Result<TokenStream> {
    if let Some(given) = function.sig.inputs.iter().find(|input| is_permit(input)) {
        let message = "the function has a permit already\nhelp: remove the parameter, which `#[require_permission(…)]` adds, or the attribute";
        return Err(syn::Error::new(given.span(), message));
    }
    if let Some(FnArg::Receiver(receiver)) = function.sig.inputs.first() {
        let message =
            "a method is no handler of an operation\nhelp: write a function that takes a `Request`";
        return Err(syn::Error::new(receiver.span(), message));
    }
    // The body names it, as if the user had written the parameter.
    let name = Ident::new("permit", Span::call_site());
    let span = permission.span();
    let permit = quote_spanned! { span => #name: ::purlin::Permit<#permission> };
    function.sig.inputs.insert(0, syn::parse2(permit)?);
    let unused = quote! { let _ = &#name; };
    function.block.stmts.insert(0, syn::parse2(unused)?);
    Ok(quote! { #function })
}

fn is_permit(input: &FnArg) -> bool {
    let FnArg::Typed(typed) = input else { return false };
    let Type::Path(path) = &*typed.ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "Permit")
}

/// The item as it is, with an error: nothing that names it fails, too.
fn refused(at: Span, message: &str, help: &str, item: &TokenStream) -> TokenStream {
    let error = syn::Error::new(at, format!("{message}\nhelp: {help}")).into_compile_error();
    quote! { #error #item }
}
