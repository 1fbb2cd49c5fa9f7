//! The platform on this machine: the store, the bus and the gateway around one application.

mod at_rest;
mod files;
mod scratch;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use purlin::{App, RuntimeConfig, Shared, token};

pub(crate) use self::at_rest::AtRest;
pub(crate) use self::files::{event_log, relay_file};
use self::scratch::Scratch;
use crate::bus::{self, Bus, DeadLetters, Event, Setup, Terminal};
use crate::clock::Clock;
use crate::gateway::{Door, Gateway};
use crate::identity;
use crate::letters::Letters;
use crate::relay::{Relay, Running};
use crate::secrecy;
use crate::secrets::Secrets;
use crate::store::Store;
use crate::subscribers::{self, Subscribers};
use crate::table;
use crate::wire::{Fault, Wire};

/// The region a local platform says it is in.
const REGION: &str = "us-east-1";

/// Who issues a local platform's credentials.
const ISSUER: &str = "purlin-local";

/// How a local platform is started. The default: in memory, on a free port, quiet.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The port of the API, on loopback; 0 takes a free one.
    pub port: u16,
    /// The file that keeps the data; without it, data lives as long as the platform.
    ///
    /// Beside it lie SQLite's own files, the event log, `FILE.events.jsonl`, and what became of its events,
    /// `FILE.deliveries.jsonl`.
    pub data: Option<PathBuf>,
    /// What is said on the terminal.
    pub terminal: Terminal,
    /// The directory that keeps the secrets; without it, credentials and cursors hold as long as the platform.
    pub state: Option<PathBuf>,
    /// When the events of writes are published, and delivered.
    pub events: Events,
    /// Where EventBridge's protocol is spoken, if the application is to publish elsewhere than on the platform's own
    /// bus.
    pub eventbridge: Option<String>,
    /// The time by which rates are measured and the bus waits; without it, the machine's.
    pub(crate) clock: Option<Clock>,
    /// What goes wrong between the application and its store and bus.
    pub(crate) fault: Option<Fault>,
}

/// When the events of writes are published, and delivered to subscribers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Events {
    /// As soon as they can be, in the background.
    #[default]
    AtOnce,
    /// When somebody asks for them: in a test nothing else happens meanwhile.
    OnDemand,
}

/// A running platform, all on loopback. Dropping it stops it.
///
/// It serves the application through the same door, the same SDK clients and the same code as Lambda does;
/// only the endpoints differ.
pub struct Platform {
    app: Arc<App>,
    shared: Shared,
    door: Door,
    clock: Option<Clock>,
    // In the order in which they stop: first what takes requests, last what keeps data.
    gateway: Gateway,
    running: Option<Running>,
    pub(crate) relay: Arc<Relay>,
    bus: Bus,
    delivering: OnceLock<()>,
    store: Option<Store>,
    _wire: Option<Wire>,
    scratch: Option<Scratch>,
    changes: table::Changes,
}

impl Platform {
    /// Starts a platform around `app`.
    ///
    /// # Errors
    /// When a port is taken, or a file cannot be used; the error says what to do.
    pub async fn start(app: App, options: Options) -> anyhow::Result<Self> {
        let secrets = match &options.state {
            Some(directory) => Secrets::keep_in(directory)?,
            None => Secrets::random()?,
        };
        // The bus comes first: its file says whether another process uses the data.
        let mut setup = setup(&app, &options)?;
        setup.file = options.data.as_deref().map(event_log);
        setup.terminal = options.terminal;
        let bus = Bus::open(setup).await?;
        let store = match &options.data {
            Some(path) => Store::open(path)?,
            None => Store::in_memory()?,
        };
        let target = Target::local(&app, &store);
        Self::assemble(app, &options, target, &secrets, bus, Some(store)).await
    }

    /// Starts a platform in memory, on a free port.
    ///
    /// # Errors
    /// When no loopback port can be opened.
    pub async fn start_in_memory(app: App) -> anyhow::Result<Self> {
        Self::start(app, Options::default()).await
    }

    /// Starts a platform whose data lies in a new table at `endpoint`, which speaks DynamoDB's protocol.
    ///
    /// The table goes when the platform is dropped. `AWS_REGION` and the `AWS_…` credentials of the
    /// environment are used where they are set.
    pub(crate) async fn start_at(
        app: App,
        endpoint: &str,
        options: &Options,
    ) -> anyhow::Result<Self> {
        let variable =
            |name: &'static str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let credential = |name, default: &str| variable(name).unwrap_or_else(|| default.to_owned());
        let mut credentials = vec![
            ("AWS_ACCESS_KEY_ID", credential("AWS_ACCESS_KEY_ID", "local")),
            ("AWS_SECRET_ACCESS_KEY", credential("AWS_SECRET_ACCESS_KEY", "local")),
        ];
        credentials.extend(variable("AWS_SESSION_TOKEN").map(|token| ("AWS_SESSION_TOKEN", token)));
        let target = Target {
            endpoint: endpoint.to_owned(),
            region: variable("AWS_REGION").unwrap_or_else(|| REGION.to_owned()),
            table: format!("{}-test-{}", app.name(), uuid::Uuid::now_v7()),
            credentials,
        };
        let bus = Bus::open(setup(&app, options)?).await?;
        let mut platform =
            Self::assemble(app, options, target, &Secrets::random()?, bus, None).await?;
        platform.scratch = Some(Scratch::of(platform.shared.config()));
        Ok(platform)
    }

    async fn assemble(
        app: App,
        options: &Options,
        mut target: Target,
        secrets: &Secrets,
        bus: Bus,
        store: Option<Store>,
    ) -> anyhow::Result<Self> {
        secrecy::keep(&secrets.jwt);
        secrecy::keep(&secrets.cursor);
        let mut endpoint = options.eventbridge.clone().unwrap_or_else(|| bus.endpoint().to_owned());
        let mut wire = options.fault.map(Wire::new);
        if let Some(wire) = &mut wire {
            target.endpoint = wire.before(&target.endpoint).await?;
            endpoint = wire.before(&endpoint).await?;
        }
        let config = target.config(&app, endpoint, secrets)?;
        let mut shared = Shared::connect(config).await;
        if let Some(clock) = options.clock.clone() {
            shared = shared.with_rate_clock(move || clock.now());
        }
        let changes =
            table::ensure(shared.dynamodb(), shared.config().table(), app.table_indexes()).await?;
        let app = Arc::new(app);
        let door = Door::new(Arc::clone(&app), shared.clone());
        let letters = Letters::new(Some(&shared), Some(bus.dead_letters()));
        let gateway =
            Gateway::start(options.port, door.clone(), &bus, letters, options.terminal).await?;
        let clock = options.clock.clone();
        let position = options.data.as_deref().map(relay_file);
        let relay = Arc::new(Relay::new(Arc::clone(&app), shared.clone(), position).await?);
        let running = (options.events == Events::AtOnce).then(|| Arc::clone(&relay).run());
        let platform = Self {
            app,
            shared,
            door,
            clock,
            gateway,
            running,
            relay,
            bus,
            delivering: OnceLock::new(),
            store,
            _wire: wire,
            scratch: None,
            changes,
        };
        if options.events == Events::AtOnce {
            platform.deliver();
        }
        Ok(platform)
    }

    /// The URL of the API, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        self.gateway.url()
    }

    /// What a Lambda function would share between its requests: settings and SDK clients.
    #[must_use]
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The DynamoDB client that the application uses.
    #[must_use]
    pub fn client(&self) -> &aws_sdk_dynamodb::Client {
        self.shared.dynamodb()
    }

    /// The name of the table.
    #[must_use]
    pub fn table(&self) -> &str {
        self.shared.config().table()
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What has reached the bus, and what writes have emitted until now, oldest first; the newest 10,000.
    ///
    /// # Panics
    /// If the table's stream cannot be read.
    pub async fn events(&self) -> Vec<Event> {
        if let Err(error) = self.relay.drain().await {
            panic!("the table's stream cannot be read: {error:#}");
        }
        self.on_bus()
    }

    /// What has reached the bus, oldest first.
    pub(crate) fn on_bus(&self) -> Vec<Event> {
        let mut events = self.bus.newest(usize::MAX);
        events.reverse();
        events
    }

    /// What the bus gave up, because it could not even be written into the table as a dead letter.
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetters {
        self.bus.dead_letters()
    }

    /// Publishes what writes have emitted, and waits until every event has been delivered to all its subscribers, or is
    /// a dead letter; and what these have emitted, and so on.
    ///
    /// # Panics
    /// If the table's stream cannot be read.
    pub async fn settled(&self) {
        self.deliver();
        loop {
            let before = self.events().await.len();
            self.bus.settled().await;
            if self.events().await.len() == before {
                return;
            }
        }
    }

    /// Begins to deliver events, if that has not begun.
    fn deliver(&self) {
        self.delivering.get_or_init(|| {
            let target = Subscribers::new(Arc::clone(&self.app), self.shared.clone());
            self.bus.deliver_to(&(Arc::new(target) as Arc<dyn bus::Target>));
        });
    }

    /// The id of the `number`th local caller in `role`, the same at every start.
    #[must_use]
    pub fn user(&self, role: &str, number: u32) -> String {
        identity::subject(self.app.caller_prefix(), role, number)
    }

    /// A credential for `subject` in `role`, valid for 24 hours.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn credential(&self, role: &str, subject: &str) -> anyhow::Result<String> {
        let token = token::sign(self.shared.config(), subject, role, token::MAX_LIFETIME)
            .context("cannot sign a credential")?;
        secrecy::keep(&token);
        Ok(token)
    }

    /// Stops taking requests, lets those under way finish, then stops the rest.
    pub async fn stop(self) {
        let Self { gateway, running, bus, store, .. } = self;
        gateway.stop().await;
        drop(running);
        drop(bus);
        drop(store);
    }

    /// The clock of a platform that was started for a test.
    pub(crate) fn clock(&self) -> Option<&Clock> {
        self.clock.as_ref()
    }

    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    pub(crate) fn bus_endpoint(&self) -> &str {
        self.bus.endpoint()
    }

    /// What had to be done to the table when the platform started.
    pub(crate) fn changes(&self) -> &table::Changes {
        &self.changes
    }
}

/// A bus in memory for an application.
fn setup(app: &App, options: &Options) -> anyhow::Result<Setup> {
    let mut setup = Setup::new(app.name(), REGION);
    setup.clock = options.clock.clone().unwrap_or_default();
    (setup.rules, setup.schedules) = subscribers::rules(app)?;
    Ok(setup)
}

/// The settings that sign and check local credentials, for a process that serves nothing.
pub(crate) fn signing_config(app: &App, secrets: &Secrets) -> anyhow::Result<RuntimeConfig> {
    config(app, secrets, app.name(), REGION, Vec::new())
}

/// Where the data lies.
struct Target {
    endpoint: String,
    region: String,
    table: String,
    credentials: Vec<(&'static str, String)>,
}

impl Target {
    /// The application's table in a store of this process.
    fn local(app: &App, store: &Store) -> Self {
        Self {
            endpoint: store.endpoint().to_owned(),
            region: REGION.to_owned(),
            table: app.name().to_owned(),
            credentials: vec![
                ("AWS_ACCESS_KEY_ID", "local".into()),
                ("AWS_SECRET_ACCESS_KEY", "local".into()),
            ],
        }
    }

    fn config(self, app: &App, bus: String, secrets: &Secrets) -> anyhow::Result<RuntimeConfig> {
        let mut more = self.credentials;
        more.push(("AWS_ENDPOINT_URL_DYNAMODB", self.endpoint));
        more.push(("AWS_ENDPOINT_URL_EVENTBRIDGE", bus));
        config(app, secrets, &self.table, &self.region, more)
    }
}

/// The settings as a function's environment would hold them, `more` included.
fn config(
    app: &App,
    secrets: &Secrets,
    table: &str,
    region: &str,
    more: Vec<(&'static str, String)>,
) -> anyhow::Result<RuntimeConfig> {
    let mut variables: Vec<(&str, String)> = vec![
        ("AWS_REGION", region.to_owned()),
        ("PURLIN_TABLE", table.to_owned()),
        ("PURLIN_EVENT_BUS", app.name().to_owned()),
        ("PURLIN_JWT_SECRET", secrets.jwt.clone()),
        ("PURLIN_JWT_ISSUER", ISSUER.to_owned()),
        ("PURLIN_JWT_AUDIENCE", app.name().to_owned()),
        ("PURLIN_CURSOR_SECRET", secrets.cursor.clone()),
        // Publishing costs nothing here, and tests count.
        ("PURLIN_AUDIT_EVENTS_PER_MINUTE", u32::MAX.to_string()),
    ];
    variables.extend(more);
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value));
    RuntimeConfig::from_vars(variables).context("the local settings are not sound")
}
