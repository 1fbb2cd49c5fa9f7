//! Any text is an API key or none; what is one is made of its own parts.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| purlin::fuzzing::api_key(text));
