//! `make load`: the phases in their order, the page, and an exit code that says whether all held.
//! Must never be part of the tests: its figures are times.
//!
//! Read in this order: `settings`; `schedule` is when what is sent; `scene` has the payers;
//! `flight` sends and judges, `drive` a whole phase of it; `gateway` is the throttle; `tally`
//! counts; `promises` must hold; `page` tells.

mod drive;
mod flight;
mod gateway;
mod page;
mod promises;
mod scene;
mod schedule;
mod settings;
mod tally;

use std::io::Write as _;
use std::process::ExitCode;

use acceptance::Stack;

use crate::flight::Sender;
use crate::promises::{Measured, verdicts};
use crate::scene::Scene;
use crate::schedule::{PHASES, Phase, WARM_UP};
use crate::settings::Settings;

/// Of the warm-up.
const WARM_UP_S: u64 = 10;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    match load().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&error);
            ExitCode::from(2)
        }
    }
}

/// Runs it all; whether every promise was kept.
async fn load() -> Result<bool, String> {
    let file = std::env::args().nth(1).ok_or("the file with the settings is missing")?;
    let settings = Settings::read(&file)?;
    let stack = Stack::find().ok_or("PLIXO_STACK is not set")?;
    say("making invoices, links and payments");
    let scene = Scene::new(&stack, &settings).await;
    let sender = Sender::new(&stack)?;
    gateway::set_throttles(&stack, &settings).await?;
    let warm_up = Settings { seconds: WARM_UP_S, ..settings.clone() };
    say("warming up");
    let warm = drive::run(WARM_UP, &warm_up, (&scene, &sender)).await;
    if warm.outcomes.is_empty() {
        return Err("the warm-up sent nothing".to_owned());
    }
    let with = (&scene, &sender);
    let [one, ten, flood] = PHASES;
    let measured = [
        measure(one, &settings, with).await,
        measure(ten, &settings, with).await,
        measure(flood, &settings, with).await,
    ];
    let verdicts = verdicts(&measured, &settings);
    let page = page::page(&settings, &measured, &verdicts).map_err(|error| error.to_string())?;
    std::fs::write(&settings.page, page).map_err(|error| error.to_string())?;
    for one in &verdicts {
        say(&format!(
            "{}: {}: {}",
            if one.kept { "kept" } else { "BROKEN" },
            one.promise,
            one.found
        ));
    }
    Ok(verdicts.iter().all(|one| one.kept))
}

/// One phase, begun when nothing of an earlier one is left and every bucket is full again.
async fn measure(phase: Phase, settings: &Settings, with: (&Scene, &Sender)) -> Measured {
    with.0.rest().await;
    tokio::time::sleep(BUCKETS_FILL).await;
    say(&format!("{}: {} s", phase.name, settings.seconds));
    let run = drive::run(phase, settings, with).await;
    Measured { run, applied: with.0.applied(phase).await }
}

/// A burst is what the rate gives in two seconds; rounded up, a little more.
const BUCKETS_FILL: std::time::Duration = std::time::Duration::from_secs(3);

/// A line of progress. Nothing is lost if nobody listens.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
