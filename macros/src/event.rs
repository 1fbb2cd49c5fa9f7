//! `#[derive(Event)]`: what the bus is told of a struct.

use proc_macro2::TokenStream;
use purlin_schema::draft::{EventDocument, EventDraft, FamilySection};
use purlin_schema::{Code, Located, Problem, check_event};
use quote::quote;
use syn::DeriveInput;

use crate::arguments::{Keys, arguments};
use crate::faults::{Faults, answer};
use crate::fields::named;
use crate::names::plain;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut faults = Faults::new(input.ident.span());
    named(input, "an event", &mut faults);
    let (source, document) = read(input, &mut faults);
    let expansion = match (check_event(&document), source) {
        (Ok(model), Some(source)) => {
            Some(expand(input, &source.value, model.name().as_str(), *model.version()))
        }
        (Ok(_), None) => None,
        (Err(problems), _) => {
            faults.extend(problems);
            None
        }
    };
    answer(input, faults, expansion, || expand(input, "", "", 0))
}

fn read(input: &DeriveInput, faults: &mut Faults) -> (Option<Located<String>>, EventDocument) {
    let name = faults.located(plain(&input.ident), input.ident.span());
    let written = arguments(&input.attrs, "event", faults);
    let mut keys = Keys::new(written, faults);
    let source = keys.text("source", faults);
    let version = keys.integer("version", faults);
    if source.is_none() && !keys.wrote("source") {
        let message = format!("the event `{}` has no source", input.ident);
        let help = "add `#[event(source = \"service.family\")]`";
        faults.at(input.ident.span(), Code::MissingKey, message, help);
    }
    keys.finish(faults);
    let family = source.as_ref().and_then(|source| family(source, faults));
    let place = name.place;
    let event = EventDraft { place, version, ..EventDraft::default() };
    let document = EventDocument {
        place,
        family: Some(FamilySection { place, name: family, ..FamilySection::default() }),
        events: Some([(name, event)].into_iter().collect()),
    };
    (source, document)
}

/// What stands after the service's name.
fn family(source: &Located<String>, faults: &mut Faults) -> Option<Located<String>> {
    let help = match source.value.rsplit_once('.') {
        Some(_) if source.value.starts_with("aws.") => "EventBridge keeps `aws` for itself",
        Some((service, family)) if !service.is_empty() => {
            return Some(Located::new(family.to_owned(), source.place));
        }
        _ => "write the service's name, a dot and the family's, for example `order-desk.orders`",
    };
    let message = format!("`{}` is not a valid source", source.value);
    faults.push(Problem::new(Code::InvalidName, source.place, message).help(help));
    None
}

fn expand(input: &DeriveInput, source: &str, detail_type: &str, version: u32) -> TokenStream {
    let name = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let version = proc_macro2::Literal::u32_unsuffixed(version);
    quote! {
        #[automatically_derived]
        impl #impl_generics ::purlin::Event for #name #ty_generics #where_clause {
            const SOURCE: &'static str = #source;
            const DETAIL_TYPE: &'static str = #detail_type;
            const VERSION: u32 = #version;
        }
    }
}
