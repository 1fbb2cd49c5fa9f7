//! Who sees and gives which fields, role by role.

use purlin_schema::Name;
use purlin_schema::model::{Field, OperationKind, Role};

use super::request::{demanded, prepare, send};
use super::{Case, fixture};
use crate::codegen::emit::value::{self, Amount};
use crate::codegen::emit::visibility::{is_withheld, shown};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    for field in case.secrets() {
        seen(code, case, field, imports);
        if case.is(OperationKind::Get) || case.is(OperationKind::List) {
            of_others(code, case, field, imports);
        }
    }
    let inputs = case.operation.input().iter();
    for field in inputs.filter_map(|name| case.entity.field(name.as_str())) {
        if field.write_by().is_some() {
            given(code, case, field, imports);
        }
    }
}

impl<'a> Case<'a> {
    /// Whether the actor sees the field of an item of its own.
    pub(super) fn sees(&self, field: &Field) -> bool {
        self.operation.permission().is_some()
            && self.actor().is_some_and(|role| self.role_sees(role, field))
            || !field.hidden() && field.read_by().is_none()
    }

    /// The fields that the actor does not see, though JSON of an item has them.
    pub(super) fn unseen(&self) -> Vec<&'a Field> {
        let fields = self.entity.fields().iter();
        fields.filter(|field| !field.hidden() && !self.sees(field)).collect()
    }

    /// Whether the actors of both operations see the same.
    pub(super) fn sees_as_much_as(&self, other: &Self) -> bool {
        self.entity.fields().iter().all(|field| self.sees(field) == other.sees(field))
    }

    /// Whether every body of the operation's may give the field.
    pub(super) fn tells(&self, name: &Name) -> bool {
        let withheld = |field: &Field| is_withheld(self.operation, field);
        self.operation.input().contains(name)
            && !self.entity.field(name.as_str()).is_some_and(withheld)
    }

    fn role_sees(&self, role: &Role, field: &Field) -> bool {
        if *field.hidden() {
            return false;
        }
        let Some(permission) = field.read_by() else { return true };
        // Where an answer does not say whose it is, the operation's own reach must.
        let answer = shown(self.entity, self.operation);
        let tells_owner = self
            .entity
            .owner()
            .as_ref()
            .is_none_or(|owner| answer.iter().any(|field| field.name() == owner));
        self.model.holds_any(role, permission)
            || self.model.holds(role, permission) && (tells_owner || self.is_bounded(role))
    }

    fn role_gives(&self, role: &Role, field: &Field) -> bool {
        field.write_by().as_ref().is_none_or(|permission| {
            self.model.holds_any(role, permission)
                || self.model.holds(role, permission)
                    && (self.entity.owner().is_none() || self.is_bounded(role))
        })
    }

    /// Whether the operation reaches only what is the role's own.
    fn is_bounded(&self, role: &Role) -> bool {
        let permission = self.operation.permission().as_ref();
        permission.is_some_and(|permission| !self.model.holds_any(role, permission))
    }

    /// The roles that may call the operation.
    fn callers(&self) -> impl Iterator<Item = &'a Role> {
        let (model, permission) = (self.model, self.operation.permission().as_ref());
        model
            .roles()
            .iter()
            .filter(move |role| permission.is_none_or(|permission| model.holds(role, permission)))
    }

    /// What the operation's answer would show of an item, if everybody saw everything.
    fn secrets(&self) -> Vec<&'a Field> {
        let mut fields = shown(self.entity, self.operation);
        fields.retain(|field| *field.hidden() || field.read_by().is_some());
        fields.retain(|field| match self.operation.kind() {
            // Only what a body gives is known to be there.
            OperationKind::Create => self.operation.input().contains(field.name()),
            _ => !fixture::is_absent(self.entity, field),
        });
        fields
    }
}

/// Those see the field who hold its permission, and nobody else does.
fn seen(code: &mut Code, case: &Case<'_>, field: &Field, imports: &mut Imports) {
    let creates = case.is(OperationKind::Create);
    let withheld = creates && is_withheld(case.operation, field);
    let callers: Vec<(&Role, bool)> = case
        .callers()
        .filter(|role| !withheld || case.role_gives(role, field))
        .map(|role| (role, case.role_sees(role, field)))
        .collect();
    if callers.is_empty() {
        return;
    }
    let mut extra = if creates { Vec::new() } else { demanded(case, version(case)) };
    let body = match case.operation.kind() {
        OperationKind::Create if withheld => Some(with(case, field, imports)),
        OperationKind::Create => case.body(),
        OperationKind::Update => Some("json!({})".to_owned()),
        _ => None,
    };
    extra.extend(body.map(|body| format!(".json({body})")));
    let what = if *field.hidden() { "hides" } else { "shows_those_who_may_see" };
    let what = format!("{what}_{}", field.name());
    let tell = if *field.hidden() { Tell::Nothing } else { Tell::As("seen") };
    each_role(code, case, &what, &callers, tell, imports, |code| {
        let credential = Some(".as_user(role, 1)".to_owned());
        send(code, case, "let response = ", credential, &extra, "");
        if *field.hidden() && case.is(OperationKind::Get) {
            code.line("let debug = format!(\"{item:?}\");");
            code.line(format!("let told = \" {}: \";", field.name()));
            code.line("assert!(!debug.contains(told));");
        }
        shows(code, case, field, if *field.hidden() { None } else { Some("seen") }, ", \"{role}\"");
    });
    if case.operation.permission().is_none() && !withheld {
        let Some(role) = case.actor() else { return };
        let what = format!("keeps_{}_from_the_unknown", field.name());
        test(code, case, &what, |code| {
            begin(code, case, &format!("{:?}", role.name()), 1, imports, |code| {
                send(code, case, "let response = ", None, &extra, "");
                shows(code, case, field, None, "");
            });
        });
    }
}

/// The answer has the field where the variable `seen` says so, or never.
fn shows(code: &mut Code, case: &Case<'_>, field: &Field, seen: Option<&str>, told: &str) {
    let status = if case.is(OperationKind::Create) { 201 } else { 200 };
    code.line(format!("response.assert_status({status});"));
    let answer = if case.is(OperationKind::List) {
        code.line("let first = &response.json()[\"items\"][0];");
        code.line("assert!(first.is_object());");
        "first"
    } else {
        "response.json()"
    };
    let found = format!("{answer}.get({:?})", field.name().camel());
    let assertion = match seen {
        Some(seen) => format!("assert_eq!({found}.is_some(), {seen}{told})"),
        None => format!("assert_eq!({found}, None{told})"),
    };
    code.value("", &assertion, ";");
}

/// A grant for one's own shows nothing of what is another's.
fn of_others(code: &mut Code, case: &Case<'_>, field: &Field, imports: &mut Imports) {
    let Some(permission) = field.read_by() else { return };
    let own = |role: &&Role| {
        !case.is_bounded(role)
            && case.model.holds(role, permission)
            && !case.model.holds_any(role, permission)
    };
    let found = case.operation.permission().is_some() && case.is_owned();
    let role = case.callers().find(own).filter(|_| found && !case.is_found_by_caller());
    let Some(role) = role else { return };
    let what = format!("does_not_show_{}_of_what_is_anothers", field.name());
    test(code, case, &what, |code| {
        begin(code, case, &format!("{:?}", role.name()), 2, imports, |code| {
            let credential = Some(format!(".as_user({:?}, 1)", role.name()));
            send(code, case, "let response = ", credential, &[], "");
            shows(code, case, field, None, "");
        });
    });
}

/// A body with the field is taken from those who may give it, and refused to others.
fn given(code: &mut Code, case: &Case<'_>, field: &Field, imports: &mut Imports) {
    let callers: Vec<(&Role, bool)> =
        case.callers().map(|role| (role, case.role_gives(role, field))).collect();
    let mut extra = demanded(case, 1);
    extra.push(format!(".json({})", with(case, field, imports)));
    let pointer = format!("\"/{}\"", field.name().camel());
    let status = if case.is(OperationKind::Create) { 201 } else { 200 };
    let what = format!("takes_{}_from_those_who_may_give_it", field.name());
    each_role(code, case, &what, &callers, Tell::As("given"), imports, |code| {
        let credential = Some(".as_user(role, 1)".to_owned());
        send(code, case, "let response = ", credential, &extra, "");
        code.line("if given {");
        code.deeper(|code| code.line(format!("response.assert_status({status});")));
        code.line("} else {");
        code.deeper(|code| code.value("", &format!("response.assert_denied({pointer})"), ";"));
        code.line("}");
    });
    if case.operation.permission().is_none() {
        let Some(role) = case.actor() else { return };
        let what = format!("takes_{}_from_nobody_unknown", field.name());
        test(code, case, &what, |code| {
            begin(code, case, &format!("{:?}", role.name()), 1, imports, |code| {
                let denied = format!(".assert_denied({pointer})");
                send(code, case, "", None, &extra, &denied);
            });
        });
    }
}

/// The operation's body with the field in it.
fn with(case: &Case<'_>, field: &Field, imports: &mut Imports) -> String {
    imports.add("crate", "with");
    let value = value::literal(&value::value(case.model, field, Amount::Everything));
    format!("with({}_body(), \"/{}\", json!({value}))", case.name(), field.name().camel())
}

/// The version that an item has when the operation is called.
fn version(case: &Case<'_>) -> u32 {
    if case.is(OperationKind::Restore) { 2 } else { 1 }
}

fn test(code: &mut Code, case: &Case<'_>, what: &str, body: impl FnOnce(&mut Code)) {
    code.blank();
    code.line("#[tokio::test]");
    code.function(&format!("async fn {}_{what}", case.name()), &[], "", body);
}

/// What a test knows of a role besides its name.
enum Tell {
    Nothing,
    /// Whether it may, as a variable of this name.
    As(&'static str),
}

/// A test that does the same in each role, on a platform of its own: an item may be made but once.
fn each_role(
    code: &mut Code,
    case: &Case<'_>,
    what: &str,
    roles: &[(&Role, bool)],
    tell: Tell,
    imports: &mut Imports,
    body: impl FnOnce(&mut Code),
) {
    let row = |(role, may): &(&Role, bool)| match tell {
        Tell::Nothing => format!("{:?}", role.name()),
        Tell::As(_) => format!("({:?}, {may})", role.name()),
    };
    let rows: Vec<String> = roles.iter().map(row).collect();
    let header = match tell {
        Tell::Nothing => "for role in roles".to_owned(),
        Tell::As(name) => format!("for (role, {name}) in roles"),
    };
    test(code, case, what, |code| {
        code.array("let roles = ", &rows);
        code.block(&header, |code| begin(code, case, "role", 1, imports, body));
    });
}

/// Starts the platform with an item of that user's in the role, which the operation finds.
fn begin(
    code: &mut Code,
    case: &Case<'_>,
    role: &str,
    number: u32,
    imports: &mut Imports,
    body: impl FnOnce(&mut Code),
) {
    let body = code.apart(body);
    let mut owner = "&owner";
    let made = match case.operation.kind() {
        OperationKind::Create if case.operation.path_fields().next().is_none() => {
            (String::new(), Vec::new())
        }
        OperationKind::Create => fixture::example_call(case.entity, "&platform", "&owner"),
        OperationKind::Transition => {
            if !case.is_owned() && case.entity.parent().is_none() {
                owner = "\"\"";
            }
            let state = state(case, imports).unwrap_or_default();
            (format!("in_state(&platform, {owner}, {state})"), vec![".await".to_owned()])
        }
        OperationKind::Restore => ("deleted(&platform, &owner)".into(), vec![".await".into()]),
        _ => ("stored(&platform, &owner)".into(), vec![".await".into()]),
    };
    prepare(code, &format!("{role}, {number}"), made, &body);
    code.append(&body);
}

/// A state that the operation's step leaves.
fn state(case: &Case<'_>, imports: &mut Imports) -> Option<String> {
    let step = case.entity.transition(case.operation.transition().as_ref()?.as_str())?;
    let status = case.entity.status().as_ref()?;
    let kind = format!("{}{}", case.entity.name(), status.field().pascal());
    let module = format!("{}::{}", case.model.service().snake(), case.entity.name().snake());
    imports.add(&module, &kind);
    Some(format!("{kind}::{}", step.from().first()?.pascal()))
}
