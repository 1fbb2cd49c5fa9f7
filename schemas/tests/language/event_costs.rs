//! What writes cost that emit events.

use purlin_schema::cost;

use crate::costs::{DELETE, UPDATE, costs, gone};
use crate::folder::{EVENTS, Edit, ORDER, accept, replace, write};

#[test]
fn an_event_of_what_is_gone_is_kept_in_an_outbox() {
    let small = gone("[\"order_id\"]");
    let delete = |edits: &[Edit<'_>]| {
        let text = costs(&accept(edits), "Order");
        let (_, rest) = text.split_once("delete:").expect("the operation");
        let (cost, _) = rest.split_once("\npay:").expect("the next operation");
        format!("delete:{cost}")
    };
    expect_test::expect![[r#"
        delete: 1 read, 5 written, 2 requests
          1 read unit for what the event tells, read first
          2 write units for the item, in a transaction
          2 write units for the outbox of `OrderGone`
          1 write unit for `GSI1` (`by_customer`)"#]]
    .assert_eq(&delete(&[write(EVENTS, &small), DELETE]));
    // Of ten fields the event carries four, which are about as many of the item's five KB.
    let large = gone("[\"order_id\", \"note\", \"lines\", \"address\"]");
    let larger = replace(ORDER, "owner =", "item_kb = 5\nowner =");
    expect_test::expect![[r#"
        delete: 2 read, 19 written, 2 requests
          2 read units for what the event tells, read first
          10 write units for the item, in a transaction
          4 write units for the outbox of `OrderGone`
          5 write units for `GSI1` (`by_customer`)"#]]
    .assert_eq(&delete(&[write(EVENTS, &large), DELETE, larger]));
}

#[test]
fn what_rides_on_an_item_costs_nothing_of_its_own() {
    let cost = |edits: &[Edit<'_>]| {
        let model = accept(edits);
        let order = model.entity("Order").expect("the entity");
        let cost = |operation| cost::of(&model, order, operation);
        order.operations().iter().map(cost).collect::<Vec<_>>()
    };
    let emits = replace(ORDER, "to = \"paid\" }", "to = \"paid\", emits = \"OrderPlaced\" }");
    let updates = format!("{UPDATE}emits = \"OrderPlaced\"\n");
    let updates = replace(ORDER, UPDATE, &updates);
    let creates = replace(ORDER, "emits = \"OrderPlaced\"\n", "");
    assert_eq!(cost(&[emits, updates]), cost(&[creates]));
}
