#[automatically_derived]
impl ::purlin::Event for ParcelSent {
    const SOURCE: &'static str = "parcel-service.parcels";
    const DETAIL_TYPE: &'static str = "ParcelSent";
    const VERSION: u32 = 2;
}
