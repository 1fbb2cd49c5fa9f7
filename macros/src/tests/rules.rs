#[automatically_derived]
impl ::purlin::Entity for Parcel {
    type Key<'__k> = &'__k String;
    const NAME: &'static str = "Parcel";
    const ATTRIBUTES: &'static [&'static str] = &[
        "parcel_id",
        "sender",
        "state",
        "code",
        "shelf",
        "lookups",
        "sent_at",
        "expires_at",
        "deleted_at",
    ];
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
            name: "GSI1",
            pattern: "by_state",
            partition: &[
                ::purlin::Part::Literal("STATE#"),
                ::purlin::Part::Field {
                    path: &["state"],
                    kind: <State as ::purlin::KeyPart>::KIND,
                },
            ],
            sort: &[
                ::purlin::Part::Field {
                    path: &["code"],
                    kind: <String as ::purlin::KeyPart>::KIND,
                },
                ::purlin::Part::Literal("#"),
                ::purlin::Part::Field {
                    path: &["shelf"],
                    kind: <Shelf as ::purlin::KeyPart>::KIND,
                },
                ::purlin::Part::Literal("#"),
                ::purlin::Part::Field {
                    path: &["state"],
                    kind: <State as ::purlin::KeyPart>::KIND,
                },
            ],
            partition_attribute: "GSI1PK",
            sort_attribute: "GSI1SK",
            projection: ::purlin::IndexProjection::Include(
                <ParcelByState as ::purlin::Projection>::ATTRIBUTES,
            ),
        },
    ];
    const VERSION: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const OWNER: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "sender",
    );
    const SET_ON_WRITE: &'static [&'static str] = &[];
    const KEY_ATTRIBUTES: &'static [&'static str] = &["parcel_id"];
    const TTL: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "expires_at",
    );
    const SOFT_DELETE: ::core::option::Option<::purlin::SoftDelete> = ::core::option::Option::Some(::purlin::SoftDelete {
        attribute: "deleted_at",
        retain_seconds: ::core::option::Option::Some(3600u64),
    });
    const UNIQUE: &'static [::purlin::Unique] = &[
        ::purlin::Unique {
            name: "code",
            fields: &[
                ::purlin::Part::Field {
                    path: &["code"],
                    kind: <Option<String> as ::purlin::IndexPart>::KIND,
                },
            ],
        },
        ::purlin::Unique {
            name: "place",
            fields: &[
                ::purlin::Part::Field {
                    path: &["sender"],
                    kind: <String as ::purlin::IndexPart>::KIND,
                },
                ::purlin::Part::Field {
                    path: &["shelf"],
                    kind: <Option<Shelf> as ::purlin::IndexPart>::KIND,
                },
            ],
        },
    ];
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
        let mut __map = ::purlin::__private::item(9, Self::INDEXES.len());
        <String as ::purlin::__private::Stored>::put(
            &self.parcel_id,
            &mut __map,
            "parcel_id",
        );
        <String as ::purlin::__private::Stored>::put(&self.sender, &mut __map, "sender");
        <State as ::purlin::__private::Stored>::put(&self.state, &mut __map, "state");
        <Option<
            String,
        > as ::purlin::__private::Stored>::put(&self.code, &mut __map, "code");
        <Option<
            Shelf,
        > as ::purlin::__private::Stored>::put(&self.shelf, &mut __map, "shelf");
        <u64 as ::purlin::__private::Stored>::put(&self.lookups, &mut __map, "lookups");
        <Timestamp as ::purlin::__private::Stored>::put(
            &self.sent_at,
            &mut __map,
            "sent_at",
        );
        <Timestamp as ::purlin::__private::Stored>::put(
            &self.expires_at,
            &mut __map,
            "expires_at",
        );
        <Option<
            Timestamp,
        > as ::purlin::__private::Stored>::put(
            &self.deleted_at,
            &mut __map,
            "deleted_at",
        );
        __map
    }
    fn from_item(
        __map: ::purlin::Item,
    ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
        let mut __field_parcel_id = ::core::option::Option::None;
        let mut __field_sender = ::core::option::Option::None;
        let mut __field_state = ::core::option::Option::None;
        let mut __field_code = ::core::option::Option::None;
        let mut __field_shelf = ::core::option::Option::None;
        let mut __field_lookups = ::core::option::Option::None;
        let mut __field_sent_at = ::core::option::Option::None;
        let mut __field_expires_at = ::core::option::Option::None;
        let mut __field_deleted_at = ::core::option::Option::None;
        for (__name, __value) in __map {
            match __name.as_str() {
                "parcel_id" => __field_parcel_id = ::core::option::Option::Some(__value),
                "sender" => __field_sender = ::core::option::Option::Some(__value),
                "state" => __field_state = ::core::option::Option::Some(__value),
                "code" => __field_code = ::core::option::Option::Some(__value),
                "shelf" => __field_shelf = ::core::option::Option::Some(__value),
                "lookups" => __field_lookups = ::core::option::Option::Some(__value),
                "sent_at" => __field_sent_at = ::core::option::Option::Some(__value),
                "expires_at" => {
                    __field_expires_at = ::core::option::Option::Some(__value);
                }
                "deleted_at" => {
                    __field_deleted_at = ::core::option::Option::Some(__value);
                }
                _ => {}
            }
        }
        ::core::result::Result::Ok(Self {
            parcel_id: <String as ::purlin::__private::Stored>::take(
                __field_parcel_id,
                "parcel_id",
            )?,
            sender: <String as ::purlin::__private::Stored>::take(
                __field_sender,
                "sender",
            )?,
            state: <State as ::purlin::__private::Stored>::take(__field_state, "state")?,
            code: <Option<
                String,
            > as ::purlin::__private::Stored>::take(__field_code, "code")?,
            shelf: <Option<
                Shelf,
            > as ::purlin::__private::Stored>::take(__field_shelf, "shelf")?,
            lookups: <u64 as ::purlin::__private::Stored>::take(
                __field_lookups,
                "lookups",
            )?,
            sent_at: <Timestamp as ::purlin::__private::Stored>::take(
                __field_sent_at,
                "sent_at",
            )?,
            expires_at: <Timestamp as ::purlin::__private::Stored>::take(
                __field_expires_at,
                "expires_at",
            )?,
            deleted_at: <Option<
                Timestamp,
            > as ::purlin::__private::Stored>::take(__field_deleted_at, "deleted_at")?,
        })
    }
}
#[automatically_derived]
impl ::purlin::__private::Fields for Parcel {
    type Struct = Self;
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("parcel_id", "parcel_id"),
        ("sender", "sender"),
        ("state", "state"),
        ("code", "code"),
        ("shelf", "shelf"),
        ("lookups", "lookups"),
        ("sent_at", "sent_at"),
        ("expires_at", "expires_at"),
        ("deleted_at", "deleted_at"),
    ];
    const FIXED: &'static [&'static str] = &["state", "lookups", "sent_at"];
    fn get(&self) -> ::core::option::Option<&Self> {
        ::core::option::Option::Some(self)
    }
}
impl Parcel {
    /// The items of GSI1 under `STATE#{state}`, in ascending order of `{code}#{shelf}#{state}`.
    ///
    /// A query can be narrowed by `code`, then by `shelf`, then by `state`.
    #[must_use]
    pub fn by_state(
        state: &State,
    ) -> ::purlin::Access<
        Self,
        ::purlin::Next<str, ::purlin::Next<Shelf, ::purlin::Next<State>>>,
        ::purlin::Projected<ParcelByState>,
    > {
        let mut __partition = ::std::borrow::ToOwned::to_owned("STATE#");
        <State as ::purlin::KeyPart>::write(state, &mut __partition);
        ::purlin::Access::on_index(
            &<Self as ::purlin::Entity>::INDEXES[0],
            __partition,
            ::purlin::Order::Ascending,
        )
    }
}
/// The paths to the fields of [`Parcel`].
pub struct ParcelFields(());
impl ParcelFields {
    /// The path to `parcel_id`.
    #[inline]
    fn parcel_id(&self) -> ::purlin::Path<Parcel, String, ::purlin::Fixed> {
        ::purlin::Path::at("parcel_id")
    }
    /// The path to `sender`.
    #[inline]
    fn sender(&self) -> ::purlin::Path<Parcel, String, ::purlin::Fixed> {
        ::purlin::Path::at("sender")
    }
    /// The path to `state`.
    #[inline]
    fn state(&self) -> ::purlin::Path<Parcel, State, ::purlin::Fixed> {
        ::purlin::Path::at("state")
    }
    /// The path to `code`.
    #[inline]
    pub fn code(&self) -> ::purlin::Path<Parcel, Option<String>, ::purlin::Indexed> {
        ::purlin::Path::at("code")
    }
    /// The path to `shelf`.
    #[inline]
    fn shelf(&self) -> ::purlin::Path<Parcel, Option<Shelf>, ::purlin::Indexed> {
        ::purlin::Path::at("shelf")
    }
    /// The path to `lookups`.
    #[inline]
    fn lookups(&self) -> ::purlin::Path<Parcel, u64, ::purlin::Counter> {
        ::purlin::Path::at("lookups")
    }
    /// The path to `sent_at`.
    #[inline]
    fn sent_at(&self) -> ::purlin::Path<Parcel, Timestamp, ::purlin::Fixed> {
        ::purlin::Path::at("sent_at")
    }
    /// The path to `expires_at`.
    #[inline]
    fn expires_at(&self) -> ::purlin::Path<Parcel, Timestamp, ::purlin::Indexed> {
        ::purlin::Path::at("expires_at")
    }
    /// The path to `deleted_at`.
    #[inline]
    fn deleted_at(&self) -> ::purlin::Path<Parcel, Option<Timestamp>, ::purlin::Fixed> {
        ::purlin::Path::at("deleted_at")
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
impl ::purlin::Restorable for Parcel {}
const _: () = ::purlin::__private::counts::<u64>();
const _: () = ::purlin::__private::set_by_platform::<Timestamp>();
const _: () = ::purlin::__private::expires::<Timestamp>();
const _: () = ::purlin::__private::is_deleted::<Option<Timestamp>>();
const _: () = ::purlin::__private::projects::<
    Parcel,
    ParcelByState,
>(&<Parcel as ::purlin::Entity>::INDEXES[0]);
