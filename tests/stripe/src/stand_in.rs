//! The shared state: one lock around the world, and the only way in.
//! The lock must never be held across an await; events leave only after it is released.

use crate::clock::Clock;
use crate::config::{API_VERSION, Config};
use crate::deliver;
use crate::verbs::expire;
use crate::world::{Account, Moment, World};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The stand-in, shared by all requests.
#[derive(Debug)]
pub(crate) struct StandIn {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) public_url: String,
    pub(crate) http: reqwest::Client,
    world: Mutex<World>,
}

/// A handle to it.
pub(crate) type Shared = Arc<StandIn>;

impl StandIn {
    /// An empty world with the accounts and receivers of the settings.
    pub(crate) fn new(config: Config, public_url: String, http: reqwest::Client) -> Shared {
        let mut world =
            World { only_listed_accounts: config.only_listed_accounts, ..World::default() };
        world.rules.endpoints.clone_from(&config.endpoints);
        world.rules.retry_ms.clone_from(&config.retry_ms);
        for setting in &config.accounts {
            let account = Account::new(&setting.id, &setting.country, &setting.name);
            world.accounts.insert(setting.id.clone(), account);
        }
        Arc::new(Self {
            config,
            clock: Clock::default(),
            public_url,
            http,
            world: Mutex::new(world),
        })
    }

    /// This moment, for a verb that no API request caused.
    pub(crate) fn moment(&self) -> Moment {
        Moment {
            now_s: self.clock.now_s(),
            public_url: self.public_url.clone(),
            api_version: API_VERSION.to_owned(),
            request_id: None,
            idempotency_key: None,
        }
    }

    /// The world, for reading and for rules. Does not send events: use the two below for verbs.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something on one account and sends the events it caused; None for a refused account.
    pub(crate) fn on_account<R>(
        self: &Arc<Self>,
        id: &str,
        run: impl FnOnce(&mut Account) -> R,
    ) -> Option<R> {
        let mut world = self.world();
        let result = run(world.account_mut(id)?);
        deliver::send_new(self, &mut world, id);
        Some(result)
    }

    /// The same on the account that owns an object; None when no account has it.
    pub(crate) fn on_owner<R>(
        self: &Arc<Self>,
        object_id: &str,
        run: impl FnOnce(&mut Account) -> R,
    ) -> Option<R> {
        let mut world = self.world();
        let account = world.owner_of(object_id)?;
        let id = account.id.clone();
        let result = run(account);
        deliver::send_new(self, &mut world, &id);
        Some(result)
    }

    /// Expires what is due on every account, after the clock was moved and once a second.
    pub(crate) fn sweep(self: &Arc<Self>) {
        let moment = self.moment();
        let ids: Vec<String> = self.world().accounts.keys().cloned().collect();
        for id in ids {
            self.on_account(&id, |account| expire::sweep(account, &moment));
        }
    }
}
