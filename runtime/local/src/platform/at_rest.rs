//! The data of a platform that does not run: its store and its bus, for as long as somebody looks at them or mends
//! something.

use std::path::Path;

use anyhow::{Context as _, ensure};
use purlin::{App, Shared};

use super::{Options, Target, event_log, setup};
use crate::bus::Bus;
use crate::letters::Letters;
use crate::secrets::Secrets;
use crate::store::Store;

/// What lies in a data file and beside it. Nothing is delivered: what is published waits for the platform's next start.
pub(crate) struct AtRest {
    shared: Shared,
    bus: Bus,
    // Stops when it is dropped.
    _store: Store,
}

impl AtRest {
    /// Opens the data file `data`.
    ///
    /// # Errors
    /// There is none, or a platform that runs uses it.
    pub(crate) async fn open(app: &App, data: &Path) -> anyhow::Result<Self> {
        let name = data.display();
        ensure!(data.is_file(), "there is no data file `{name}`");
        let mut setup = setup(app, &Options::default())?;
        setup.file = Some(event_log(data));
        // The bus comes first: its file says whether another process uses the data.
        let bus = Bus::open(setup).await.with_context(|| {
            format!("cannot use `{name}`; ask a platform that runs with `--url`")
        })?;
        let store = Store::open(data)?;
        let target = Target::local(app, &store);
        let config = target.config(app, bus.endpoint().to_owned(), &Secrets::random()?)?;
        Ok(Self { shared: Shared::connect(config).await, bus, _store: store })
    }

    pub(crate) fn letters(&self) -> Letters {
        Letters::new(Some(&self.shared), Some(self.bus.dead_letters()))
    }
}
