//! Places in a JSON text, as JSON Pointers (RFC 6901).

use garde::error::Kind;

use super::node::Node;

/// The way from the root of a text to a value in it: a list whose head is the innermost step, kept on the stack.
pub(super) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => {
                let mut pointer = parent.pointer();
                push(&mut pointer, key);
                pointer
            }
            Self::Index(parent, index) => {
                let mut pointer = parent.pointer();
                push(&mut pointer, &index.to_string());
                pointer
            }
        }
    }
}

/// Appends one reference token, escaped.
pub(super) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Where a value that garde refused is in `document`.
///
/// Garde names fields as Rust does and keys of maps as they are, and does not say which is which. What the document
/// has under that very name is a key of a map, since a field would have been written in camelCase there.
pub(super) fn of_validated(path: &garde::Path, document: &Node<'_>) -> String {
    let mut pointer = String::new();
    let mut node = Some(document);
    // Innermost first is how garde keeps them.
    for (kind, component) in path.__iter().rev() {
        match kind {
            Kind::None => {}
            Kind::Index => {
                push(&mut pointer, component);
                node = component.parse().ok().and_then(|index| node?.at(index));
            }
            Kind::Key => {
                let camel = camel_case(component);
                let as_is = node.and_then(|node| node.get(component));
                push(&mut pointer, if as_is.is_some() { component } else { &camel });
                node = as_is.or_else(|| node?.get(&camel));
            }
        }
    }
    pointer
}

/// `max_tokens` as serde's `rename_all = "camelCase"` writes it.
fn camel_case(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut capital = false;
    for c in field.trim_start_matches("r#").chars() {
        match c {
            '_' => capital = !name.is_empty(),
            c if capital => {
                name.push(c.to_ascii_uppercase());
                capital = false;
            }
            c => name.push(c),
        }
    }
    name
}
