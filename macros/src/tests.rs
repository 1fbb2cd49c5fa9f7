//! What the derives write, printed as a person would read it, and serde's rules for names.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use syn::{DeriveInput, parse_quote};

use crate::names::Case;

fn check(derive: fn(&DeriveInput) -> TokenStream, input: &DeriveInput, expected: ExpectFile) {
    let file = syn::parse2(derive(input)).expect("an expansion is a list of items");
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn an_entity() {
    let input = parse_quote! {
        #[serde(rename_all = "camelCase")]
        #[entity(partition = "DEPOT#{depot_id}", sort = "PARCEL#{parcel_id}", id = "parcel")]
        #[entity(version = version, owner = sender_id)]
        #[entity(index(by_sender, on = GSI1, partition = "SENDER#{sender_id}", sort = "PARCEL#{updated_at}", descending))]
        #[entity(access(of_depot))]
        pub struct Parcel {
            pub depot_id: DepotId,
            pub parcel_id: Id<Parcel>,
            pub sender_id: UserId,
            #[serde(default)]
            pub note: Option<String>,
            #[entity(set = on_write)]
            pub updated_at: Timestamp,
            pub version: u64,
        }
    };
    check(crate::entity::derive, &input, expect_file!["tests/entity.rs"]);
}

#[test]
fn an_entity_with_nested_fields_in_an_index() {
    let input = parse_quote! {
        #[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
        #[entity(index(by_city, on = GSI2, partition = "CITY#{label.city}", sort = "{label.lines.floor}"))]
        struct Parcel {
            parcel_id: String,
            label: Option<Label>,
        }
    };
    check(crate::entity::derive, &input, expect_file!["tests/nested.rs"]);
}

#[test]
fn an_entity_under_every_rule() {
    let input = parse_quote! {
        #[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", owner = sender)]
        #[entity(index(by_state, on = GSI1, partition = "STATE#{state}", sort = "{code}#{shelf}#{state}", project = ParcelByState))]
        #[entity(ttl = expires_at, soft_delete(deleted_at, retain = 3600))]
        #[entity(unique(code(code), place(sender, shelf)))]
        pub struct Parcel {
            parcel_id: String,
            sender: String,
            #[entity(status)]
            state: State,
            pub code: Option<String>,
            shelf: Option<Shelf>,
            #[entity(counter)]
            lookups: u64,
            #[entity(set = on_create)]
            sent_at: Timestamp,
            expires_at: Timestamp,
            deleted_at: Option<Timestamp>,
        }
    };
    check(crate::entity::derive, &input, expect_file!["tests/rules.rs"]);
}

#[test]
fn a_projection() {
    let input = parse_quote! {
        #[serde(rename_all = "camelCase")]
        #[projection(entity = Parcel)]
        struct ParcelByState {
            state: State,
            note_text: Option<String>,
        }
    };
    check(crate::projection::derive, &input, expect_file!["tests/projection.rs"]);
}

#[test]
fn an_object() {
    let input = parse_quote! {
        #[serde(rename_all = "camelCase")]
        struct Label {
            street_name: String,
            #[serde(default = "one")]
            floor: i64,
        }
    };
    check(crate::attribute::derive, &input, expect_file!["tests/object.rs"]);
}

#[test]
fn an_enum() {
    let input = parse_quote! {
        #[serde(rename_all = "snake_case")]
        enum State {
            InTransit,
            Delivered,
        }
    };
    check(crate::attribute::derive, &input, expect_file!["tests/enumeration.rs"]);
}

#[test]
fn a_patch() {
    let input = parse_quote! {
        #[serde(rename_all = "camelCase", default)]
        #[patch(entity = Parcel)]
        struct ParcelPatch {
            state: Option<State>,
            note_text: Option<Option<String>>,
        }
    };
    check(crate::patch::derive, &input, expect_file!["tests/patch.rs"]);
}

#[test]
fn an_event() {
    let input = parse_quote! {
        #[event(source = "parcel-service.parcels", version = 2)]
        struct ParcelSent {
            parcel_id: String,
        }
    };
    check(crate::event::derive, &input, expect_file!["tests/event.rs"]);
}

#[test]
fn permissions() {
    let input = parse_quote! {
        #[permissions(everything = "admin:*")]
        #[permissions(role(admin, "admin:*"), role(courier, "parcel:*", "depot:read:any"))]
        enum Permission {
            #[permission("parcel:read")]
            ParcelRead,
            #[permission("parcel:update", privileged)]
            ParcelUpdate,
            #[permission("depot:read")]
            DepotRead,
        }
    };
    check(crate::permissions::derive, &input, expect_file!["tests/permissions.rs"]);
}

#[test]
fn an_error_comes_with_a_stub() {
    let input = parse_quote! {
        #[entity(partition = "PARCEL#{parcel_idd}", sort = "STATE#{state}", id = "parcel")]
        struct Parcel {
            parcel_id: String,
            state: State,
        }
    };
    check(crate::entity::derive, &input, expect_file!["tests/stub.rs"]);
}

#[test]
fn a_query_narrows_by_what_sorts_as_its_values_do() {
    let narrowed = |sort: &str| {
        let input = parse_quote! {
            #[entity(partition = "PARCEL#{name}", sort = #sort)]
            #[entity(access(of_parcel))]
            struct Parcel {
                name: String,
                floor: Option<i64>,
                label: Label,
            }
        };
        let expansion = crate::entity::derive(&input).to_string().replace(' ', "");
        let returned = expansion.split("::purlin::Access<Self").nth(1).expect("a function");
        returned.split('{').next().expect("a type").replace("::purlin::", "")
    };
    for (sort, expected) in [
        ("METADATA", ">"),
        ("{name}", ",Next<str>>"),
        ("A#{floor}#B#{name}#{floor}", ",Next<i64,Next<str,Next<i64>>>>"),
        ("A#{floor}-#B{name}", ">"),
        ("A-{floor}#B-{name}.C#{floor}", ",Next<i64>>"),
        ("A#{floor}##", ",Next<i64>>"),
    ] {
        assert_eq!(narrowed(sort), expected, "{sort}");
    }
}

#[test]
fn names_follow_serde() {
    let forms = |case: Case| (case.field("street_name_2"), case.variant("InTransitX"));
    let cases = [
        (Case::Kept, "street_name_2", "InTransitX"),
        (Case::Lower, "street_name_2", "intransitx"),
        (Case::Upper, "STREET_NAME_2", "INTRANSITX"),
        (Case::Pascal, "StreetName2", "InTransitX"),
        (Case::Camel, "streetName2", "inTransitX"),
        (Case::Snake, "street_name_2", "in_transit_x"),
        (Case::ScreamingSnake, "STREET_NAME_2", "IN_TRANSIT_X"),
        (Case::Kebab, "street-name-2", "in-transit-x"),
        (Case::ScreamingKebab, "STREET-NAME-2", "IN-TRANSIT-X"),
    ];
    for (case, field, variant) in cases {
        assert_eq!(forms(case), (field.to_owned(), variant.to_owned()), "{case:?}");
    }
}
