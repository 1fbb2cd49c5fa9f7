#[automatically_derived]
impl ::purlin::Attribute for Label {
    fn to_attribute(&self) -> ::core::option::Option<::purlin::__private::Value> {
        let mut __map = ::purlin::__private::map(2);
        <String as ::purlin::__private::Stored>::put(
            &self.street_name,
            &mut __map,
            "streetName",
        );
        <i64 as ::purlin::__private::Stored>::put(&self.floor, &mut __map, "floor");
        ::core::option::Option::Some(::purlin::__private::Value::M(__map))
    }
    fn from_attribute(
        __value: ::purlin::__private::Value,
    ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
        let __map = ::purlin::__private::take_map(__value)?;
        let mut __field_street_name = ::core::option::Option::None;
        let mut __field_floor = ::core::option::Option::None;
        for (__name, __value) in __map {
            match __name.as_str() {
                "streetName" => {
                    __field_street_name = ::core::option::Option::Some(__value);
                }
                "floor" => __field_floor = ::core::option::Option::Some(__value),
                _ => {}
            }
        }
        ::core::result::Result::Ok(Self {
            street_name: <String as ::purlin::__private::Stored>::take(
                __field_street_name,
                "streetName",
            )?,
            floor: <i64 as ::purlin::__private::Stored>::take_or_else(
                __field_floor,
                "floor",
                one,
            )?,
        })
    }
}
#[automatically_derived]
impl ::purlin::__private::Fields for Label {
    type Struct = Self;
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("street_name", "streetName"),
        ("floor", "floor"),
    ];
    fn get(&self) -> ::core::option::Option<&Self> {
        ::core::option::Option::Some(self)
    }
}
/// The paths to the fields of [`Label`].
struct LabelFields<__E, __M>(::purlin::Path<__E, Label, __M>);
impl<__E, __M> LabelFields<__E, __M> {
    /// The path to `streetName`.
    #[inline]
    fn street_name(&self) -> ::purlin::Path<__E, String, __M> {
        self.0.within("streetName")
    }
    /// The path to `floor`.
    #[inline]
    fn floor(&self) -> ::purlin::Path<__E, i64, __M> {
        self.0.within("floor")
    }
}
#[automatically_derived]
impl ::purlin::Object for Label {
    type Fields<__E, __M> = LabelFields<__E, __M>;
    fn fields<__E, __M>(__path: ::purlin::RawPath) -> LabelFields<__E, __M> {
        LabelFields(::purlin::Path::typed(__path))
    }
}
