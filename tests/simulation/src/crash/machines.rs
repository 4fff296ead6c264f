//! What Stripe, schedules, the stream and the queues call, stopped at every await.
//! Must never count on anything that does not come again by itself.
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use super::{
    Path, act_on_case, at_bank, at_checkout, is_paid, paid_at_stripe, press_pay, send_plan,
    survives, survives_by,
};
use crate::machines::{self, Consumer, Schedule};
use crate::net::Weather;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::time::{moment, now};
use crate::watched::left_to_the_watch;
use crate::{ledger, requests};

/// No webhook ever comes: what is not read from events stays unknown.
const SILENT: Plan = Plan {
    seed: 7,
    weather: Weather::CALM,
    pause_max: Duration::from_secs(1),
    crashes_percent: 0,
    webhooks_lost_percent: 100,
};

#[test]
fn faults_row_36_a_webhook_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(paid_at_stripe(sim)),
        act: |sim| {
            Box::pin(async move {
                let services = sim.bench.net.services();
                let events = services.stripe().emitted(crate::bench::ACCOUNT, 0);
                let completed =
                    events.iter().find(|event| event.kind == "checkout.session.completed").unwrap();
                let request = requests::webhook(&completed.body, now().as_second());
                let handler = stripe_webhook::handle(&sim.bench.webhook, request, moment());
                sim.call("webhook", handler).await;
            })
        },
        done: is_paid,
    });
}

#[test]
fn faults_row_36_the_reconciler_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| {
            Box::pin(async move {
                paid_at_stripe(sim).await;
                tokio::time::sleep(Duration::from_mins(15)).await;
            })
        },
        act: |sim| Box::pin(async move { machines::tick(&sim, Schedule::Reconciler).await }),
        done: is_paid,
    });
}

#[test]
fn faults_row_36_leaving_a_bank_payment_to_the_watch_survives_a_stop_at_every_await() {
    survives_by(
        SILENT,
        &Path {
            before: |sim| Box::pin(at_bank(sim)),
            act: |sim| {
                Box::pin(async move {
                    for _ in 0..4 {
                        tokio::time::sleep(Duration::from_mins(5)).await;
                        machines::tick(&sim, Schedule::Reconciler).await;
                    }
                })
            },
            done: is_paid,
        },
    );
}

#[test]
fn faults_row_36_reading_the_events_of_an_account_survives_a_stop_at_every_await() {
    survives_by(
        SILENT,
        &Path {
            before: |sim| {
                Box::pin(async move {
                    let session = left_to_the_watch(&sim).await;
                    sim.at_stripe(&format!("settle/{session}"), &json!({})).await;
                    tokio::time::sleep(Duration::from_mins(5)).await;
                })
            },
            act: |sim| Box::pin(async move { machines::tick(&sim, Schedule::Reconciler).await }),
            done: is_paid,
        },
    );
}

#[test]
fn faults_row_36_the_expiry_sweep_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |_| Box::pin(tokio::time::sleep(Duration::from_hours(192))),
        act: |sim| Box::pin(async move { machines::tick(&sim, Schedule::ExpirySweeper).await }),
        done: |_, told| told("LinkExpired") == 1,
    });
}

#[test]
fn faults_row_36_the_cadence_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |_| Box::pin(tokio::time::sleep(Duration::from_hours(168))),
        act: |sim| Box::pin(async move { machines::tick(&sim, Schedule::CadenceSender).await }),
        done: |_, told| told("CadenceStepDue") == 2 && told("MailSent") == 2,
    });
}

#[test]
fn faults_row_36_the_clock_of_cases_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| {
            Box::pin(async move {
                send_plan(Rc::clone(&sim)).await;
                let body = json!({ "decision": "approve", "note": "Agreed." });
                act_on_case(&sim, "decision", body).await;
                tokio::time::sleep(Duration::from_hours(192)).await;
            })
        },
        act: |sim| Box::pin(async move { machines::tick(&sim, Schedule::CaseClock).await }),
        done: |_, told| told("InstalmentDue") == 1,
    });
}

#[test]
fn faults_row_36_publishing_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| {
            Box::pin(async move {
                press_pay(sim).await;
                tokio::time::sleep(Duration::from_mins(10)).await;
            })
        },
        act: |sim| Box::pin(async move { machines::tick(&sim, Schedule::OutboxSweeper).await }),
        // Whether all were published and nothing waits is asked in every life.
        done: |_, told| told("PaymentStarted") == 1 && told("MailSent") == 1,
    });
}

#[test]
fn faults_row_37_a_mail_survives_a_stop_at_every_await_with_one_more_at_most() {
    survives(&Path {
        before: |sim| Box::pin(send_plan(sim)),
        act: |sim| {
            Box::pin(async move {
                deliver_plan(&sim, Consumer::Mailer).await;
                // The claim of one that was stopped runs out before its message comes again.
                tokio::time::sleep(machines::VISIBLE_AGAIN_AFTER).await;
            })
        },
        done: |_, told| told("PlanSubmitted") == 1,
    });
}

#[test]
fn faults_row_36_the_relay_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(at_checkout(sim)),
        act: |sim| {
            Box::pin(async move {
                let images = sim.bench.net.services().seen().stream.clone();
                machines::relay(&sim, &images).await;
            })
        },
        done: |_, told| told("PaymentStarted") == 1 && told("MailSent") == 1,
    });
}

#[test]
fn faults_row_36_a_queues_line_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(send_plan(sim)),
        act: |sim| Box::pin(async move { deliver_plan(&sim, Consumer::Plans).await }),
        done: |_, told| told("PlanSubmitted") == 1,
    });
}

/// The message that a plan was submitted comes to one of its consumers.
async fn deliver_plan(sim: &Rc<Simulation>, consumer: Consumer) {
    let entries = ledger::timeline_of(sim);
    let submitted = entries.iter().find(|entry| entry.fact.name() == "PlanSubmitted").unwrap();
    machines::consume(sim, consumer, submitted).await;
}
