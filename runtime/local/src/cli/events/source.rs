//! Where the dead letters are: with a platform that runs here, in the file of one that does not, or on AWS.

use purlin::dead_letter::DeadLetter;
use purlin::{App, RuntimeConfig, Shared};

use super::Of;
use super::running::Running;
use crate::letters::{Letters, Replayed, Replays};
use crate::platform::AtRest;
use crate::secrets::Secrets;

/// The settings that only requests need. Nothing is signed or checked here, so nobody has to give them.
const OF_REQUESTS: [&str; 6] = [
    "PURLIN_JWT_SECRET",
    "PURLIN_JWT_SECRET_ID",
    "PURLIN_JWT_JWKS_URL",
    "PURLIN_JWT_ISSUER",
    "PURLIN_JWT_AUDIENCE",
    "PURLIN_CURSOR_SECRET",
];

/// Where the dead letters of one platform are.
pub(super) enum Source {
    /// A platform that runs here.
    Running(Running),
    /// The table of a platform on AWS, or the data of one that does not run.
    Open(Box<Open>),
}

/// What is read here, and not asked for.
pub(super) struct Open {
    letters: Letters,
    // Open for as long as this is there.
    _data: Option<AtRest>,
}

impl Source {
    pub(super) async fn of(app: &App, of: &Of) -> anyhow::Result<Self> {
        if let Some(url) = &of.url {
            return Ok(Self::Running(Running::at(url)?));
        }
        if let Some(data) = &of.data {
            let data = AtRest::open(app, data).await?;
            return Ok(Self::open(data.letters(), Some(data)));
        }
        let shared = Shared::connect(settings(app, std::env::vars())?).await;
        Ok(Self::open(Letters::new(Some(&shared), None), None))
    }

    fn open(letters: Letters, data: Option<AtRest>) -> Self {
        Self::Open(Box::new(Open { letters, _data: data }))
    }

    pub(super) async fn newest(&self, limit: u32) -> anyhow::Result<Vec<DeadLetter>> {
        match self {
            Self::Running(platform) => platform.newest(limit),
            Self::Open(open) => open.letters.newest(usize::try_from(limit)?).await,
        }
    }

    pub(super) async fn get(&self, id: &str) -> anyhow::Result<Option<DeadLetter>> {
        match self {
            Self::Running(platform) => platform.get(id),
            Self::Open(open) => open.letters.get(id).await,
        }
    }

    pub(super) async fn replay(&self, id: &str) -> anyhow::Result<Replayed> {
        match self {
            Self::Running(platform) => platform.replay(id),
            Self::Open(open) => open.letters.replay(id).await,
        }
    }

    pub(super) async fn replay_all(&self) -> anyhow::Result<Replays> {
        match self {
            Self::Running(platform) => platform.replay_all(),
            Self::Open(open) => open.letters.replay_all().await,
        }
    }
}

/// The settings of a process that reads and publishes, and answers no requests.
fn settings(
    app: &App,
    environment: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<RuntimeConfig> {
    let secrets = Secrets::random()?;
    let made_up = [
        ("PURLIN_JWT_SECRET", secrets.jwt),
        ("PURLIN_JWT_ISSUER", app.name().to_owned()),
        ("PURLIN_JWT_AUDIENCE", app.name().to_owned()),
        ("PURLIN_CURSOR_SECRET", secrets.cursor),
    ];
    let made_up = made_up.map(|(name, value)| (name.to_owned(), value));
    let given = environment.filter(|(name, _)| !OF_REQUESTS.contains(&name.as_str()));
    RuntimeConfig::from_vars(given.chain(made_up)).map_err(|error| {
        anyhow::anyhow!(
            "{error}; they name the platform on AWS: for one on this machine, give `--url` or `--data`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings_of(variables: &[(&str, &str)]) -> anyhow::Result<RuntimeConfig> {
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        settings(&App::new("test"), variables)
    }

    #[test]
    fn what_only_requests_need_is_neither_asked_for_nor_looked_at() {
        let needed = [("AWS_REGION", "x"), ("PURLIN_TABLE", "t"), ("PURLIN_EVENT_BUS", "b")];
        assert_eq!(settings_of(&needed).map(|it| it.table().to_owned()).ok().as_deref(), Some("t"));
        // Two places for keys are one too many for a function.
        let more = [("PURLIN_JWT_SECRET", "short"), ("PURLIN_JWT_SECRET_ID", "id")];
        assert!(settings_of(&[&needed[..], &more].concat()).is_ok());
    }

    #[test]
    fn what_is_missing_is_named_with_what_else_there_is() {
        let error = settings_of(&[("AWS_REGION", "x")]).expect_err("no table").to_string();
        for part in ["`PURLIN_TABLE` is missing", "`PURLIN_EVENT_BUS` is missing", "`--url`"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
