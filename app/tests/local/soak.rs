//! The soak, a small one: the whole is `cargo xtask soak`.

use crate::process;

#[test]
fn a_soak_with_kills_and_throttling_finds_nothing_lost() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let arguments = ["soak", "--writes", "500", "--seed", "7"];
    let soaked = process::run(directory.path(), &arguments)?;
    assert_eq!(soaked.code, Some(0), "{}\n{}", soaked.stdout, soaked.stderr);
    let line = |name: &str| {
        let line = soaked.stdout.lines().find_map(|line| line.strip_prefix(name));
        line.map(str::trim).unwrap_or_default().to_owned()
    };
    assert_eq!(line("lost"), "0, and 0 effects", "{}", soaked.stdout);
    assert_eq!(line("doubled in effect"), "0", "{}", soaked.stdout);
    assert_eq!(line("reordered"), "0", "{}", soaked.stdout);
    let writes: u32 = line("writes acknowledged").parse()?;
    assert!(writes >= 500, "{}", soaked.stdout);
    Ok(())
}
