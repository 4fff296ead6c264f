//! The network between our code and the world: everything that can become of a request, drawn
//! from a seed. Must never answer anything that the service behind it would not.
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::services::{MAIL, Services};
use crate::wire::{self, Answer, Wire};

/// Longer than any caller waits: what takes this long is not answered.
const FOREVER: Duration = Duration::from_mins(2);
/// What arrives late arrives within this long, in milliseconds.
const LATE_MS: std::ops::Range<u64> = 2_000..40_000;

/// How bad the network is: which share of requests, in percent, meets a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weather {
    pub(crate) faults_percent: u8,
    /// Round trips take up to this long, in milliseconds.
    pub(crate) slow_ms: u64,
}

impl Weather {
    pub(crate) const CALM: Self = Self { faults_percent: 0, slow_ms: 1 };
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// The service says "too many" and does nothing.
    Throttled,
    /// A transaction meets another one; nothing else has that.
    Conflict,
    /// The connection breaks before it arrives.
    Broken,
    /// It never arrives, and nobody says so.
    Swallowed,
    /// It is done, and the connection breaks before the answer.
    AnswerBroken,
    /// It is done, and the answer never comes.
    AnswerSwallowed,
    /// Nobody answers in time, and then it is done all the same.
    Late,
    /// It arrives twice; the second answer is the one that comes.
    Twice,
    /// SES will never take this mail; only when ordered.
    Rejected,
}

const FAULTS: [Fate; 8] = [
    Fate::Throttled,
    Fate::Conflict,
    Fate::Broken,
    Fate::Swallowed,
    Fate::AnswerBroken,
    Fate::AnswerSwallowed,
    Fate::Late,
    Fate::Twice,
];

/// The network; clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Net(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    random: fastrand::Rng,
    weather: Weather,
    services: Services,
    trace: DefaultHasher,
    lines: Option<Vec<String>>,
    fates: BTreeMap<Fate, u64>,
    hushed: bool,
    mails_in_doubt: usize,
    ordered: Vec<(&'static str, Fate)>,
    kept: Option<Vec<Wire>>,
}

impl Net {
    pub(crate) fn new(seed: u64, services: Services) -> Self {
        Self(Arc::new(Mutex::new(State {
            random: fastrand::Rng::with_seed(seed),
            weather: Weather::CALM,
            services,
            trace: DefaultHasher::new(),
            lines: None,
            fates: BTreeMap::new(),
            hushed: false,
            mails_in_doubt: 0,
            ordered: Vec::new(),
            kept: None,
        })))
    }

    /// Puts other services and another seed behind the same network, with nothing seen yet.
    pub(crate) fn replace(&self, seed: u64, services: Services) {
        let mut state = self.state();
        state.random = fastrand::Rng::with_seed(seed);
        state.weather = Weather::CALM;
        state.services = services;
        state.trace = DefaultHasher::new();
        state.fates.clear();
        state.ordered.clear();
        state.mails_in_doubt = 0;
        state.kept = None;
    }

    pub(crate) fn set_weather(&self, weather: Weather) {
        self.state().weather = weather;
    }

    /// Calms the weather without a trace, or lets it be again; answers how it was.
    pub(crate) fn hush(&self, hushed: bool) -> bool {
        std::mem::replace(&mut self.state().hushed, hushed)
    }

    /// Mails that SES took, or may have taken, without our knowing.
    pub(crate) fn mails_in_doubt(&self) -> usize {
        self.state().mails_in_doubt
    }

    pub(crate) fn services(&self) -> Services {
        self.state().services.clone()
    }

    /// Orders what becomes of the next request of that kind.
    pub(crate) fn order(&self, what: &'static str, fate: Fate) {
        self.state().ordered.push((what, fate));
    }

    /// Keeps every request from here on.
    pub(crate) fn keep(&self) {
        self.state().kept = Some(Vec::new());
    }

    /// The requests kept, of that kind.
    pub(crate) fn kept(&self, what: &str) -> Vec<Wire> {
        let kept = self.state().kept.clone().unwrap_or_default();
        kept.into_iter().filter(|wire| wire.what() == what).collect()
    }

    /// Keeps a line for each request from here on.
    pub(crate) fn keep_lines(&self) {
        self.state().lines = Some(Vec::new());
    }

    /// The lines kept.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.state().lines.clone().unwrap_or_default()
    }

    /// What has happened so far, as a number: equal numbers, equal interleavings.
    pub(crate) fn trace(&self) -> u64 {
        self.state().trace.finish()
    }

    /// How often each thing became of a request.
    pub(crate) fn fates(&self) -> BTreeMap<Fate, u64> {
        self.state().fates.clone()
    }

    /// A connector that is this network, for clients that are no SDK's.
    pub(crate) fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }

    /// Notes something besides requests that an interleaving is made of.
    pub(crate) fn note(&self, what: &str) {
        let mut state = self.state();
        what.hash(&mut state.trace);
        let now = crate::time::now();
        if let Some(lines) = &mut state.lines {
            lines.push(format!("{now} {what}"));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// What becomes of this request, and how long the ways there and back take.
    fn draw(&self, wire: &Wire) -> (Fate, Duration, Duration) {
        let mut state = self.state();
        let Weather { faults_percent, slow_ms } = state.weather;
        let mut fate = Fate::Answered;
        if faults_percent > 0 && state.random.u8(0..100) < faults_percent {
            fate = FAULTS[state.random.usize(0..FAULTS.len())];
        }
        let what = wire.what();
        if let Some(place) = state.ordered.iter().position(|(ordered, _)| *ordered == what) {
            fate = state.ordered.remove(place).1;
        }
        if let Some(kept) = &mut state.kept {
            kept.push(wire.clone());
        }
        if fate == Fate::Conflict && !wire.is_transaction() {
            fate = Fate::Throttled;
        }
        // Never at once: a process can be stopped on each way.
        let is_in_doubt =
            matches!(fate, Fate::AnswerBroken | Fate::AnswerSwallowed | Fate::Late | Fate::Twice);
        state.mails_in_doubt += usize::from(is_in_doubt && wire.host == MAIL);
        let mut way = || Duration::from_millis(state.random.u64(1..=slow_ms.max(1)));
        let (there, back) = (way(), way());
        *state.fates.entry(fate).or_default() += 1;
        (what, fate).hash(&mut state.trace);
        (fate, there, back)
    }

    async fn carry(self, wire: Wire) -> Result<HttpResponse, ConnectorError> {
        let hushed = self.state().hushed;
        if hushed {
            // Without a wait, so that nothing else runs meanwhile.
            let answer = self.services().serve(&wire).await;
            return answer.map(Answer::into_response).ok_or_else(broken);
        }
        let (fate, there, back) = self.draw(&wire);
        let now = crate::time::now();
        if let Some(lines) = &mut self.state().lines {
            lines.push(format!("{now} {} {fate:?}", wire.what()));
        }
        tokio::time::sleep(there).await;
        let services = self.services();
        let answer = match fate {
            Fate::Answered => services.serve(&wire).await,
            Fate::Throttled => Some(wire.throttled()),
            Fate::Conflict => Some(wire::conflict()),
            Fate::Rejected => Some(wire::ses_error(400, "MessageRejected")),
            Fate::Broken => return Err(broken()),
            Fate::Swallowed => return silence().await,
            Fate::AnswerBroken => {
                services.serve(&wire).await;
                return Err(broken());
            }
            Fate::AnswerSwallowed => {
                services.serve(&wire).await;
                return silence().await;
            }
            Fate::Late => {
                let late_ms = self.state().random.u64(LATE_MS);
                // On its own: whoever sent it may be gone by then.
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(late_ms)).await;
                    services.serve(&wire).await;
                });
                return silence().await;
            }
            Fate::Twice => {
                services.serve(&wire).await;
                services.serve(&wire).await
            }
        };
        tokio::time::sleep(back).await;
        // A connection that the service itself cut.
        answer.map(Answer::into_response).ok_or_else(broken)
    }
}

/// Calls by our own code of Stripe, and by every SDK, end here.
impl HttpConnector for Net {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().carry(Wire::read(&request)))
    }
}

impl HttpClient for Net {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.connector()
    }
}

async fn silence() -> Result<HttpResponse, ConnectorError> {
    tokio::time::sleep(FOREVER).await;
    Err(broken())
}

fn broken() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into())
}
