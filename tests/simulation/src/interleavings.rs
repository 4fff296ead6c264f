//! Thousands of lives, each by its own seed; a wrong one says which.
//! Must never depend on how long anything takes here.
use std::collections::{BTreeMap, HashSet};
use std::pin::Pin;
use std::rc::Rc;

use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use crate::bench::Bench;
use crate::net::Fate;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::time::moment;
use crate::{ledger, people, requests, table};

/// Lives in a plain `cargo test`; `make test` sets `SIMULATED_LIVES` to more.
const LIVES: u64 = 60;
/// Threads: each has its own clock and runs its own seeds.
const THREADS: u64 = 2;
/// Unoptimised futures are large, and lie within each other.
const STACK_BYTES: usize = 64 * 1024 * 1024;
const WRONGS_SHOWN_MAX: usize = 20;

/// What a seed came to.
pub(crate) struct Played {
    /// What is wrong in the end.
    pub(crate) wrongs: Vec<String>,
    /// What happened, as a number, at each point where all was quiet.
    pub(crate) traces: Vec<u64>,
}

/// Plays one seed.
pub(crate) type Play = for<'b> fn(&'b Rc<Bench>, u64) -> Pin<Box<dyn Future<Output = Played> + 'b>>;

/// What many seeds came to.
#[derive(Default)]
pub(crate) struct Tally {
    played: usize,
    traces: HashSet<u64>,
    fates: BTreeMap<Fate, u64>,
    wrongs: Vec<String>,
}

impl Tally {
    fn add(&mut self, share: Self) {
        self.played += share.played;
        self.traces.extend(share.traces);
        self.wrongs.extend(share.wrongs);
        for (fate, times) in share.fates {
            *self.fates.entry(fate).or_default() += times;
        }
    }

    /// Says what was seen, and fails if anything was wrong.
    pub(crate) fn tell(self, what: &str) {
        let Self { played, traces, fates, wrongs } = self;
        println!("{played} {what}, {} different interleavings; requests: {fates:?}", traces.len());
        let shown: Vec<_> = wrongs.iter().take(WRONGS_SHOWN_MAX).collect();
        assert!(wrongs.is_empty(), "{} wrong: {shown:#?}", wrongs.len());
    }
}

/// A clock that stands still while anything runs.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// Does something on a bench of its own.
pub(crate) fn in_simulation<F>(work: impl FnOnce(Rc<Bench>) -> F + Send + 'static) -> F::Output
where
    F: Future,
    F::Output: Send + 'static,
{
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let run = || LocalSet::new().block_on(&runtime(), async { work(Bench::new(0).await).await });
    thread.spawn(run).unwrap().join().unwrap()
}

/// Plays so many seeds, or only `SIMULATED_SEED` if that is set.
pub(crate) fn all(count: u64, play: Play) -> Tally {
    let only = setting("SIMULATED_SEED");
    let (first, count) = only.map_or((0, count), |seed| (seed, 1));
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let shares: Vec<_> = (0..THREADS)
            .map(|thread| {
                let seeds = (first..first + count).filter(move |seed| seed % THREADS == thread);
                scope.spawn(move || in_simulation(move |_| share(seeds, play)))
            })
            .collect();
        for share in shares {
            tally.add(share.join().unwrap());
        }
    });
    tally
}

async fn share(seeds: impl Iterator<Item = u64>, play: Play) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        // With clients of its own: what they remember must not depend on the seeds before.
        let bench = Bench::new(seed).await;
        if setting("SIMULATED_SEED").is_some() {
            bench.net.keep_lines();
        }
        let Played { wrongs, traces } = play(&bench, seed).await;
        bench.net.lines().iter().for_each(|line| println!("{line}"));
        tally.played += traces.len();
        tally.traces.extend(traces);
        for (fate, times) in bench.net.fates() {
            *tally.fates.entry(fate).or_default() += times;
        }
        tally.wrongs.extend(wrongs.into_iter().map(|wrong| format!("seed {seed}: {wrong}")));
    }
    tally
}

#[expect(clippy::disallowed_methods, reason = "a test has no settings but these")]
pub(crate) fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

async fn life(bench: &Rc<Bench>, seed: u64) -> Played {
    let sim = Simulation::begin(bench, Plan::of(seed)).await;
    sim.live().await;
    sim.settle().await;
    Played { wrongs: ledger::wrongs(&sim).await, traces: vec![bench.net.trace()] }
}

#[test]
fn whatever_the_network_does_the_books_are_stripes_and_each_outcome_is_told_once() {
    let count = setting("SIMULATED_LIVES").unwrap_or(LIVES);
    all(count, |bench, seed| Box::pin(life(bench, seed))).tell("lives");
}

/// A payment from the button to the books, in calm.
async fn paid_life(sim: &Rc<Simulation>) {
    let file = sim.bench.look(sim.invoice).await;
    let token = sim.bench.token(sim.invoice, file.invoice.link.unwrap());
    let request = requests::payer("POST", &token, "pay", &[]);
    let ended = sim.call("pay", portal::pay::handle(&sim.bench.till, request, moment())).await;
    let session = people::session_of(sim, ended).unwrap();
    sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
    sim.carry_on();
    sim.all_done().await;
    sim.settle().await;
}

#[test]
fn books_that_somebody_has_changed_are_found_wrong() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, Plan::calm(1)).await;
        paid_life(&sim).await;
        assert_eq!(ledger::wrongs(&sim).await, Vec::<String>::new());
        let services = bench.net.services();
        let mut missed = Vec::new();
        for item in ledger::items(&sim) {
            let key = json!({ "pk": item["pk"], "sk": item["sk"] });
            let sk = item["sk"]["S"].as_str().unwrap();
            // The invoice itself cannot even be read without; a link is TTL's to delete.
            if ["1#", "2#", "3#"].iter().any(|kind| sk.starts_with(kind)) {
                continue;
            }
            let delete = json!({ "TableName": table::NAME, "Key": key }).to_string();
            services.table().serve("DeleteItem", &delete).unwrap();
            if ledger::wrongs(&sim).await.is_empty() {
                missed.push(item["name"]["S"].as_str().unwrap_or(sk).to_owned());
            }
            let put = json!({ "TableName": table::NAME, "Item": item }).to_string();
            services.table().serve("PutItem", &put).unwrap();
        }
        // From before anything was promised; the store's own tests are about these.
        assert_eq!(missed, ["InvoiceImported", "LinkIssued", "CadenceStepDue"]);
    });
}
