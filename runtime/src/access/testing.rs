//! What the tests of access share: issuers that really sign, and an endpoint that counts what it is asked.

pub(crate) mod server;
pub(crate) mod signer;

/// The time at which tests begin.
pub(crate) const START: u64 = 1_800_000_000;

/// Runs a test on one thread, with sockets and timers.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime").block_on(test)
}
