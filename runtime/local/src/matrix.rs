//! Holds a platform to the page that says what each role may do.

use std::collections::BTreeSet;

use purlin::{App, Operation};
use serde_json::json;

use crate::audit::{self, Made};
use crate::platform::Platform;
use crate::testing::TestRequest;

/// The heading of the table that is read.
const HEADING: &str = "## Operations";

/// What every request has in its body.
const SECRET: &str = "hunter2";

/// The heading of the table that says what is told to the audit.
const PERMISSIONS: &str = "## Permissions";

/// What a cell says where the role may not call the operation.
const DENIED: &str = "—";

/// Calls every operation as every role, with a bad credential and with none, and compares who gets in with what the
/// table of operations on `page` says. The audit must know of each of these calls that was denied or privileged, once.
///
/// Nothing need exist: whoever is let in is told what is wrong with the request, and whoever is not is told that.
///
/// # Panics
/// If somebody gets in whom the page keeps out, or the other way round; if the audit knows of more or less, or has been
/// told a credential or a body; or if the page and the application do not have the same operations.
pub async fn check(app: App, page: &str) {
    let (roles, rows) = table(page);
    let described: BTreeSet<&str> = rows.iter().map(|row| row.operation).collect();
    let offered: BTreeSet<&str> = app.iter().map(Operation::name).collect();
    assert_eq!(described, offered, "the operations of the page and of the application");
    let known: BTreeSet<&str> = app.roles().iter().copied().collect();
    assert_eq!(roles.iter().copied().collect::<BTreeSet<_>>(), known, "the roles of both");
    let platform = Platform::for_test(app).await;
    let mut wrong = Vec::new();
    let mut made = Vec::new();
    let mut secrets = vec!["not.a.token".to_owned(), SECRET.to_owned()];
    let privileged = privileged(page);
    for row in &rows {
        let told = row.permission.is_some_and(|permission| privileged.contains(permission));
        if platform.app().operation(row.operation).is_some_and(|it| it.is_privileged() != told) {
            wrong.push(format!(
                "`{}`: the page says that it is told to the audit: {told}",
                row.operation
            ));
        }
        let request = || addressed(&platform, row.operation).json(json!({ "secret": SECRET }));
        let is_public = row.permission.is_none();
        for (who, request, let_in) in [
            ("without a credential", request(), is_public),
            ("with a credential that is none", request().bearer("not.a.token"), is_public),
        ] {
            let response = request.send().await;
            let status = response.status();
            made.push(Made::new(row.operation, None, &response));
            if (status != 401) != let_in {
                wrong.push(format!("`{}` {who}: answered {status}", row.operation));
            }
        }
        for (role, cell) in roles.iter().zip(&row.cells) {
            let token = credential(&platform, role);
            let response = request().bearer(&token).send().await;
            let status = response.status();
            made.push(Made::new(row.operation, Some(role), &response));
            secrets.push(token);
            if (status != 403 && status != 401) != (*cell != DENIED) {
                wrong.push(format!(
                    "`{}` as `{role}`: answered {status}, and the page says `{cell}`",
                    row.operation
                ));
            }
        }
    }
    wrong.extend(audit::faults(&platform, &made, &secrets));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn credential(platform: &Platform, role: &str) -> String {
    match platform.credential(role, &platform.user(role, 1)) {
        Ok(token) => token,
        Err(error) => panic!("{error:#}"),
    }
}

/// A request whose path is whole, whatever it leads to.
pub(crate) fn addressed<'p>(platform: &'p Platform, operation: &str) -> TestRequest<'p> {
    let found = platform.app().operation(operation).into_iter();
    found
        .flat_map(Operation::parameters)
        .fold(platform.request(operation), |request, name| request.path(name, "nothing"))
}

/// The permissions whose every use is told to the audit.
fn privileged(page: &str) -> BTreeSet<&str> {
    let (_, rest) =
        page.split_once(PERMISSIONS).unwrap_or_else(|| panic!("the page lacks `{PERMISSIONS}`"));
    let table = rest.split_once(HEADING).map_or(rest, |(table, _)| table);
    let cells = table.lines().map(|line| line.trim_matches('|').split(" | ").map(str::trim));
    cells
        .filter_map(|mut cells| {
            let permission = cells.next()?;
            (cells.nth(1) == Some("yes")).then_some(permission.trim_matches('`'))
        })
        .collect()
}

struct Row<'p> {
    operation: &'p str,
    /// `None` where it is open to anybody.
    permission: Option<&'p str>,
    /// What the page says for each role.
    cells: Vec<&'p str>,
}

/// The roles at the head of the table, and its rows.
fn table(page: &str) -> (Vec<&str>, Vec<Row<'_>>) {
    let (_, rest) =
        page.split_once(HEADING).unwrap_or_else(|| panic!("the page lacks `{HEADING}`"));
    let mut lines = rest.lines().filter(|line| line.starts_with('|')).map(|line| {
        let cells = line.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().trim_matches('`')).collect::<Vec<_>>()
    });
    let roles = lines.next().unwrap_or_default().split_off(3);
    let rows = lines.skip(1).map(|mut cells| {
        let own = cells.split_off(3);
        let permission = (cells[2] != "public").then_some(cells[2]);
        Row { operation: cells[0], permission, cells: own }
    });
    (roles, rows.collect())
}
