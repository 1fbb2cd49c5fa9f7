//! How often a caller may call an operation.

use super::Case;
use crate::codegen::emit::input::duration;
use crate::codegen::emit::operation::rate::wait;
use crate::codegen::emit::rules::digits;
use crate::codegen::rust::{Code, Imports};

/// The greatest burst that a test sends. Of greater ones, which would take it seconds, nothing is tested.
const MAX_CALLS: u32 = 1000;

/// The rate comes before the body and whatever the path names, so calls without either are counted as well.
pub(super) fn write(code: &mut Code, case: &Case<'_>, imports: &mut Imports) {
    let rate = case.operation.rate().as_ref();
    let (Some(rate), Some(actor)) = (rate.filter(|rate| *rate.burst() <= MAX_CALLS), case.actor())
    else {
        return;
    };
    imports.add("std::time", "Duration");
    let own = case.credential(1);
    // Where nobody needs a credential, whoever has one is another caller than those without.
    let other = case.credential(2).unwrap_or_else(|| format!(".as_user({:?}, 1)", actor.name()));
    let wait = wait(rate);
    code.blank();
    code.line("#[tokio::test]");
    code.function(&format!("async fn {}_keeps_to_its_rate", case.name()), &[], "", |code| {
        code.line("let platform = Platform::for_test(app()).await;");
        code.line("platform.stop_clock();");
        let calls = digits((*rate.burst()).into());
        match calls.as_str() {
            "1" => passes(code, case, own.clone()),
            _ => {
                code.block(&format!("for _ in 0..{calls}"), |code| passes(code, case, own.clone()))
            }
        }
        send(code, case, own.clone());
        code.line("response.assert_problem(429, \"rate-limited\");");
        code.line(format!("assert_eq!(response.header(\"retry-after\"), Some(\"{wait}\"));"));
        let denied = format!(".assert_denied({:?}, \"rate-limited\")", case.full_name());
        code.chain("", "platform", &[denied], ";");
        passes(code, case, Some(other));
        code.line(format!("platform.advance_clock(Duration::{});", duration(wait.into())));
        passes(code, case, own);
    });
}

fn passes(code: &mut Code, case: &Case<'_>, credential: Option<String>) {
    send(code, case, credential);
    code.line("assert_ne!(response.status(), 429, \"{}\", response.text());");
}

fn send(code: &mut Code, case: &Case<'_>, credential: Option<String>) {
    let mut calls = case.call_anywhere();
    calls.extend(credential);
    calls.extend([".send()".into(), ".await".into()]);
    code.chain("let response = ", "platform", &calls, ";");
}
