//! Holds a platform to the page that says what each role may do.

use std::collections::BTreeSet;

use purlin::{App, Operation};

use crate::platform::Platform;
use crate::testing::TestRequest;

/// The heading of the table that is read.
const HEADING: &str = "## Operations";

/// What a cell says where the role may not call the operation.
const DENIED: &str = "—";

/// Calls every operation as every role, with a bad credential and with none, and compares who gets in with what the
/// table of operations on `page` says.
///
/// Nothing need exist: whoever is let in is told what is wrong with the request, and whoever is not is told that.
///
/// # Panics
/// If somebody gets in whom the page keeps out, or the other way round; or if the page and the application do not have
/// the same operations.
pub async fn check(app: App, page: &str) {
    let (roles, rows) = table(page);
    let described: BTreeSet<&str> = rows.iter().map(|row| row.operation).collect();
    let offered: BTreeSet<&str> = app.iter().map(Operation::name).collect();
    assert_eq!(described, offered, "the operations of the page and of the application");
    let known: BTreeSet<&str> = app.roles().iter().copied().collect();
    assert_eq!(roles.iter().copied().collect::<BTreeSet<_>>(), known, "the roles of both");
    let platform = Platform::for_test(app).await;
    let mut wrong = Vec::new();
    for row in &rows {
        let request = || addressed(&platform, row.operation);
        let is_public = row.permission.is_none();
        for (who, request, let_in) in [
            ("without a credential", request(), is_public),
            ("with a credential that is none", request().bearer("not.a.token"), is_public),
        ] {
            let status = request.send().await.status();
            if (status != 401) != let_in {
                wrong.push(format!("`{}` {who}: answered {status}", row.operation));
            }
        }
        for (role, cell) in roles.iter().zip(&row.cells) {
            let status = request().as_role(role).send().await.status();
            if (status != 403 && status != 401) != (*cell != DENIED) {
                wrong.push(format!(
                    "`{}` as `{role}`: answered {status}, and the page says `{cell}`",
                    row.operation
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A request whose path is whole, whatever it leads to.
pub(crate) fn addressed<'p>(platform: &'p Platform, operation: &str) -> TestRequest<'p> {
    let path = platform.app().operation(operation).map_or("", Operation::path);
    let parameters = path.split('/').filter_map(|it| it.strip_prefix('{')?.strip_suffix('}'));
    parameters.fold(platform.request(operation), |request, name| request.path(name, "nothing"))
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
