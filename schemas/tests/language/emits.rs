//! What writes emit: the entity's fields before and after, and which write has both.

use purlin_schema::model::{Field, Moment};

use crate::folder::{Cases, EVENTS, ORDER, accept, replace};

/// An event with these fields before the one of the base documents.
fn moved(fields: &str) -> String {
    format!(
        "[events.OrderMoved]\nentity = \"Order\"\ncarries = [\"order_id\"]\n\n[events.OrderMoved.fields]\n{fields}\n\n[events.OrderPlaced]\n"
    )
}

const PLACED: &str = "[events.OrderPlaced]\n";

const BEFORE: &str = "before = { was = \"status\", description = \"What it was.\" }";

const AFTER: &str = "after = { now = \"note\" }";

const PAY: &str = "pay = { from = [\"open\"], to = \"paid\" }";

#[test]
fn an_event_takes_the_entitys_fields_before_and_after() {
    let text =
        moved(&format!("{BEFORE}\n{AFTER}\ncause = {{ type = \"string\", optional = true }}"));
    let model = accept(&[
        replace(EVENTS, PLACED, &text),
        replace(ORDER, "field = \"status\"", "field = \"status\"\nemits = \"OrderMoved\""),
        replace(ORDER, PAY, "pay = { from = [\"open\"], to = \"paid\", emits = \"OrderPlaced\" }"),
    ]);
    let event = model.event("OrderMoved").expect("the event");
    let names = |fields: &[Field]| -> Vec<String> {
        fields.iter().map(|field| field.name().to_string()).collect()
    };
    assert_eq!(names(event.own()), ["cause"]);
    assert_eq!(
        names(&event.fields().cloned().collect::<Vec<_>>()),
        ["order_id", "before", "after", "cause"]
    );
    let [before, after] = &event.sourced()[..] else { panic!("two fields") };
    assert_eq!((*before.moment(), before.of().as_str()), (Moment::Was, "status"));
    assert_eq!((*after.moment(), after.of().as_str()), (Moment::Now, "note"));
    assert_eq!(before.field().kind().word(), "enum");
    assert_eq!(before.field().description().as_deref(), Some("What it was."));
    assert!(!*before.field().optional() && *after.field().optional());
    assert!(event.tells_before());

    let status = model.entity("Order").and_then(|order| order.status().as_ref()).expect("states");
    assert_eq!(status.emits().as_ref().map(|name| name.as_str()), Some("OrderMoved"));
    let emitted = status.transitions().iter().map(|it| it.emits().as_ref().map(|it| it.as_str()));
    assert_eq!(emitted.collect::<Vec<_>>(), [Some("OrderPlaced"), None]);
}

#[test]
fn fields_of_the_entity() {
    let mut cases = Cases::new("emits/fields_of_the_entity");
    for fields in [
        "before = { was = \"staus\" }",
        "before = { was = \"status\", now = \"status\" }",
        "before = { was = \"status\", type = \"string\" }",
        "before = { was = \"status\", colour = \"red\" }",
        "order_id = { was = \"order_id\" }",
        "Before = { was = \"status\" }",
    ] {
        cases.check(&[replace(EVENTS, PLACED, &moved(fields))]);
    }
    let nobody = moved(BEFORE).replace("entity = \"Order\"\ncarries = [\"order_id\"]\n", "");
    cases.check(&[replace(EVENTS, PLACED, &nobody)]);
    cases.check(&[
        replace(EVENTS, PLACED, &moved(AFTER)),
        replace(ORDER, "max_length = 500,", "max_length = 500, hidden = true,"),
        replace(ORDER, "input = [\"note\"]", "input = [\"priority\"]"),
        replace(ORDER, "output = [\"status\", \"note\"]", "output = [\"status\"]"),
    ]);
    cases.finish();
}

#[test]
fn what_a_write_can_tell() {
    let mut cases = Cases::new("emits/what_a_write_can_tell");
    let emits = "emits = \"OrderMoved\"";
    let delete = |more: &str| {
        format!(
            "[operations.delete]\nhttp = \"DELETE /orders/{{order_id}}\"\npermission = \"order:pay\"\n{more}\n\n[operations.pay]"
        )
    };
    cases.check(&[
        replace(EVENTS, PLACED, &moved(BEFORE)),
        replace(ORDER, "emits = \"OrderPlaced\"", emits),
    ]);
    cases.check(&[
        replace(EVENTS, PLACED, &moved(AFTER)),
        replace(ORDER, "[operations.pay]", &delete(emits)),
    ]);
    // What changes an item has both sides, and each other write the one that it needs.
    accept(&[
        replace(EVENTS, PLACED, &moved(AFTER)),
        replace(ORDER, "emits = \"OrderPlaced\"", emits),
    ]);
    accept(&[
        replace(EVENTS, PLACED, &moved(BEFORE)),
        replace(ORDER, "[operations.pay]", &delete(emits)),
    ]);
    accept(&[
        replace(EVENTS, PLACED, &moved(&format!("{BEFORE}\n{AFTER}"))),
        replace(ORDER, "if_match = \"required\"", emits),
    ]);
    cases.finish();
}

#[test]
fn what_transitions_emit() {
    let mut cases = Cases::new("emits/what_transitions_emit");
    let status = |event: &str| format!("field = \"status\"\nemits = \"{event}\"");
    let pay = |event: &str| format!("{}, emits = \"{event}\" }}", PAY.trim_end_matches(" }"));
    let direct = "delivery = \"direct\"\nfallback = \"drop\"\nentity = \"Order\"";
    cases.check(&[replace(ORDER, "field = \"status\"", &status("OrderMvoed"))]);
    cases.check(&[replace(ORDER, PAY, &pay("OrderPalced"))]);
    cases.check(&[
        replace(ORDER, PAY, &pay("OrderMoved")),
        replace(EVENTS, PLACED, &moved("cause = { type = \"string\" }")),
    ]);
    cases.check(&[
        replace(ORDER, PAY, &pay("OrderMoved")),
        replace(EVENTS, PLACED, &format!("[events.OrderMoved]\n{direct}\n\n{PLACED}")),
    ]);
    cases.check(&[
        replace(ORDER, "emits = \"OrderPlaced\"", "emits = \"OrderMoved\""),
        replace(EVENTS, PLACED, &format!("[events.OrderMoved]\n{direct}\n\n{PLACED}")),
    ]);
    // A write tells a thing once.
    cases.check(&[
        replace(ORDER, "field = \"status\"", &status("OrderPlaced")),
        replace(ORDER, PAY, &pay("OrderPlaced")),
    ]);
    cases.check(&[
        replace(ORDER, PAY, &pay("OrderPlaced")),
        replace(ORDER, "kind = \"transition\"", "kind = \"transition\"\nemits = \"OrderPlaced\""),
    ]);
    cases.finish();
}
