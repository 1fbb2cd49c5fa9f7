//! What the compiler tells about a mistake in a derive's attributes: one case for each kind.

#[test]
fn a_mistake_is_told_at_its_place() {
    // One run, without cases that pass: then nothing is linked, and all cases share one build.
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
