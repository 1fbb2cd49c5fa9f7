//! By which fields of its sort key a query can be narrowed: a list of types, `Next<K, …>`.

use proc_macro2::TokenStream;
use purlin_schema::template::{Part, Template};
use quote::quote;

use super::field;
use crate::fields::Field;

/// The fields of a sort key that a query can give, from the left to the right.
///
/// The list ends before a field whose type cannot be named, since it is inside an object. And it ends before one that
/// a literal other than `#` follows: the order of the keys is then not quite that of the values.
pub(crate) fn given<'f, 'a>(sort: &Template, fields: &'f [Field<'a>]) -> Vec<&'f Field<'a>> {
    let mut given = Vec::new();
    let mut parts = sort.parts().iter().peekable();
    while let Some(part) = parts.next() {
        let Part::Field(placeholder) = part else { continue };
        let closed = match parts.peek() {
            Some(Part::Literal(literal)) => literal.starts_with(purlin_schema::template::SEPARATOR),
            _ => true,
        };
        let [name] = placeholder.path.as_slice() else { break };
        match field(fields, name).filter(|_| closed) {
            Some(field) => given.push(field),
            None => break,
        }
    }
    given
}

/// `Next<Timestamp, Next<str>>`, or `End`.
pub(crate) fn list(given: &[&Field<'_>]) -> TokenStream {
    let rest = given.iter().rev().fold(None, |rest: Option<TokenStream>, field| {
        let borrowed = field.borrowed();
        Some(match rest {
            Some(rest) => quote! { ::purlin::Next<#borrowed, #rest> },
            None => quote! { ::purlin::Next<#borrowed> },
        })
    });
    rest.unwrap_or_else(|| quote! { ::purlin::End })
}

/// Says it to whoever reads the function's documentation.
pub(crate) fn doc(given: &[&Field<'_>]) -> Option<String> {
    let names: Vec<String> = given.iter().map(|field| format!("`{}`", field.name)).collect();
    (!names.is_empty())
        .then(|| format!(" A query can be narrowed by {}.", names.join(", then by ")))
}
