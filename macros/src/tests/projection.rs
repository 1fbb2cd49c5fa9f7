#[automatically_derived]
impl ::purlin::Projection for ParcelByState {
    type Entity = Parcel;
    const ATTRIBUTES: &'static [&'static str] = &["state", "noteText"];
    fn from_item(
        __map: ::purlin::Item,
    ) -> ::core::result::Result<Self, ::purlin::AttributeError> {
        let mut __field_state = ::core::option::Option::None;
        let mut __field_note_text = ::core::option::Option::None;
        for (__name, __value) in __map {
            match __name.as_str() {
                "state" => __field_state = ::core::option::Option::Some(__value),
                "noteText" => __field_note_text = ::core::option::Option::Some(__value),
                _ => {}
            }
        }
        ::core::result::Result::Ok(Self {
            state: <State as ::purlin::__private::Stored>::take(__field_state, "state")?,
            note_text: <Option<
                String,
            > as ::purlin::__private::Stored>::take(__field_note_text, "noteText")?,
        })
    }
}
const _: () = ::purlin::__private::projected::<
    ParcelByState,
    State,
    _,
>("state", |__entity: &Parcel| &__entity.state);
const _: () = ::purlin::__private::projected::<
    ParcelByState,
    Option<String>,
    _,
>("noteText", |__entity: &Parcel| &__entity.note_text);
