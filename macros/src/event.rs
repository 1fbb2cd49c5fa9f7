//! `#[derive(Event)]`: what the bus is told of a struct.

use proc_macro2::TokenStream;
use purlin_schema::draft::{EventDocument, EventDraft, FamilySection};
use purlin_schema::{Code, Located, Problem, check_event};
use quote::quote;
use syn::{DeriveInput, Path};

use crate::arguments::{Keys, arguments};
use crate::faults::{Faults, answer};
use crate::fields::named;
use crate::names::plain;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut faults = Faults::new(input.ident.span());
    named(input, "an event", &mut faults);
    let Written { source, of, fallback, upcast, document } = read(input, &mut faults);
    let more = More { fallback, upcast };
    let expansion = match (check_event(&document), source) {
        (Ok(model), Some(source)) => {
            let name = model.name().as_str();
            let event = expand(input, &source.value, name, *model.version(), &more);
            let of = of.map(|entity| expand_of(input, &entity));
            Some(quote! { #event #of })
        }
        (Ok(_), None) => None,
        (Err(problems), _) => {
            faults.extend(problems);
            None
        }
    };
    answer(input, faults, expansion, || expand(input, "", "", 0, &More::default()))
}

/// What the attributes say.
struct Written {
    source: Option<Located<String>>,
    /// The entity that the event is made of.
    of: Option<Path>,
    fallback: Option<Path>,
    upcast: Option<Path>,
    document: EventDocument,
}

/// What an event need not say.
#[derive(Default)]
struct More {
    /// What becomes of it where the bus does not take it.
    fallback: Option<Path>,
    /// The function that makes data of an earlier version into that of the next one.
    upcast: Option<Path>,
}

fn read(input: &DeriveInput, faults: &mut Faults) -> Written {
    let name = faults.located(plain(&input.ident), input.ident.span());
    let written = arguments(&input.attrs, "event", faults);
    let mut keys = Keys::new(written, faults);
    let source = keys.text("source", faults);
    let version = keys.integer("version", faults);
    let of = keys.path("of", faults);
    let fallback = keys.path("fallback", faults);
    let upcast = keys.path("upcast", faults);
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
    Written { source, of, fallback, upcast, document }
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

fn expand(
    input: &DeriveInput,
    source: &str,
    detail_type: &str,
    version: u32,
    more: &More,
) -> TokenStream {
    let name = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let version = proc_macro2::Literal::u32_unsuffixed(version);
    let fallback = more.fallback.as_ref().map(|fallback| {
        quote! { const FALLBACK: ::purlin::Fallback = ::purlin::Fallback::#fallback; }
    });
    let upcast = more.upcast.as_ref().map(|upcast| {
        quote! {
            fn upcast(
                __version: u32,
                __data: ::purlin::event::Data,
            ) -> ::purlin::Result<::purlin::event::Data> {
                #upcast(__version, __data)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics ::purlin::Event for #name #ty_generics #where_clause {
            const SOURCE: &'static str = #source;
            const DETAIL_TYPE: &'static str = #detail_type;
            const VERSION: u32 = #version;
            #fallback
            #upcast
        }
    }
}

/// The event as one that is made of an item, by the conversion that stands beside it.
fn expand_of(input: &DeriveInput, entity: &Path) -> TokenStream {
    let name = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::purlin::EventOf for #name #ty_generics #where_clause {
            type Entity = #entity;

            fn of(__item: &#entity, _: &#entity) -> Self {
                <Self as ::core::convert::From<&#entity>>::from(__item)
            }
        }
    }
}
