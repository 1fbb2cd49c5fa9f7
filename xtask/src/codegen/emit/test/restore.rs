//! What bringing a deleted item back does.

use super::Case;
use super::request::{
    Start, named_version, preconditions, published, same, send, set_by_writes, stored_as_json, test,
};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let Some(soft) = case.entity.soft_delete() else { return };
    test(code, case, "brings_back_what_was_deleted", Start::Deleted, |code| {
        // The first write made the item, the second deleted it.
        let extra = named_version(case, 2);
        send(code, case, "let restored = ", case.credential(1), &extra, "");
        code.line("restored.assert_status(200);");
        code.value(
            "",
            &format!("assert_eq!(restored.json().get({:?}), None)", soft.field().camel()),
            ";",
        );
        stored_as_json(code, case, imports);
        let changed = set_by_writes(case);
        let fields = case.entity.fields().iter().map(|field| field.name());
        let kept = fields.filter(|name| !changed.contains(name) && *name != soft.field());
        let names: Vec<String> = kept.map(|name| format!("{:?}", name.camel())).collect();
        same(code, &names, "restored.json()", "stored");
        if let Some(reader) = case.reader().filter(|reader| reader.sees_as_much_as(case)) {
            let credential = reader.credential(1).and_then(|_| case.credential(1));
            send(code, &reader, "let read = ", credential, &[], "");
            code.line("read.assert_status(200);");
            code.line("assert_eq!(read.json(), restored.json());");
        }
        published(code, case, "restored.json()", &[]);
    });
    test(code, case, "refuses_what_is_not_deleted", Start::Stored, |code| {
        let extra = named_version(case, 1);
        send(code, case, "", case.credential(1), &extra, ".assert_problem(409, \"conflict\")");
    });
    preconditions(code, case, Start::Deleted);
}
