//! What a step from state to state does.

use purlin_schema::Name;
use purlin_schema::model::{Field, Transition, Type};

use super::Case;
use super::request::{Start, demanded, preconditions, published, repeated, send, test};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let Some(step) = case.step() else { return };
    let Some(status) = case.entity.status() else { return };
    let field = case.entity.field(status.field().as_str());
    let Some(Type::Enum { values }) = field.map(Field::kind) else { return };
    let kind = format!("{}{}", case.entity.name(), status.field().pascal());
    let module = format!("{}::{}", case.model.service().snake(), case.entity.name().snake());
    imports.add(&module, &kind);
    let state = |name: &Name| format!("{kind}::{}", name.pascal());
    let (leaves, stays): (Vec<&Name>, Vec<&Name>) =
        values.iter().partition(|value| step.from().contains(value));
    let leaves: Vec<String> = leaves.into_iter().map(state).collect();
    in_states(code, case, "enters_its_state", &leaves, |code| {
        send(code, case, "let moved = ", case.credential(1), &demanded(case, 1), "");
        entered(code, case, step);
    });
    let stays: Vec<String> = stays.into_iter().map(state).collect();
    if !stays.is_empty() {
        in_states(code, case, "refuses_a_state_it_does_not_leave", &stays, |code| {
            let refused = ".assert_problem(409, \"conflict\")";
            send(code, case, "", case.credential(1), &demanded(case, 1), refused);
        });
    }
    preconditions(code, case, Start::Stored);
}

fn entered(code: &mut Code, case: &Case<'_>, step: &Transition) {
    let Some(status) = case.entity.status() else { return };
    code.line("moved.assert_status(200);");
    code.value(
        "",
        &format!(
            "assert_eq!(moved.json()[{:?}], {:?})",
            status.field().camel(),
            step.to().as_str()
        ),
        ";",
    );
    let is_seen =
        |stamp: &&Name| case.entity.field(stamp.as_str()).is_some_and(|field| case.sees(field));
    if let Some(stamp) = step.stamps().as_ref().filter(is_seen) {
        code.value("", &format!("assert!(moved.json()[{:?}].is_string())", stamp.camel()), ";");
    }
    published(code, case, "moved.json()", &[]);
}

/// A test with an item in each of some states.
fn in_states(
    code: &mut Code,
    case: &Case<'_>,
    what: &str,
    states: &[String],
    body: impl Fn(&mut Code),
) {
    let one = |code: &mut Code, state: &str| {
        let owner =
            if case.is_owned() || case.entity.parent().is_some() { "&owner" } else { "\"\"" };
        let call = format!("in_state(&platform, {owner}, {state})");
        code.chain("let item = ", &call, &[".await".into()], ";");
        body(code);
    };
    match states {
        [state] => test(code, case, what, Start::Nothing, |code| one(code, state)),
        _ => {
            let list = |code: &mut Code| code.array("let states = ", states);
            let cases = ("for state in states", list);
            repeated(code, case, what, Start::Nothing, cases, |code| one(code, "state"));
        }
    }
}
