//! Sends what is due when it is due, and waits until all of it is over.
//! Must never hold a request back because another is slow.
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::flight::Sender;
use crate::scene::Scene;
use crate::schedule::{Arrival, Phase, arrivals};
use crate::settings::Settings;
use crate::tally::{End, Outcome};

/// More than any phase has under way unless the stack stands still.
const UNDER_WAY_MAX: usize = 1_000;
/// The first request is due so long after the start, so that it is not late already.
const LEAD: Duration = Duration::from_millis(50);

/// A phase that is over.
#[derive(Debug)]
pub(crate) struct Run {
    /// Which.
    pub phase: Phase,
    /// Each request that was due.
    pub outcomes: Vec<Outcome>,
    /// From the start until the last answer, milliseconds.
    pub elapsed_ms: u64,
    /// The machine's load average before and after.
    pub load: [String; 2],
}

/// Runs a phase. Bounded: the schedule ends, and so does every request.
pub(crate) async fn run(phase: Phase, settings: &Settings, with: (&Scene, &Sender)) -> Run {
    let (scene, sender) = with;
    let before = load_average();
    let seats = Arc::new(Semaphore::new(UNDER_WAY_MAX));
    let (mut outcomes, mut flights) = (Vec::new(), JoinSet::new());
    let start = Instant::now() + LEAD;
    for arrival in arrivals(phase, settings) {
        let due = start + Duration::from_micros(arrival.due_us);
        let Some(flight) = scene.flight(phase, &arrival) else { continue };
        tokio::time::sleep_until(due).await;
        let Ok(seat) = Arc::clone(&seats).try_acquire_owned() else {
            outcomes.push(unsent(&arrival));
            continue;
        };
        let sender = sender.clone();
        flights.spawn(async move {
            let outcome = sender.send(flight, due).await;
            drop(seat);
            outcome
        });
    }
    outcomes.extend(flights.join_all().await);
    let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Run { phase, outcomes, elapsed_ms, load: [before, load_average()] }
}

fn unsent(arrival: &Arrival) -> Outcome {
    Outcome { route: arrival.route, end: End::Unsent, took_us: 0, late_us: 0 }
}

/// Over one minute, as the system has it.
fn load_average() -> String {
    let read = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    read.split(' ').next().filter(|text| !text.is_empty()).unwrap_or("unknown").to_owned()
}
