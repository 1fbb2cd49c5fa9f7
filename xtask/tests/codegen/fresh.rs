//! What is committed is what the generator writes today, for both backends.

use xtask::codegen::{CodegenArgs, generate};

use super::documents::root;

#[track_caller]
fn check(args: CodegenArgs) {
    let outcome = generate(root(), &CodegenArgs { check: true, ..args });
    assert!(outcome.is_ok(), "stale, run `cargo xtask codegen`: {outcome:?}");
}

#[test]
fn the_platform_is_fresh() {
    check(CodegenArgs::default());
}

#[test]
fn the_second_backend_is_fresh() {
    check(CodegenArgs::golden());
}
