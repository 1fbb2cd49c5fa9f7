#[automatically_derived]
impl ::purlin::__private::Texts for State {
    const TEXTS: &'static [&'static str] = &["in_transit", "delivered"];
    fn text(&self) -> &'static str {
        match self {
            Self::InTransit => "in_transit",
            Self::Delivered => "delivered",
        }
    }
}
#[automatically_derived]
impl ::purlin::Attribute for State {
    fn to_attribute(&self) -> ::core::option::Option<::purlin::__private::Value> {
        let __text = ::purlin::__private::Texts::text(self);
        ::core::option::Option::Some(::purlin::__private::text(__text))
    }
    fn from_attribute(
        __value: ::purlin::__private::Value,
    ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
        let __text = ::purlin::__private::take_text(__value)?;
        match __text.as_str() {
            "in_transit" => ::core::result::Result::Ok(Self::InTransit),
            "delivered" => ::core::result::Result::Ok(Self::Delivered),
            _ => {
                ::core::result::Result::Err(
                    ::purlin::AttributeError::unknown(
                        &__text,
                        <Self as ::purlin::__private::Texts>::TEXTS,
                    ),
                )
            }
        }
    }
}
#[automatically_derived]
impl ::purlin::KeyPart for State {
    const KIND: ::purlin::KeyKind = ::purlin::KeyKind::Text;
    fn write(&self, __key: &mut ::std::string::String) {
        ::purlin::KeyPart::write(::purlin::__private::Texts::text(self), __key);
    }
}
