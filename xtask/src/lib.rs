//! The generator, as a library: the command runs it, and so do the tests and the benchmarks.

pub mod codegen;
pub mod tidy;
