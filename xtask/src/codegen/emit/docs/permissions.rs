//! `docs/permissions.md`: what each role may do. The generated tests read the page and hold the platform to it.

use std::fmt::Write as _;

use purlin_schema::Model;
use purlin_schema::model::{Entity, Operation, Role};

use super::{Table, code};
use crate::codegen::emit::operation::full_name;
use crate::codegen::files::MARK;

/// What a cell says where a role may not do something at all.
const DENIED: &str = "—";

pub(super) fn page(model: &Model) -> String {
    let mut page = format!(
        "<!-- {MARK} from schemas; do not edit. -->\n\n# Who may do what in `{}`\n\n",
        model.service()
    );
    roles(&mut page, model);
    catalogue(&mut page, model);
    operations(&mut page, model);
    page
}

fn roles(page: &mut String, model: &Model) {
    *page += "## Roles\n\n";
    let mut rows = Table::new(&["Role", "Holds", "Who"]);
    for role in model.roles() {
        let grants: Vec<String> = role.grants().iter().map(|grant| code(grant)).collect();
        let who = role.description().clone().unwrap_or_default();
        rows.row([code(role.name()), super::list(grants), who]);
    }
    *page += &rows.text;
}

fn catalogue(page: &mut String, model: &Model) {
    *page += "\n## Permissions\n\nEach over what belongs to the role's holder (own), or to anybody (all).\n\n";
    let mut rows = Table::new(&headed(model, &["Permission", "Allows to", "Told to the audit"]));
    for permission in model.permissions() {
        let audit = if *permission.privileged() { "yes" } else { "where it is denied" };
        let allows = permission.description().clone();
        let mut cells = vec![code(permission.name()), allows, audit.into()];
        cells.extend(model.roles().iter().map(|role| {
            let own = model.holds(role, permission.name());
            cell(own, own && !model.holds_any(role, permission.name()))
        }));
        rows.cells(cells);
    }
    *page += &rows.text;
}

fn operations(page: &mut String, model: &Model) {
    // Writing to a `String` cannot fail.
    let _ = write!(
        page,
        "
## Operations

Who is denied is answered with 403, and somebody else's resource with 404 to whoever reaches its own alone. What has no owner is reached by every holder of the permission. A public operation is open to anybody, with a credential or without.

"
    );
    let mut rows = Table::new(&headed(model, &["Operation", "Route", "Permission"]));
    for (entity, operation) in model
        .entities()
        .iter()
        .flat_map(|entity| entity.operations().iter().map(move |operation| (entity, operation)))
    {
        let permission = operation.permission().as_deref();
        let mut cells = vec![
            code(&full_name(entity, operation)),
            code(&format!("{} {}", operation.method().word(), operation.path())),
            permission.map_or_else(|| "public".into(), code),
        ];
        cells.extend(model.roles().iter().map(|role| reach(model, entity, operation, role)));
        rows.cells(cells);
    }
    *page += &rows.text;
}

/// How far an operation reaches for a role.
fn reach(model: &Model, entity: &Entity, operation: &Operation, role: &Role) -> String {
    let Some(permission) = operation.permission() else { return cell(true, false) };
    let bounded = entity.owner().is_some() && !model.holds_any(role, permission);
    cell(model.holds(role, permission), bounded)
}

fn cell(holds: bool, own: bool) -> String {
    match (holds, own) {
        (false, _) => DENIED.into(),
        (true, true) => "own".into(),
        (true, false) => "all".into(),
    }
}

fn headed<'a>(model: &'a Model, first: &[&'a str]) -> Vec<&'a str> {
    first.iter().copied().chain(model.roles().iter().map(|role| role.name().as_str())).collect()
}
