#[automatically_derived]
impl ::purlin::Entity for Parcel {
    type Key<'__k> = &'__k String;
    const NAME: &'static str = "Parcel";
    const ATTRIBUTES: &'static [&'static str] = &["parcel_id", "label"];
    const PARTITION: ::purlin::Template = &[
        ::purlin::Part::Literal("PARCEL#"),
        ::purlin::Part::Field {
            path: &["parcel_id"],
            kind: <String as ::purlin::KeyPart>::KIND,
        },
    ];
    const SORT: ::core::option::Option<::purlin::Template> = ::core::option::Option::Some(
        &[::purlin::Part::Literal("METADATA")],
    );
    const INDEXES: &'static [::purlin::Index] = &[
        ::purlin::Index {
            name: "GSI2",
            pattern: "by_city",
            partition: &[
                ::purlin::Part::Literal("CITY#"),
                ::purlin::Part::Field {
                    path: &[
                        "label",
                        ::purlin::__private::nested_name(
                            |__entity: &Parcel| ::purlin::__private::Fields::get(
                                &__entity.label,
                            ),
                            "city",
                        ),
                    ],
                    kind: ::purlin::__private::nested_kind(|__entity: &Parcel| ::core::option::Option::Some(
                        &::purlin::__private::Fields::get(&__entity.label)?.city,
                    )),
                },
            ],
            sort: &[
                ::purlin::Part::Field {
                    path: &[
                        "label",
                        ::purlin::__private::nested_name(
                            |__entity: &Parcel| ::purlin::__private::Fields::get(
                                &__entity.label,
                            ),
                            "lines",
                        ),
                        ::purlin::__private::nested_name(
                            |__entity: &Parcel| ::purlin::__private::Fields::get(
                                &::purlin::__private::Fields::get(&__entity.label)?.lines,
                            ),
                            "floor",
                        ),
                    ],
                    kind: ::purlin::__private::nested_kind(|__entity: &Parcel| ::core::option::Option::Some(
                        &::purlin::__private::Fields::get(
                                &::purlin::__private::Fields::get(&__entity.label)?.lines,
                            )?
                            .floor,
                    )),
                },
            ],
            partition_attribute: "GSI2PK",
            sort_attribute: "GSI2SK",
            projection: ::purlin::IndexProjection::All,
        },
    ];
    const VERSION: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const OWNER: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const SET_ON_WRITE: &'static [&'static str] = &[];
    const KEY_ATTRIBUTES: &'static [&'static str] = &["parcel_id"];
    fn key_values(
        __field_parcel_id: Self::Key<'_>,
    ) -> ::std::vec::Vec<(&'static str, ::purlin::__private::Value)> {
        ::std::vec![
            < String as ::purlin::__private::Stored > ::key_value(__field_parcel_id,
            "parcel_id")
        ]
    }
    fn key(&self) -> Self::Key<'_> {
        &self.parcel_id
    }
    fn to_item(&self) -> ::purlin::Item {
        let mut __map = ::purlin::__private::item(2, Self::INDEXES.len());
        <String as ::purlin::__private::Stored>::put(
            &self.parcel_id,
            &mut __map,
            "parcel_id",
        );
        <Option<
            Label,
        > as ::purlin::__private::Stored>::put(&self.label, &mut __map, "label");
        __map
    }
    fn from_item(
        __map: ::purlin::Item,
    ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
        let mut __field_parcel_id = ::core::option::Option::None;
        let mut __field_label = ::core::option::Option::None;
        for (__name, __value) in __map {
            match __name.as_str() {
                "parcel_id" => __field_parcel_id = ::core::option::Option::Some(__value),
                "label" => __field_label = ::core::option::Option::Some(__value),
                _ => {}
            }
        }
        ::core::result::Result::Ok(Self {
            parcel_id: <String as ::purlin::__private::Stored>::take(
                __field_parcel_id,
                "parcel_id",
            )?,
            label: <Option<
                Label,
            > as ::purlin::__private::Stored>::take(__field_label, "label")?,
        })
    }
}
#[automatically_derived]
impl ::purlin::__private::Fields for Parcel {
    type Struct = Self;
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("parcel_id", "parcel_id"),
        ("label", "label"),
    ];
    fn get(&self) -> ::core::option::Option<&Self> {
        ::core::option::Option::Some(self)
    }
}
impl Parcel {
    /// The items of GSI2 under `CITY#{label.city}`, in ascending order of `{label.lines.floor}`.
    #[must_use]
    fn by_city<__LabelCity: ::purlin::KeyPart + ?::core::marker::Sized>(
        label_city: &__LabelCity,
    ) -> ::purlin::Access<Self> {
        const {
            ::purlin::__private::same_kind::<
                __LabelCity,
            >(
                ::purlin::__private::nested_kind(|__entity: &Parcel| ::core::option::Option::Some(
                    &::purlin::__private::Fields::get(&__entity.label)?.city,
                )),
            )
        }
        let mut __partition = ::std::borrow::ToOwned::to_owned("CITY#");
        <__LabelCity as ::purlin::KeyPart>::write(label_city, &mut __partition);
        ::purlin::Access::on_index(
            &<Self as ::purlin::Entity>::INDEXES[0],
            __partition,
            ::purlin::Order::Ascending,
        )
    }
}
/// The paths to the fields of [`Parcel`].
struct ParcelFields(());
impl ParcelFields {
    /// The path to `parcel_id`.
    #[inline]
    fn parcel_id(&self) -> ::purlin::Path<Parcel, String, ::purlin::Fixed> {
        ::purlin::Path::at("parcel_id")
    }
    /// The path to `label`.
    #[inline]
    fn label(&self) -> ::purlin::Path<Parcel, Option<Label>, ::purlin::Indexed> {
        ::purlin::Path::at("label")
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
impl ::purlin::BatchWritable for Parcel {}
