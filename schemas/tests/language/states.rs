//! State machines.

use crate::folder::{Cases, ORDER, accept, replace};

#[test]
fn unknown_state() {
    let mut cases = Cases::new("states/unknown_state");
    cases.check(&[replace(ORDER, "initial = \"open\"", "initial = \"opened\"")]);
    cases.check(&[replace(ORDER, "final = [\"shipped\"]", "final = [\"sent\"]")]);
    cases.check(&[replace(ORDER, "to = \"paid\"", "to = \"payed\"")]);
    cases.check(&[replace(ORDER, "entered_at = { paid", "entered_at = { payed")]);
    cases.finish();
}

#[test]
fn leaves_final_state() {
    let mut cases = Cases::new("states/leaves_final_state");
    cases.check(&[replace(
        ORDER,
        "pay = { from = [\"open\"]",
        "pay = { from = [\"open\", \"shipped\"]",
    )]);
    cases.finish();
}

#[test]
fn unreachable_state() {
    let mut cases = Cases::new("states/unreachable_state");
    cases.check(&[replace(ORDER, "\"shipped\"] }", "\"shipped\", \"lost\"] }")]);
    // Two states that only lead to each other are reached by nobody.
    let values = "\"shipped\", \"lost\"] }";
    cases.check(&[
        replace(ORDER, "\"shipped\"] }", values),
        replace(
            ORDER,
            "ship = { from",
            "lose = { from = [\"lost\"], to = \"lost\" }\nship = { from",
        ),
    ]);
    accept(&[
        replace(ORDER, "\"shipped\"] }", values),
        replace(
            ORDER,
            "ship = { from",
            "lose = { from = [\"paid\"], to = \"lost\" }\nship = { from",
        ),
    ]);
    cases.finish();
}

#[test]
fn unknown_transition() {
    let mut cases = Cases::new("states/unknown_transition");
    cases.check(&[replace(
        ORDER,
        "kind = \"transition\"",
        "kind = \"transition\"\ntransition = \"settle\"",
    )]);
    cases.finish();
}

#[test]
fn unfit_status_field() {
    let mut cases = Cases::new("states/unfit_status_field");
    cases.check(&[replace(ORDER, "field = \"status\"", "field = \"note\"")]);
    cases.check(&[replace(
        ORDER,
        "values = [\"open\", \"paid\", \"shipped\"]",
        "values = [\"open\", \"paid\", \"shipped\"], default = \"open\"",
    )]);
    cases.check(&[replace(
        ORDER,
        "paid_at = { type = \"timestamp\", optional = true }",
        "paid_at = { type = \"timestamp\", set = \"on_write\" }",
    )]);
    cases.check(&[replace(ORDER, "field = \"status\"", "field = \"state\"")]);
    cases.finish();
}
