//! A module that calls its own things like Rust's and Purlin's: the derives name everything by its
//! full path.
#![no_implicit_prelude]

use ::core::clone::Clone;
use ::core::marker::Copy;
use ::core::prelude::rust_2024::derive;

/// Not Rust's.
pub mod core {}
/// Not Rust's.
pub mod std {}
/// Not Purlin's.
pub mod purlin {}
/// Not Rust's.
pub struct Option;
/// Not Rust's.
pub struct Result;
/// Not Rust's.
pub struct String;
/// Not Purlin's.
pub struct Value;
/// Not Purlin's.
pub struct Path;
/// Not Purlin's.
pub struct End;
/// Not a parameter of a derive's.
#[derive(::purlin::Attribute)]
pub enum E {
    /// M.
    M,
}
/// Not Purlin's.
pub trait Attribute {}

/// Fields called like what an expansion works with.
#[derive(::purlin::Entity)]
#[entity(partition = "PARCEL#{map}#{type}", sort = "METADATA", version = version)]
#[entity(index(by_state, on = GSI1, partition = "STATE#{state}#{label.in}", sort = "PARCEL"))]
#[entity(index(by_name, on = GSI2, partition = "NAME#{name}", sort = "{type}#{value}", project = Projection))]
#[entity(access(entity))]
#[entity(ttl = at, soft_delete = gone, unique(value(value)))]
pub struct Parcel {
    /// A map.
    pub map: ::std::string::String,
    /// A type.
    pub r#type: i64,
    /// A name.
    pub name: i64,
    /// A value.
    pub value: ::core::option::Option<i64>,
    /// A partition.
    pub partition: i64,
    /// A state.
    pub state: State,
    /// A label.
    pub label: Label,
    /// Fields.
    pub fields: Fields,
    /// A counter.
    #[entity(counter)]
    pub counter: i64,
    /// A time.
    pub at: ::purlin::Timestamp,
    /// A time.
    pub gone: ::core::option::Option<::purlin::Timestamp>,
    /// A version.
    pub version: u32,
}

/// A projection called like the trait.
#[derive(::purlin::Projection)]
#[projection(entity = Parcel)]
pub struct Projection {
    /// A type.
    pub r#type: i64,
    /// A value.
    #[serde(default)]
    pub value: ::core::option::Option<i64>,
}

/// An object called like what an expansion works with.
#[derive(::purlin::Attribute)]
pub struct Fields {
    /// Fields.
    pub fields: ::core::option::Option<::std::boxed::Box<Fields>>,
    /// Something within.
    pub within: i64,
    /// An E.
    pub e: E,
}

/// The paths to fields of such names.
pub fn paths() -> ::purlin::Condition<Parcel> {
    let fields = Parcel::fields();
    let inner = fields.fields().fields();
    fields
        .r#type()
        .lt(1)
        .and(inner.fields().fields().within().eq(1))
        .and(fields.label().fields().r#in().exists())
}

/// Variants called like those of `Option`.
#[derive(::purlin::Attribute)]
pub enum State {
    /// Some.
    Some,
    /// None.
    None,
}

/// A field called like a keyword.
#[derive(::purlin::Attribute)]
pub struct Label {
    /// In.
    pub r#in: ::std::string::String,
    /// A value.
    pub value: i64,
    /// A text.
    pub text: i64,
}

/// A patch called like what it is applied to.
#[derive(::purlin::Patch)]
#[patch(entity = Parcel)]
pub struct Update {
    /// An update.
    pub state: ::core::option::Option<State>,
}

/// Permissions called like variants of `Option`.
#[derive(Clone, Copy, ::purlin::Permissions)]
#[permissions(role(user, "parcel:read"))]
pub enum Permissions {
    /// Some.
    #[permission("parcel:read")]
    Some,
}

/// An event called like the trait.
#[derive(::serde::Serialize, ::purlin::Event)]
#[event(source = "parcel-service.parcels")]
pub struct Event {}
