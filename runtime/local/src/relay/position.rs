//! How far each shard of a stream has been relayed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;

/// The sequence number of the last record relayed, by shard. Where there is a file, it holds them as JSON.
pub(super) struct Positions {
    by_shard: BTreeMap<String, String>,
    file: Option<PathBuf>,
}

impl Positions {
    /// What the file says; nothing where it does not exist yet.
    pub(super) fn open(file: Option<PathBuf>) -> anyhow::Result<Self> {
        let by_shard = match &file {
            Some(path) => read(path)?,
            None => BTreeMap::new(),
        };
        Ok(Self { by_shard, file })
    }

    pub(super) fn of(&self, shard: &str) -> Option<&str> {
        self.by_shard.get(shard).map(String::as_str)
    }

    /// Notes a position. Where that fails, records are relayed again at the next start, and no harm is done.
    pub(super) fn move_to(&mut self, shard: &str, position: &str) -> anyhow::Result<()> {
        self.by_shard.insert(shard.to_owned(), position.to_owned());
        let Some(path) = &self.file else { return Ok(()) };
        let draft = path.with_added_extension("new");
        let text = serde_json::to_vec(&self.by_shard).context("cannot write a position")?;
        // A file that is replaced whole is never torn.
        std::fs::write(&draft, text)
            .and_then(|()| std::fs::rename(&draft, path))
            .with_context(|| format!("cannot write `{}`", path.display()))
    }
}

fn read(path: &std::path::Path) -> anyhow::Result<BTreeMap<String, String>> {
    match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).with_context(|| {
            let path = path.display();
            format!("`{path}` is damaged: delete it, and events of the last day are sent again")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_outlive_the_process() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("data.relay.json");
        let mut positions = Positions::open(Some(file.clone()))?;
        assert_eq!(positions.of("a"), None);
        positions.move_to("a", "1")?;
        positions.move_to("b", "7")?;
        positions.move_to("a", "2")?;
        let positions = Positions::open(Some(file.clone()))?;
        assert_eq!((positions.of("a"), positions.of("b")), (Some("2"), Some("7")));
        std::fs::write(&file, "{")?;
        let error = Positions::open(Some(file)).err().map(|error| format!("{error:#}"));
        assert!(error.is_some_and(|error| error.contains("is damaged: delete it")));
        Ok(())
    }
}
