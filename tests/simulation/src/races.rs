//! A hundred thousand races: an invoice in some scene, a few calls at once, a network that fails,
//! a few more; then calm, and the books are compared. Must never need more than a seed to repeat.
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use crate::bench::{ACCOUNT, Bench};
use crate::interleavings::{self, Played};
use crate::machines::{self, Schedule};
use crate::net::Weather;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::time::{moment, now};
use crate::{ledger, people, requests};

/// Races in a plain `cargo test`; `make test` sets `SIMULATED_RACES` to a hundred thousand.
const RACES: u64 = 1_500;

/// Races of one invoice, one after the other: each begins where the last one has led.
const ROUNDS: u64 = 4;

/// What has happened before the first race.
#[derive(Clone, Copy, Debug)]
enum Scene {
    Linked,
    AtCheckout,
    PaidAtStripe,
    AtBank,
    PlanSubmitted,
    Regenerated,
}

const SCENES: [(u8, Scene); 6] = [
    (2, Scene::Linked),
    (3, Scene::AtCheckout),
    (4, Scene::PaidAtStripe),
    (2, Scene::AtBank),
    (1, Scene::PlanSubmitted),
    (1, Scene::Regenerated),
];

/// Who calls.
#[derive(Clone, Copy, Debug)]
enum Racer {
    Pay,
    Return,
    PayAtStripe,
    Bank,
    Webhook,
    Reconciler,
    Regenerate,
    NewLink,
    Plan,
    Promise,
    Approve,
    ExpirySweeper,
}

const RACERS: [(u8, Racer); 12] = [
    (5, Racer::Pay),
    (3, Racer::Return),
    (3, Racer::PayAtStripe),
    (1, Racer::Bank),
    (5, Racer::Webhook),
    (2, Racer::Reconciler),
    (3, Racer::Regenerate),
    (1, Racer::NewLink),
    (2, Racer::Plan),
    (1, Racer::Promise),
    (1, Racer::Approve),
    (1, Racer::ExpirySweeper),
];

fn plan(seed: u64) -> Plan {
    let plan = Plan::of(seed);
    // Closer together than people come, so that every call meets the others.
    let weather = Weather { slow_ms: 40, ..plan.weather };
    Plan { weather, pause_max: Duration::from_millis(100), webhooks_lost_percent: 100, ..plan }
}

async fn races(bench: &Rc<Bench>, seed: u64) -> Played {
    let sim = Simulation::begin(bench, plan(seed)).await;
    let scene = sim.pick(&SCENES);
    bench.net.note(&format!("{scene:?}"));
    bench.calm(set(&sim, scene)).await;
    let mut traces = Vec::new();
    for _ in 0..ROUNDS {
        for _ in 0..sim.draw(2..=3) {
            let racer = sim.pick(&RACERS);
            let one = Rc::clone(&sim);
            sim.spawn(async move {
                one.pause().await;
                one.bench.net.note(&format!("{racer:?}"));
                run(&one, racer).await;
            });
        }
        sim.all_done().await;
        traces.push(bench.net.trace());
    }
    recover(&sim).await;
    Played { wrongs: ledger::books(&sim).await, traces }
}

async fn set(sim: &Rc<Simulation>, scene: Scene) {
    match scene {
        Scene::Linked => {}
        Scene::AtCheckout => run(sim, Racer::Pay).await,
        Scene::PaidAtStripe => {
            run(sim, Racer::Pay).await;
            run(sim, Racer::PayAtStripe).await;
        }
        Scene::AtBank => {
            run(sim, Racer::Pay).await;
            let how = json!({ "method": "us_bank_account" });
            for session in open_sessions(sim) {
                sim.at_stripe(&format!("pay/{session}"), &how).await;
                sim.at_bank(&session);
            }
        }
        Scene::PlanSubmitted => run(sim, Racer::Plan).await,
        Scene::Regenerated => {
            run(sim, Racer::Pay).await;
            run(sim, Racer::Regenerate).await;
        }
    }
}

async fn run(sim: &Rc<Simulation>, racer: Racer) {
    let bench = &sim.bench;
    let (till, portal) = (&bench.till, &bench.till.portal);
    match racer {
        Racer::Pay => {
            let request = requests::payer("POST", &sim.token().await, "pay", &[]);
            let ended = sim.call("pay", portal::pay::handle(till, request, moment())).await;
            people::session_of(sim, ended);
        }
        Racer::Return => {
            let request = requests::payer("GET", &sim.token().await, "paid", &[]);
            sim.call("paid", portal::paid::handle(till, request, moment())).await;
        }
        Racer::PayAtStripe => {
            for session in open_sessions(sim) {
                sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
            }
        }
        Racer::Bank => people::banks(sim).await,
        Racer::Webhook => {
            let events = bench.net.services().stripe().emitted(ACCOUNT, 0);
            let Some(event) = events.get(events.len().saturating_sub(1)) else { return };
            let request = requests::webhook(&event.body, now().as_second());
            let handler = stripe_webhook::handle(&bench.webhook, request, moment());
            sim.call("webhook", handler).await;
        }
        Racer::Reconciler => machines::tick(sim, Schedule::Reconciler).await,
        Racer::Regenerate => {
            let request = requests::operator(sim.invoice, None, "link", &json!({}));
            let handler = link_regen::handle(&bench.regeneration, request, moment());
            sim.call("regenerate", handler).await;
        }
        Racer::NewLink => {
            let request = requests::payer("POST", &sim.token().await, "new-link", &[]);
            sim.call("new-link", portal::new_link::handle(portal, request, moment())).await;
        }
        Racer::Plan => {
            let form = sim.form();
            let request =
                requests::payer("POST", &sim.token().await, "plan", &people::plan_form(&form));
            sim.call("plan", portal::plan::handle(till, request, moment())).await;
        }
        Racer::Promise => {
            let form = sim.form();
            let fields = people::promise_form(&form);
            let request = requests::payer("POST", &sim.token().await, "promise", &fields);
            sim.call("promise", portal::promise::handle(till, request, moment())).await;
        }
        Racer::Approve => approve(sim).await,
        Racer::ExpirySweeper => machines::tick(sim, Schedule::ExpirySweeper).await,
    }
}

async fn approve(sim: &Rc<Simulation>) {
    let file = sim.bench.look(sim.invoice).await;
    let Some(case) = file.open_case() else { return };
    let body = json!({ "decision": "approve", "note": "Agreed." });
    let request = requests::operator(sim.invoice, Some(case.id), "decision", &body);
    sim.call("decide", case_desk::act::handle(&sim.bench.acting, request, moment())).await;
}

fn open_sessions(sim: &Simulation) -> Vec<String> {
    sim.bench.net.services().payable()
}

/// Calm again: banks answer, and the reconciler runs as long as a payment can become money.
async fn recover(sim: &Rc<Simulation>) {
    sim.calm_down();
    people::banks(sim).await;
    for minutes in [11, 11, 65] {
        let file = sim.bench.look(sim.invoice).await;
        if file.payments.iter().all(|payment| !payment.is_live()) {
            // What arrives late must not find anything to spoil.
            tokio::time::sleep(Duration::from_mins(1)).await;
            return;
        }
        tokio::time::sleep(Duration::from_mins(minutes)).await;
        machines::tick(sim, Schedule::Reconciler).await;
    }
}

#[test]
fn of_any_few_calls_at_once_the_books_are_stripes_and_a_link_carries_one_outcome() {
    let count = interleavings::setting("SIMULATED_RACES").unwrap_or(RACES);
    interleavings::all(count / ROUNDS, |bench, seed| Box::pin(races(bench, seed))).tell("races");
}

#[test]
fn a_seed_repeats_its_race_request_by_request() {
    let lines = || {
        interleavings::in_simulation(|bench| async move {
            let mut lines = Vec::new();
            for seed in 0..12 {
                bench.net.keep_lines();
                lines.push((races(&bench, seed).await.traces, bench.net.lines()));
            }
            lines
        })
    };
    let (one, other) = (lines(), lines());
    assert!(one.iter().all(|(_, lines)| !lines.is_empty()));
    assert_eq!(one, other);
}
