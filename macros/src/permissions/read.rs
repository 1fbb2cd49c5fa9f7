//! From `#[permissions(…)]` and `#[permission("…")]` to a draft.

use std::collections::HashSet;

use purlin_schema::draft::{PermissionDraft, PermissionsDocument, RoleDraft};
use purlin_schema::{Code, Located};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Ident, Lit, Variant};

use crate::arguments::{Argument, Keys, Value, arguments};
use crate::faults::Faults;
use crate::fields::refuse_generics;
use crate::names::plain;

/// The variants that name a permission, and the document they make.
pub(crate) fn read<'a>(
    input: &'a DeriveInput,
    faults: &mut Faults,
) -> Option<(Vec<&'a Ident>, PermissionsDocument)> {
    refuse_generics(input, "a set of permissions", faults);
    let Data::Enum(data) = &input.data else {
        let help = format!("write `enum {} {{ … }}` with a variant for each", input.ident);
        faults.at(input.ident.span(), Code::WrongType, "permissions are an enum", help);
        return None;
    };
    let place = faults.place(input.ident.span());
    let written = arguments(&input.attrs, "permissions", faults);
    let mut keys = Keys::new(written, faults);
    let everything = keys.text("everything", faults);
    let roles = roles(&mut keys, faults);
    keys.finish(faults);
    let mut variants = Vec::new();
    let mut permissions = Vec::new();
    for variant in &data.variants {
        if let Some((name, privileged)) = permission(variant, faults) {
            let description = Some(Located::new(String::new(), name.place));
            let draft = PermissionDraft {
                place: name.place,
                description,
                privileged,
                ..PermissionDraft::default()
            };
            permissions.push((name, draft));
            variants.push(&variant.ident);
        }
    }
    if data.variants.is_empty() {
        let help = "add a variant with `#[permission(\"resource:action\")]`";
        let message = format!("`{}` declares no permission", input.ident);
        faults.at(input.ident.span(), Code::MissingKey, message, help);
    }
    let document = PermissionsDocument {
        place,
        permissions: Some(permissions.into_iter().collect()),
        roles: Some(roles.into_iter().collect()),
        everything,
    };
    Some((variants, document))
}

/// `#[permission("order:create")]`, or `#[permission("order:refund", privileged)]`
fn permission(
    variant: &Variant,
    faults: &mut Faults,
) -> Option<(Located<String>, Option<Located<bool>>)> {
    let ident = &variant.ident;
    if !variant.fields.is_empty() {
        let message = format!("the permission `{ident}` carries data");
        faults.at(variant.fields.span(), Code::WrongType, message, "remove it");
    }
    if let Some((_, value)) = &variant.discriminant {
        let message = format!("the permission `{ident}` has a number of its own");
        let help = "remove it: permissions are numbered in the order they are declared";
        faults.at(value.span(), Code::WrongType, message, help);
    }
    let mut written = arguments(&variant.attrs, "permission", faults);
    let is_name = |it: &Argument| matches!(it, Argument::Literal(Lit::Str(_)));
    let name = match written.iter().filter(|it| is_name(it)).count() {
        1 => written.iter().position(is_name).map(|place| written.remove(place)),
        _ => None,
    };
    let Some(Argument::Literal(Lit::Str(name))) = name else {
        let message = format!("the permission `{ident}` has no name");
        let help = "add one name, for example `#[permission(\"order:create\")]`";
        faults.at(ident.span(), Code::MissingKey, message, help);
        return None;
    };
    let mut keys = Keys::new(written, faults);
    let privileged = keys.flag("privileged", faults).map(|at| faults.located(true, at));
    keys.finish(faults);
    Some((faults.located(name.value(), name.span()), privileged))
}

/// `role(user, "order:*", "order:read")`
fn roles(keys: &mut Keys, faults: &mut Faults) -> Vec<(Located<String>, RoleDraft)> {
    let mut known = HashSet::new();
    let mut roles = Vec::new();
    for (at, list) in keys.lists("role", faults) {
        let mut list = list.into_iter();
        let Some(Argument::Key(name, Value::Nothing)) = list.next() else {
            faults.at(
                at,
                Code::MissingKey,
                "the role has no name",
                "write its name first, for example `role(user, …)`",
            );
            continue;
        };
        if !known.insert(plain(&name)) {
            let message = format!("the role `{name}` is declared twice");
            faults.at(name.span(), Code::DuplicateName, message, "bring its grants together");
        }
        let mut grants = Vec::new();
        for grant in list {
            match grant {
                Argument::Literal(Lit::Str(grant)) => {
                    grants.push(faults.located(grant.value(), grant.span()));
                }
                Argument::Literal(other) => {
                    faults.at(
                        other.span(),
                        Code::WrongType,
                        "a grant is a string",
                        "write `\"order:*\"`",
                    );
                }
                Argument::Key(other, _) => {
                    faults.at(
                        other.span(),
                        Code::WrongType,
                        "a grant is a string",
                        "write `\"order:*\"`",
                    );
                }
            }
        }
        let name = faults.located(plain(&name), name.span());
        let role = RoleDraft { place: name.place, grants: Some(grants), ..RoleDraft::default() };
        roles.push((name, role));
    }
    roles
}
