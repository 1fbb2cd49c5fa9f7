#[automatically_derived]
impl ::purlin::Entity for Parcel {
    type Key<'__k> = (&'__k DepotId, &'__k Id<Parcel>);
    const NAME: &'static str = "Parcel";
    const ATTRIBUTES: &'static [&'static str] = &[
        "depotId",
        "parcelId",
        "senderId",
        "note",
        "updatedAt",
        "version",
    ];
    const PARTITION: ::purlin::Template = &[
        ::purlin::Part::Literal("DEPOT#"),
        ::purlin::Part::Field {
            path: &["depotId"],
            kind: <DepotId as ::purlin::KeyPart>::KIND,
        },
    ];
    const SORT: ::core::option::Option<::purlin::Template> = ::core::option::Option::Some(
        &[
            ::purlin::Part::Literal("PARCEL#"),
            ::purlin::Part::Field {
                path: &["parcelId"],
                kind: <Id<Parcel> as ::purlin::KeyPart>::KIND,
            },
        ],
    );
    const INDEXES: &'static [::purlin::Index] = &[
        ::purlin::Index {
            name: "GSI1",
            pattern: "by_sender",
            partition: &[
                ::purlin::Part::Literal("SENDER#"),
                ::purlin::Part::Field {
                    path: &["senderId"],
                    kind: <UserId as ::purlin::KeyPart>::KIND,
                },
            ],
            sort: &[
                ::purlin::Part::Literal("PARCEL#"),
                ::purlin::Part::Field {
                    path: &["updatedAt"],
                    kind: <Timestamp as ::purlin::KeyPart>::KIND,
                },
            ],
            partition_attribute: "GSI1PK",
            sort_attribute: "GSI1SK",
            projection: ::purlin::IndexProjection::All,
        },
    ];
    const VERSION: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "version",
    );
    const OWNER: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "senderId",
    );
    const SET_ON_WRITE: &'static [&'static str] = &["updatedAt"];
    const KEY_ATTRIBUTES: &'static [&'static str] = &["depotId", "parcelId"];
    fn key_values(
        (__field_depot_id, __field_parcel_id): Self::Key<'_>,
    ) -> ::std::vec::Vec<(&'static str, ::purlin::__private::Value)> {
        ::std::vec![
            < DepotId as ::purlin::__private::Stored > ::key_value(__field_depot_id,
            "depotId"), < Id < Parcel > as ::purlin::__private::Stored >
            ::key_value(__field_parcel_id, "parcelId")
        ]
    }
    fn key(&self) -> Self::Key<'_> {
        (&self.depot_id, &self.parcel_id)
    }
    fn to_item(&self) -> ::purlin::Item {
        let mut __map = ::purlin::__private::item(6, Self::INDEXES.len());
        <DepotId as ::purlin::__private::Stored>::put(
            &self.depot_id,
            &mut __map,
            "depotId",
        );
        <Id<
            Parcel,
        > as ::purlin::__private::Stored>::put(&self.parcel_id, &mut __map, "parcelId");
        <UserId as ::purlin::__private::Stored>::put(
            &self.sender_id,
            &mut __map,
            "senderId",
        );
        <Option<
            String,
        > as ::purlin::__private::Stored>::put(&self.note, &mut __map, "note");
        <Timestamp as ::purlin::__private::Stored>::put(
            &self.updated_at,
            &mut __map,
            "updatedAt",
        );
        <u64 as ::purlin::__private::Stored>::put(&self.version, &mut __map, "version");
        __map
    }
    fn from_item(
        __map: ::purlin::Item,
    ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
        let mut __field_depot_id = ::core::option::Option::None;
        let mut __field_parcel_id = ::core::option::Option::None;
        let mut __field_sender_id = ::core::option::Option::None;
        let mut __field_note = ::core::option::Option::None;
        let mut __field_updated_at = ::core::option::Option::None;
        let mut __field_version = ::core::option::Option::None;
        for (__name, __value) in __map {
            match __name.as_str() {
                "depotId" => __field_depot_id = ::core::option::Option::Some(__value),
                "parcelId" => __field_parcel_id = ::core::option::Option::Some(__value),
                "senderId" => __field_sender_id = ::core::option::Option::Some(__value),
                "note" => __field_note = ::core::option::Option::Some(__value),
                "updatedAt" => __field_updated_at = ::core::option::Option::Some(__value),
                "version" => __field_version = ::core::option::Option::Some(__value),
                _ => {}
            }
        }
        ::core::result::Result::Ok(Self {
            depot_id: <DepotId as ::purlin::__private::Stored>::take(
                __field_depot_id,
                "depotId",
            )?,
            parcel_id: <Id<
                Parcel,
            > as ::purlin::__private::Stored>::take(__field_parcel_id, "parcelId")?,
            sender_id: <UserId as ::purlin::__private::Stored>::take(
                __field_sender_id,
                "senderId",
            )?,
            note: <Option<
                String,
            > as ::purlin::__private::Stored>::take_or_else(
                __field_note,
                "note",
                ::core::default::Default::default,
            )?,
            updated_at: <Timestamp as ::purlin::__private::Stored>::take(
                __field_updated_at,
                "updatedAt",
            )?,
            version: <u64 as ::purlin::__private::Stored>::take(
                __field_version,
                "version",
            )?,
        })
    }
    fn version(&self) -> ::core::option::Option<u64> {
        ::core::option::Option::Some(
            <u64 as ::purlin::__private::Version>::number(&self.version),
        )
    }
}
#[automatically_derived]
impl ::purlin::__private::Fields for Parcel {
    type Struct = Self;
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("depot_id", "depotId"),
        ("parcel_id", "parcelId"),
        ("sender_id", "senderId"),
        ("note", "note"),
        ("updated_at", "updatedAt"),
        ("version", "version"),
    ];
    fn get(&self) -> ::core::option::Option<&Self> {
        ::core::option::Option::Some(self)
    }
}
impl Parcel {
    /// The items of GSI1 under `SENDER#{sender_id}`, in descending order of `PARCEL#{updated_at}`.
    ///
    /// A query can be narrowed by `updated_at`.
    #[must_use]
    pub fn by_sender(
        sender_id: &UserId,
    ) -> ::purlin::Access<Self, ::purlin::Next<Timestamp>> {
        let mut __partition = ::std::borrow::ToOwned::to_owned("SENDER#");
        <UserId as ::purlin::KeyPart>::write(sender_id, &mut __partition);
        ::purlin::Access::on_index(
            &<Self as ::purlin::Entity>::INDEXES[0],
            __partition,
            ::purlin::Order::Descending,
        )
    }
    /// The items of the table under `DEPOT#{depot_id}`, in ascending order of `PARCEL#{parcel_id}`.
    ///
    /// A query can be narrowed by `parcel_id`.
    #[must_use]
    pub fn of_depot(
        depot_id: &DepotId,
    ) -> ::purlin::Access<Self, ::purlin::Next<Id<Parcel>>> {
        let mut __partition = ::std::borrow::ToOwned::to_owned("DEPOT#");
        <DepotId as ::purlin::KeyPart>::write(depot_id, &mut __partition);
        ::purlin::Access::on_table("of_depot", __partition, ::purlin::Order::Ascending)
    }
}
/// The paths to the fields of [`Parcel`].
pub struct ParcelFields(());
impl ParcelFields {
    /// The path to `depotId`.
    #[inline]
    pub fn depot_id(&self) -> ::purlin::Path<Parcel, DepotId, ::purlin::Fixed> {
        ::purlin::Path::at("depotId")
    }
    /// The path to `parcelId`.
    #[inline]
    pub fn parcel_id(&self) -> ::purlin::Path<Parcel, Id<Parcel>, ::purlin::Fixed> {
        ::purlin::Path::at("parcelId")
    }
    /// The path to `senderId`.
    #[inline]
    pub fn sender_id(&self) -> ::purlin::Path<Parcel, UserId, ::purlin::Fixed> {
        ::purlin::Path::at("senderId")
    }
    /// The path to `note`.
    #[inline]
    pub fn note(&self) -> ::purlin::Path<Parcel, Option<String>, ::purlin::Free> {
        ::purlin::Path::at("note")
    }
    /// The path to `updatedAt`.
    #[inline]
    pub fn updated_at(&self) -> ::purlin::Path<Parcel, Timestamp, ::purlin::Fixed> {
        ::purlin::Path::at("updatedAt")
    }
    /// The path to `version`.
    #[inline]
    pub fn version(&self) -> ::purlin::Path<Parcel, u64, ::purlin::Fixed> {
        ::purlin::Path::at("version")
    }
}
impl Parcel {
    /// The paths to the fields.
    #[inline]
    #[must_use]
    pub fn fields() -> ParcelFields {
        ParcelFields(())
    }
}
#[automatically_derived]
impl ::purlin::IdPrefix for Parcel {
    const PREFIX: &'static str = "parcel";
}
#[automatically_derived]
impl ::purlin::BatchWritable for Parcel {}
const _: () = ::purlin::__private::set_by_platform::<Timestamp>();
