//! Any text is a token or is refused; none makes the parser panic, and none is accepted that nobody signed.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| purlin::fuzzing::token(text));
