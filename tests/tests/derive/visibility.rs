//! Hidden and guarded fields of an entity written by hand.

use purlin::{Entity, Permissions};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Permissions)]
#[permissions(role(clerk, "parcel:weigh"))]
enum Permission {
    #[permission("parcel:weigh")]
    ParcelWeigh,
    #[permission("parcel:price")]
    ParcelPrice,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[serde(default, skip_serializing)]
    #[entity(hidden)]
    lock_code: Option<String>,
    #[entity(read_by = parcel::Weigh, write_by = parcel::Price)]
    net_weight: u32,
    #[entity(write_by = self::parcel::Price)]
    price: u32,
}

fn parcel() -> Parcel {
    let lock_code = Some("0042".to_owned());
    Parcel { parcel_id: "p".into(), lock_code, net_weight: 7, price: 3 }
}

#[test]
fn a_hidden_field_is_in_the_item_and_in_no_json() {
    let written = serde_json::to_value(parcel()).expect("it is JSON");
    assert_eq!(written, json!({"parcelId": "p", "netWeight": 7, "price": 3}));
    let item = parcel().to_item();
    assert!(item.contains_key("lockCode"));
    assert_eq!(Parcel::from_item(item).expect("it is read back"), parcel());
}

#[test]
fn an_entity_says_who_sees_and_gives_its_fields() {
    assert_eq!(
        format!("{:?}", Parcel::GUARDED),
        r#"[Guarded { attribute: "netWeight", read_by: Some("parcel:weigh"), write_by: Some("parcel:price") }, Guarded { attribute: "price", read_by: None, write_by: Some("parcel:price") }]"#
    );
    assert_eq!(Permission::ALL.len(), 2);
}
