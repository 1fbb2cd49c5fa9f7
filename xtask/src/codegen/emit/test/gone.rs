//! What is gone though the table may still hold it: deleted items that can be restored, and expired ones.

use purlin_schema::model::OperationKind;

use super::Case;
use super::request::{NOT_FOUND, Start, demanded, json, send, test};
use crate::codegen::rust::Code;

pub(super) fn write(code: &mut Code, case: &Case<'_>) {
    if case.is(OperationKind::Create) {
        return;
    }
    // What was deleted is just what a restoration finds.
    if case.entity.soft_delete().is_some() && !case.is(OperationKind::Restore) {
        unseen(code, case, Start::Deleted, "was_deleted", 2);
    }
    if case.entity.ttl().is_some() {
        unseen(code, case, Start::Expired, "has_expired", 1);
    }
}

/// The operation acts as if the item were not there; `version` is the one it has.
fn unseen(code: &mut Code, case: &Case<'_>, start: Start, how: &str, version: u32) {
    if case.is(OperationKind::List) {
        return test(code, case, &format!("holds_nothing_that_{how}"), start, |code| {
            send(code, case, "let page = ", case.credential(1), &[], "");
            code.line("page.assert_status(200);");
            code.line("assert_eq!(page.json()[\"items\"], json!([]));");
        });
    }
    test(code, case, &format!("does_not_find_what_{how}"), start, |code| {
        let mut extra = demanded(case, version);
        extra.extend(json(case));
        send(code, case, "", case.credential(1), &extra, NOT_FOUND);
    });
}
