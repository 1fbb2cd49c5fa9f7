//! A figure as `cargo xtask bench` reads it.

/// Prints a row of the table: ours beside the peer's, and the ratio that is aimed at, where there is one.
pub(crate) fn print(name: &str, unit: &str, ours: f64, peer: f64, target: Option<f64>) {
    let row = serde_json::json!({
        "name": name, "unit": unit, "ours": ours, "peer": peer, "target": target,
    });
    println!("{row}");
}
