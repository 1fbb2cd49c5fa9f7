//! Expiry, soft deletion and restoring: the fields that hold them, and how long they last.

use crate::folder::{Cases, ORDER, replace};

const SECTION: &str = "version = \"version\"\nowner";

#[test]
fn invalid_duration() {
    let mut cases = Cases::new("lifetimes/invalid_duration");
    for ttl in ["5 minutes", "0s", "3651d"] {
        let ttl = format!("ttl = {{ field = \"expires_at\", after = \"{ttl}\" }}\n{SECTION}");
        cases.check(&[
            replace(ORDER, SECTION, &ttl),
            replace(ORDER, "note = {", "expires_at = { type = \"timestamp\" }\nnote = {"),
        ]);
    }
    let kept = format!("soft_delete = {{ field = \"deleted_at\", retain = \"\" }}\n{SECTION}");
    cases.check(&[
        replace(ORDER, SECTION, &kept),
        replace(
            ORDER,
            "note = {",
            "deleted_at = { type = \"timestamp\", optional = true }\nnote = {",
        ),
    ]);
    cases.finish();
}
