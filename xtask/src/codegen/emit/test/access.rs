//! Who may call an operation: nobody without a credential, no role without the permission.

use super::Case;
use crate::codegen::rust::Code;

pub(super) fn write(code: &mut Code, case: &Case<'_>) {
    if case.operation.permission().is_none() {
        return;
    }
    let name = case.name();
    code.blank();
    code.line("#[tokio::test]");
    code.function(&format!("async fn {name}_needs_a_credential"), &[], "", |code| {
        code.line("let platform = Platform::for_test(app()).await;");
        for credential in [None, Some(".bearer(\"not.a.token\")")] {
            let mut calls = case.call_anywhere();
            calls.extend(credential.map(str::to_owned));
            calls.extend([
                ".send()".into(),
                ".await".into(),
                ".assert_problem(401, \"unauthenticated\")".into(),
            ]);
            code.chain("", "platform", &calls, ";");
        }
    });
    let denied = case.denied();
    if denied.is_empty() {
        return;
    }
    code.blank();
    code.line("#[tokio::test]");
    code.function(&format!("async fn {name}_needs_its_permission"), &[], "", |code| {
        code.line("let platform = Platform::for_test(app()).await;");
        let one = |code: &mut Code, role: &str| {
            let mut calls = case.call_anywhere();
            calls.extend([format!(".as_role({role})"), ".send()".into(), ".await".into()]);
            calls.push(".assert_problem(403, \"permission-denied\")".into());
            code.chain("", "platform", &calls, ";");
        };
        let roles: Vec<String> = denied.iter().map(|role| format!("{:?}", role.name())).collect();
        match roles.as_slice() {
            [role] => one(code, role),
            _ => {
                code.array("let roles = ", &roles);
                code.block("for role in roles", |code| one(code, "role"));
            }
        }
    });
}
