//! Webhooks, schedules, the stream and the queues: what calls our handlers without a person.
//! Must never be kinder than the real ones: late, twice, out of order, given up.
use std::rc::Rc;
use std::time::Duration;

use domain::queue::Queue;
use domain::{Entry, Fact};
use serde_json::{Value, json};
use stripe_stand_in::Emitted;

use crate::bench::Ended;
use crate::requests;
use crate::simulation::Simulation;
use crate::time::{moment, now};

/// Stripe tries again as often, here; the real one for three days.
const WEBHOOK_TRIES_MAX: usize = 4;
/// The stream's mapping gives a batch up after as many tries. Source: `template.yaml`.
const STREAM_TRIES_MAX: usize = 3;
/// Then a message is put aside. Source: `template.yaml`, `maxReceiveCount`.
const QUEUE_TRIES_MAX: usize = 5;

/// A message that was not taken is hidden for as long. Source: `template.yaml`.
pub(crate) const VISIBLE_AGAIN_AFTER: Duration = Duration::from_mins(6);

/// What runs on a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    Reconciler,
    ExpirySweeper,
    OutboxSweeper,
    CadenceSender,
    CaseClock,
}

pub(crate) const SCHEDULES: [(u8, Schedule); 5] = [
    (3, Schedule::Reconciler),
    (2, Schedule::ExpirySweeper),
    (2, Schedule::OutboxSweeper),
    (1, Schedule::CadenceSender),
    (1, Schedule::CaseClock),
];

/// A few runs of schedules at any time, also two of one at once.
pub(crate) async fn clockwork(sim: Rc<Simulation>) {
    for _ in 0..sim.draw(0..=2) {
        sim.pause().await;
        tick(&sim, sim.pick(&SCHEDULES)).await;
        sim.carry_on();
    }
}

/// One run.
pub(crate) async fn tick(sim: &Simulation, schedule: Schedule) {
    let (bench, store) = (&sim.bench, sim.bench.store());
    let stripe = &bench.till.stripe;
    match schedule {
        Schedule::Reconciler => {
            sim.work("reconcile", payment_reconciler::reconcile(store, stripe, moment())).await;
        }
        Schedule::ExpirySweeper => {
            sim.work("expire", expiry_sweeper::sweep(store, moment())).await;
        }
        Schedule::OutboxSweeper => {
            sim.work("outbox", timeline_relay::sweep(store, &bench.bus, moment())).await;
        }
        Schedule::CadenceSender => {
            sim.work("cadence", cadence_sender::send_due(store, moment())).await;
        }
        Schedule::CaseClock => {
            sim.work("cases", case_clock::sweep(store, moment())).await;
        }
    }
}

/// Brings one event until it is taken, or gives it up.
pub(crate) async fn webhook(sim: Rc<Simulation>, event: Emitted) {
    for _ in 0..WEBHOOK_TRIES_MAX {
        sim.wait().await;
        let request = requests::webhook(&event.body, now().as_second());
        let name = format!("webhook {}", event.kind);
        let handler = stripe_webhook::handle(&sim.bench.webhook, request, moment());
        let ended = sim.call(&name, handler).await;
        sim.carry_on();
        if ended.status().is_some_and(|status| status < 300) {
            return;
        }
    }
}

/// Hands stream records to the relay, which may be given up.
pub(crate) async fn stream(sim: Rc<Simulation>, images: Vec<Value>) {
    for _ in 0..STREAM_TRIES_MAX {
        sim.wait().await;
        if relay(&sim, &images).await {
            return;
        }
    }
}

/// One batch; whether it was taken.
pub(crate) async fn relay(sim: &Rc<Simulation>, images: &[Value]) -> bool {
    let records: Vec<_> =
        images.iter().map(|image| json!({ "dynamodb": { "NewImage": image } })).collect();
    let batch = serde_json::from_value(json!({ "Records": records })).unwrap();
    let relay = timeline_relay::relay(sim.bench.store(), &sim.bench.bus, batch);
    let ended = sim.work("relay", relay).await;
    sim.carry_on();
    matches!(ended, Ended::Answered(_))
}

/// Hands an entry to the queues that its rule names.
pub(crate) async fn consumers(sim: Rc<Simulation>, entry: Entry) {
    let name = entry.fact.name();
    if sim.bench.mail_facts.contains(name) && !is_about_receipt(&entry) {
        queue(&sim, Consumer::Mailer, &entry).await;
    }
    if entry.fact.case().is_some() {
        queue(&sim, Consumer::Plans, &entry).await;
        queue(&sim, Consumer::Disputes, &entry).await;
    }
}

/// Receipts are made by typst, which takes longer than all the rest: their own tests show them.
fn is_about_receipt(entry: &Entry) -> bool {
    matches!(entry.fact, Fact::ReceiptMade { .. })
}

/// Whose queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consumer {
    Mailer,
    Plans,
    Disputes,
}

async fn queue(sim: &Rc<Simulation>, consumer: Consumer, entry: &Entry) {
    for time in 0..QUEUE_TRIES_MAX {
        sim.wait().await;
        if time > 0 {
            tokio::time::sleep(VISIBLE_AGAIN_AFTER).await;
        }
        if consume(sim, consumer, entry).await {
            return;
        }
    }
    sim.put_aside(consumer, entry.clone());
}

/// One delivery of a message; whether it was taken.
pub(crate) async fn consume(sim: &Rc<Simulation>, consumer: Consumer, entry: &Entry) -> bool {
    let (bench, entry) = (&sim.bench, entry.clone());
    let file = |queue| case_queue::file(bench.store(), queue, entry.clone(), moment());
    let ended = match consumer {
        Consumer::Mailer => {
            let ended = sim.work("mail", mailer::handle(&bench.office, entry, moment())).await;
            if !matches!(ended, Ended::Answered(())) {
                sim.mail_may_be_out();
            }
            ended
        }
        Consumer::Plans => sim.work("plan line", file(Queue::Plans)).await,
        Consumer::Disputes => sim.work("dispute line", file(Queue::Disputes)).await,
    };
    sim.carry_on();
    matches!(ended, Ended::Answered(()))
}
