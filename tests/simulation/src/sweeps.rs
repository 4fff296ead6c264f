//! Sweeps among a thousand, ten thousand and a hundred thousand links that live: what they cost,
//! how far one run goes, and that two at once write once. Must never measure time.
use std::rc::Rc;
use std::time::Duration;

use platform::worker;
use serde_json::json;
use ulid::Ulid;

use crate::bench::{Bench, Ended};
use crate::interleavings::in_simulation;
use crate::ledger;
use crate::net::Weather;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::time::moment;

const DAY: Duration = Duration::from_hours(24);
/// Items in one batch write. Source: DynamoDB quotas, seen 2026-11.
const BATCH: usize = 25;

/// What a run has cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    round_trips: u64,
    read_halves: u64,
    write_halves: u64,
}

fn spent(bench: &Bench) -> Cost {
    let units = bench.store().units();
    Cost {
        round_trips: units.round_trips(),
        read_halves: units.read_halves(),
        write_halves: units.write_halves(),
    }
}

/// What `work` costs.
async fn cost<T>(bench: &Bench, work: impl Future<Output = T>) -> (T, Cost) {
    let before = spent(bench);
    let done = work.await;
    let after = spent(bench);
    let cost = Cost {
        round_trips: after.round_trips - before.round_trips,
        read_halves: after.read_halves - before.read_halves,
        write_halves: after.write_halves - before.write_halves,
    };
    (done, cost)
}

/// Items as they stand in the index, due in a month: of a link that lives, of an entry that
/// waits. The index holds keys only, so nothing more of them can matter to a sweep.
fn fill(bench: &Bench, count: usize, bucket: &str, sk: &str) {
    let due_at = crate::time::now().as_second() + 30 * 86_400;
    let items: Vec<_> = (0..count)
        .map(|number| {
            let id = Ulid(u128::try_from(number).unwrap());
            json!({ "PutRequest": { "Item": {
                "pk": { "S": format!("INVOICE#{id}") },
                "sk": { "S": format!("{sk}{id}") },
                "due_bucket": { "S": format!("{bucket}#{}", number % 4) },
                "due_at": { "N": due_at.to_string() },
            } } })
        })
        .collect();
    let services = bench.net.services();
    for batch in items.chunks(BATCH) {
        let write = json!({ "RequestItems": { (crate::table::NAME): batch } }).to_string();
        services.table().serve("BatchWriteItem", &write).unwrap();
    }
}

/// Invoices whose links are all dead by the time this returns.
async fn dead_links(sim: &Simulation, count: usize) -> Vec<Ulid> {
    let bench = &sim.bench;
    let mut invoices = vec![sim.invoice];
    for number in 0..count.saturating_sub(1) {
        invoices.push(bench.calm(bench.invoice(number + 2)).await);
    }
    tokio::time::sleep(8 * DAY).await;
    invoices
}

async fn expire(bench: &Bench) -> worker::Sweep {
    expiry_sweeper::sweep(bench.store(), moment()).await.unwrap()
}

#[test]
fn a_sweep_of_five_dead_links_costs_the_same_among_a_thousand_and_a_hundred_thousand() {
    in_simulation(|bench| async move {
        let mut costs = Vec::new();
        for living in [1_000, 10_000, 100_000] {
            let sim = Simulation::begin(&bench, Plan::calm(1)).await;
            fill(&bench, living, "expiry", "3#link#");
            fill(&bench, living, "outbox", "T#");
            dead_links(&sim, 5).await;
            let (swept, expiry) = cost(&bench, expire(&bench)).await;
            assert_eq!((swept.due, swept.done), (5, 5));
            let (swept, idle) = cost(&bench, expire(&bench)).await;
            assert_eq!(swept.due, 0);
            let sweep = timeline_relay::sweep(bench.store(), &bench.bus, moment());
            let (swept, outbox) = cost(&bench, sweep).await;
            println!("among {living}: expiry {expiry:?}, idle {idle:?}, outbox {outbox:?}");
            costs.push((expiry, idle, swept.unwrap().done, outbox));
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]));
        let idle = costs[0].1;
        assert_eq!(idle, Cost { round_trips: 4, read_halves: 4, write_halves: 0 });
    });
}

#[test]
fn a_run_takes_a_bounded_page_and_the_next_one_goes_on() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, Plan::calm(2)).await;
        let invoices = dead_links(&sim, 460).await;
        let mut swept = Vec::new();
        for _ in 0..8 {
            let run = expire(&bench).await;
            assert_eq!((run.done, run.failed), (run.due, 0));
            assert!(run.due <= 400, "a hundred of each of four buckets");
            swept.push(run.due);
        }
        assert_eq!(swept.iter().sum::<usize>(), invoices.len());
        assert!(swept.iter().filter(|due| **due > 0).count() > 1, "{swept:?}");
        assert_eq!(swept.last(), Some(&0));
    });
}

#[test]
fn two_sweeps_at_once_write_each_end_once() {
    in_simulation(|bench| async move {
        for seed in 0..20 {
            let sim = Simulation::begin(&bench, Plan::calm(seed)).await;
            dead_links(&sim, 1).await;
            bench.net.set_weather(Weather { faults_percent: 10, slow_ms: 30 });
            let (one, two, three) = tokio::join!(once(&bench), once(&bench), once(&bench));
            for ended in [one, two, three] {
                assert!(!matches!(ended, Ended::Stopped), "seed {seed}");
            }
            bench.net.set_weather(Weather::CALM);
            tokio::time::sleep(Duration::from_mins(1)).await;
            expire(&bench).await;
            let told = ledger::told(&sim);
            let ends = told.iter().filter(|name| *name == "LinkExpired").count();
            assert_eq!(ends, 1, "seed {seed}");
            assert_eq!(expire(&bench).await.due, 0, "seed {seed}");
        }
    });
}

#[test]
fn two_outbox_sweeps_at_once_publish_everything_and_leave_nothing_waiting() {
    in_simulation(|bench| async move {
        for seed in 0..20 {
            let sim = Simulation::begin(&bench, Plan::calm(seed)).await;
            tokio::time::sleep(Duration::from_mins(10)).await;
            bench.net.set_weather(Weather { faults_percent: 10, slow_ms: 30 });
            let sweep = || timeline_relay::sweep(bench.store(), &bench.bus, moment());
            let (one, other) = tokio::join!(sweep(), sweep());
            drop((one, other));
            bench.net.set_weather(Weather::CALM);
            timeline_relay::sweep(bench.store(), &bench.bus, moment()).await.unwrap();
            let told = ledger::told(&sim).len();
            let services = bench.net.services();
            let published = services.seen().published.clone();
            let ids: std::collections::BTreeSet<_> =
                published.iter().map(|detail| detail["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(ids.len(), told, "seed {seed}: all of it is out");
            let left = timeline_relay::sweep(bench.store(), &bench.bus, moment()).await.unwrap();
            assert_eq!(left.due, 0, "seed {seed}");
        }
    });
}

async fn once(bench: &Rc<Bench>) -> Ended<worker::Sweep> {
    crate::bench::run(crate::bench::LAMBDA_TIMEOUT, expiry_sweeper::sweep(bench.store(), moment()))
        .await
}
