//! Permissions and roles.

use crate::folder::{Cases, ORDER, PERMISSIONS, accept, replace};

#[test]
fn operation_without_permission() {
    let mut cases = Cases::new("permissions/operation_without_permission");
    cases.check(&[replace(ORDER, "permission = \"order:pay\"\n", "")]);
    cases.check(&[replace(
        ORDER,
        "permission = \"order:pay\"\n",
        "permission = \"order:pay\"\npublic = true\n",
    )]);
    accept(&[
        replace(ORDER, "permission = \"order:pay\"\n", "public = true\n"),
        replace(PERMISSIONS, PAY, ""),
    ]);
    cases.finish();
}

/// A permission of the base's.
const PAY: &str = "\"order:pay\" = \"Pay orders.\"\n";

/// With another one after it, which no operation needs.
fn refunding(written: &str) -> String {
    format!("{PAY}\"order:refund\" = {written}\n")
}

#[test]
fn unused_permission() {
    let mut cases = Cases::new("permissions/unused_permission");
    for written in [
        "\"Pay back.\"",
        "{ description = \"Pay back.\", privileged = true }",
        "{ by_hand = true }",
        "{ description = \"Pay back.\", by_hands = true }",
        "7",
    ] {
        cases.check(&[replace(PERMISSIONS, PAY, &refunding(written))]);
    }
    accept(&[replace(PERMISSIONS, PAY, &refunding("{ description = \"\", by_hand = true }"))]);
    cases.finish();
}

#[test]
fn unknown_permission() {
    let mut cases = Cases::new("permissions/unknown_permission");
    cases.check(&[replace(ORDER, "permission = \"order:pay\"", "permission = \"order:pya\"")]);
    cases.check(&[replace(
        PERMISSIONS,
        "grants = [\"order:*\"]",
        "grants = [\"order:create\", \"oder:*\"]",
    )]);
    cases.check(&[replace(PERMISSIONS, "grants = [\"order:*\"]", "grants = [\"staff:*:any\"]")]);
    accept(&[replace(
        PERMISSIONS,
        "grants = [\"order:*\"]",
        "grants = [\"staff:*\", \"order:read:any\", \"order:*:any\"]",
    )]);
    cases.finish();
}

#[test]
fn too_many_permissions() {
    let mut cases = Cases::new("permissions/too_many_permissions");
    let many = |count| {
        let more: String = (0..count)
            .map(|at| {
                format!("\"crate_of:open_{at}\" = {{ description = \"\", by_hand = true }}\n")
            })
            .collect();
        format!("{more}\n[roles.customer]")
    };
    // With the three that there are already.
    accept(&[replace(PERMISSIONS, "\n[roles.customer]", &many(125))]);
    cases.check(&[replace(PERMISSIONS, "\n[roles.customer]", &many(126))]);
    cases.finish();
}

#[test]
fn names_of_permissions_and_roles() {
    let mut cases = Cases::new("permissions/names_of_permissions_and_roles");
    cases.check(&[replace(
        PERMISSIONS,
        "\"order:pay\" =",
        "\"order:pay\" = \"Pay.\"\n\"order pay\" =",
    )]);
    cases.check(&[replace(
        PERMISSIONS,
        "\"order:pay\" =",
        "\"order:pay\" = \"Pay.\"\n\"order:any\" =",
    )]);
    cases.check(&[replace(
        PERMISSIONS,
        "\"order:pay\" =",
        "\"order:pay\" = \"Pay.\"\n\"staff:hire\" =",
    )]);
    cases.check(&[replace(
        PERMISSIONS,
        "\"order:pay\" =",
        "\"order:pay\" = \"Pay.\"\n\"order_pay:x\" = \"\"\n\"order:pay_x\" =",
    )]);
    for reserved in ["type:read", "order:self"] {
        let both = format!("\"order:pay\" = \"Pay.\"\n\"{reserved}\" =");
        cases.check(&[replace(PERMISSIONS, "\"order:pay\" =", &both)]);
    }
    cases.check(&[replace(PERMISSIONS, "[roles.customer]", "[roles.Customer]")]);
    cases.check(&[replace(PERMISSIONS, "[roles.customer]", "[roles.super]")]);
    cases.check(&[replace(PERMISSIONS, "\"staff:*\"", "\"staff\"")]);
    cases.finish();
}
