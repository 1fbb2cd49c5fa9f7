//! `#[derive(Entity)]`: attributes to a draft, through the schema's checks, to the implementation.

use proc_macro2::TokenStream;
use purlin_schema::check_entity;
use syn::DeriveInput;

use crate::faults::{Faults, answer};
use crate::fields::{Field, refuse_generics, refuse_reserved, stored};

mod access;
mod expand;
mod narrow;
mod read;
mod rules;
mod stub;
mod template;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut faults = Faults::new(input.ident.span());
    refuse_generics(input, "an entity", &mut faults);
    let fields = stored(input, "an entity", &mut faults);
    let Some((container, fields)) = fields else {
        return answer(input, faults, None, || stub::stub(input, &[], None));
    };
    refuse_reserved(&fields, &mut faults);
    let draft = read::read(input, &fields, &mut faults);
    let expansion = match check_entity(&draft.document) {
        Ok(model) => {
            rules::refuse_states_in_key(&draft, &model, &mut faults);
            faults
                .is_empty()
                .then(|| expand::expand(input, &container, &fields, &draft, &model, &faults))
        }
        Err(problems) => {
            faults.extend(problems);
            None
        }
    };
    answer(input, faults, expansion, || stub::stub(input, &fields, Some(&draft)))
}

/// The field of this name. The checks have seen that it exists.
fn field<'f, 'a>(fields: &'f [Field<'a>], name: &str) -> Option<&'f Field<'a>> {
    fields.iter().find(|field| field.name == name)
}
