//! Who sees and gives which fields, by what its role holds and whose the item is.

use serde_json::json;

use super::*;
use crate::context::tests::{TestPermission, shared, thing};
use crate::dynamodb::AttributeValue;
use crate::{AttributeError, Index, Item, Template};

/// Enough of entities to be guarded; they are stored nowhere. One has an owner, the other has none.
macro_rules! entity {
    ($name:ident, $owner:expr) => {
        #[derive(Serialize)]
        struct $name {
            owner: &'static str,
            price: u32,
        }

        impl Entity for $name {
            type Key<'k> = ();
            const NAME: &'static str = stringify!($name);
            const PARTITION: Template = &[];
            const SORT: Option<Template> = None;
            const INDEXES: &'static [Index] = &[];
            const VERSION: Option<&'static str> = None;
            const OWNER: Option<&'static str> = $owner;
            const SET_ON_WRITE: &'static [&'static str] = &[];
            const KEY_ATTRIBUTES: &'static [&'static str] = &[];
            const GUARDED: &'static [Guarded] =
                &[Guarded::new("price").read_by::<thing::Write>().write_by::<thing::Write>()];

            fn key_values((): ()) -> Vec<(&'static str, AttributeValue)> {
                Vec::new()
            }

            fn key(&self) {}

            fn to_item(&self) -> Item {
                Item::new()
            }

            fn from_item(_: Item) -> Result<Self, AttributeError> {
                Ok(Self { owner: "ada", price: 7 })
            }
        }
    };
}

entity!(Owned, Some("owner"));
entity!(Common, None);

/// Holds `thing:read`, and `thing:write` for nothing, for its own, or for all.
fn ada(write: Reach, read_any: bool) -> Context {
    let (read, other) = (TestPermission::Read.index(), TestPermission::Write.index());
    let grants = crate::Grants::NONE;
    let grants = if read_any { grants.any(read) } else { grants.own(read) };
    let grants = match write {
        Reach::Nothing => grants,
        Reach::Own => grants.own(other),
        Reach::Any => grants.any(other),
    };
    Context::on_behalf_of(&shared(), Caller::new("ada", "owner", grants), "request")
}

/// What the caller is shown of the price of an item of `owner`'s.
fn shown<E: Entity + Serialize>(authority: &impl Authority, item: &E) -> bool {
    let value = Veil::of::<E>(authority).over(item).expect("it is JSON");
    assert!(value["owner"].is_string(), "{value}");
    value.get("price").is_some()
}

#[test]
fn a_field_is_seen_by_who_holds_the_permission() {
    let mine = Owned { owner: "ada", price: 7 };
    let theirs = Owned { owner: "bob", price: 7 };
    let common = Common { owner: "bob", price: 7 };
    for (write, [own, other, nobodys]) in [
        (Reach::Nothing, [false, false, false]),
        // A grant for the caller's own shows nothing of somebody else's.
        (Reach::Own, [true, false, true]),
        (Reach::Any, [true, true, true]),
    ] {
        let ctx = ada(write, true);
        let permit = ctx.authorize::<thing::Read>().expect("it is held");
        assert_eq!([shown(&ctx, &mine), shown(&permit, &mine)], [own; 2]);
        assert_eq!([shown(&ctx, &theirs), shown(&permit, &theirs)], [other; 2]);
        assert_eq!([shown(&ctx, &common), shown(&permit, &common)], [nobodys; 2]);
    }
}

#[test]
fn who_shows_no_credential_sees_and_gives_nothing_guarded() {
    let ctx = Context::without_caller(&shared(), "request");
    assert!(!shown(&ctx, &Owned { owner: "ada", price: 7 }));
    assert!(!shown(&ctx, &Common { owner: "ada", price: 7 }));
    assert_eq!(withheld::<Common>(&ctx), [("price", "thing:write")]);
}

#[test]
fn a_part_that_does_not_say_whose_it_is_shows_what_is_surely_the_callers() {
    for (write, read_any, seen) in [
        (Reach::Own, false, true),
        (Reach::Own, true, false),
        (Reach::Any, true, true),
        (Reach::Nothing, false, false),
    ] {
        let permit = ada(write, read_any).authorize::<thing::Read>().expect("it is held");
        let part = Veil::of::<Owned>(&permit).over(&json!({"price": 7})).expect("it is JSON");
        assert_eq!(part.get("price").is_some(), seen);
    }
}

#[test]
fn a_field_is_given_by_who_holds_the_permission() {
    for (write, read_any, given) in [
        (Reach::Nothing, false, false),
        (Reach::Own, false, true),
        // What is reached may be somebody else's, for which the permission is not held.
        (Reach::Own, true, false),
        (Reach::Any, true, true),
    ] {
        let permit = ada(write, read_any).authorize::<thing::Read>().expect("it is held");
        assert_eq!(withheld::<Owned>(&permit).is_empty(), given);
        assert_eq!(withheld::<Common>(&permit).is_empty(), write != Reach::Nothing);
    }
}

#[test]
fn a_guard_shows_its_permissions() {
    assert_eq!(
        format!("{:?}", Owned::GUARDED),
        r#"[Guarded { attribute: "price", read_by: Some("thing:write"), write_by: Some("thing:write") }]"#
    );
}

#[test]
fn callers_who_see_the_same_are_told_from_those_who_do_not() {
    let seen = |write| seen::<Owned>(&ada(write, false));
    assert_eq!(seen(Reach::Nothing), "");
    assert_eq!(seen(Reach::Own), "price of its own");
    assert_eq!(seen(Reach::Any), "price of any");
}
