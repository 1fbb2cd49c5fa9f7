#[automatically_derived]
impl ::purlin::Patch for ParcelPatch {
    type Entity = Parcel;
    fn apply(self, __update: &mut ::purlin::Update) {
        if let ::core::option::Option::Some(__value) = &self.state {
            __update.set("state", __value);
        }
        if let ::core::option::Option::Some(__value) = &self.note_text {
            __update.set("noteText", __value);
        }
    }
}
const _: () = ::purlin::__private::patchable::<
    ParcelPatch,
    State,
    _,
>("state", |__entity: &Parcel| &__entity.state);
const _: () = ::purlin::__private::patchable::<
    ParcelPatch,
    Option<String>,
    _,
>("noteText", |__entity: &Parcel| &__entity.note_text);
