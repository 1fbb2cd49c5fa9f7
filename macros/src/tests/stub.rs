::core::compile_error! {
    "`Parcel` has no field `parcel_idd`\nhelp: did you mean `parcel_id`?"
}
#[automatically_derived]
impl ::purlin::Entity for Parcel {
    type Key<'__k> = &'__k State;
    const NAME: &'static str = "";
    const PARTITION: ::purlin::Template = &[];
    const SORT: ::core::option::Option<::purlin::Template> = ::core::option::Option::None;
    const INDEXES: &'static [::purlin::Index] = &[];
    const VERSION: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const OWNER: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const SET_ON_WRITE: &'static [&'static str] = &[];
    const KEY_ATTRIBUTES: &'static [&'static str] = &[];
    fn key_values(
        _: Self::Key<'_>,
    ) -> ::std::vec::Vec<(&'static str, ::purlin::__private::Value)> {
        ::core::unreachable!()
    }
    fn key(&self) -> Self::Key<'_> {
        ::core::unreachable!()
    }
    fn to_item(&self) -> ::purlin::Item {
        ::core::unreachable!()
    }
    fn from_item(
        _: ::purlin::Item,
    ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
        ::core::unreachable!()
    }
}
#[automatically_derived]
impl ::purlin::__private::Fields for Parcel {
    type Struct = Self;
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("parcel_id", "parcel_id"),
        ("state", "state"),
    ];
    fn get(&self) -> ::core::option::Option<&Self> {
        ::core::option::Option::Some(self)
    }
}
/// The paths to the fields of [`Parcel`].
struct ParcelFields(());
impl ParcelFields {
    /// The path to `parcel_id`.
    #[inline]
    fn parcel_id(&self) -> ::purlin::Path<Parcel, String, ::purlin::Free> {
        ::purlin::Path::at("parcel_id")
    }
    /// The path to `state`.
    #[inline]
    fn state(&self) -> ::purlin::Path<Parcel, State, ::purlin::Free> {
        ::purlin::Path::at("state")
    }
}
impl Parcel {
    /// The paths to the fields.
    #[inline]
    #[must_use]
    fn fields() -> ParcelFields {
        ParcelFields(())
    }
}
#[automatically_derived]
impl ::purlin::IdPrefix for Parcel {
    const PREFIX: &'static str = "";
}
#[automatically_derived]
impl ::purlin::Restorable for Parcel {}
#[automatically_derived]
impl ::purlin::BatchWritable for Parcel {}
