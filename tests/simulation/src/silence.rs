//! No webhook ever comes, and nobody returns from Checkout: what was paid is recorded by the
//! reconciler alone, in time. Must never need luck: every moment of paying is tried.
use std::rc::Rc;
use std::time::Duration;

use domain::PaymentState;
use jiff::SignedDuration;
use serde_json::json;

use crate::interleavings::in_simulation;
use crate::machines::{self, Schedule};
use crate::net::Fate;
use crate::people;
use crate::plan::Plan;
use crate::requests;
use crate::simulation::Simulation;
use crate::time::{moment, now};

/// Source: `template.yaml`, the schedule of `PaymentReconciler`.
const TICK: Duration = Duration::from_mins(5);
const IN_TIME: SignedDuration = SignedDuration::from_mins(15);
const CREATE: &str = "POST stripe.invalid/v1/checkout/sessions";

fn silent(seed: u64) -> Plan {
    Plan { webhooks_lost_percent: 100, ..Plan::calm(seed) }
}

/// The payer presses until Stripe's page opens; what was lost on the way is lost.
async fn reaches_checkout(sim: &Rc<Simulation>) -> String {
    let file = sim.bench.look(sim.invoice).await;
    let token = sim.bench.token(sim.invoice, file.invoice.link.unwrap());
    for _ in 0..3 {
        let request = requests::payer("POST", &token, "pay", &[]);
        let ended = sim.call("pay", portal::pay::handle(&sim.bench.till, request, moment())).await;
        if let Some(session) = people::session_of(sim, ended) {
            return session;
        }
    }
    panic!("Checkout was never reached");
}

/// Ticks of the reconciler, the first one after `next`, until the payment has come to `state`;
/// how long that took.
async fn until(sim: &Rc<Simulation>, state: PaymentState, next: Duration) -> SignedDuration {
    let asked = now();
    for tick in 0..12 {
        tokio::time::sleep(if tick == 0 { next } else { TICK }).await;
        machines::tick(sim, Schedule::Reconciler).await;
        let file = sim.bench.look(sim.invoice).await;
        if file.payments.iter().any(|payment| payment.state == state) {
            return now().duration_since(asked);
        }
    }
    panic!("never recorded as {state:?}");
}

/// Ticks at their own rhythm before, so that paying falls anywhere between two of them.
async fn some_ticks(sim: &Rc<Simulation>, offset_s: u64) {
    for _ in 0..offset_s / TICK.as_secs() {
        tokio::time::sleep(TICK).await;
        machines::tick(sim, Schedule::Reconciler).await;
    }
}

#[test]
fn faults_row_4_a_card_payment_without_any_webhook_is_recorded_within_15_minutes() {
    in_simulation(|bench| async move {
        let mut longest = SignedDuration::ZERO;
        // From the first minute of a session to its last: it lives for an hour.
        for paid_after_s in (0..3_500).step_by(170) {
            let sim = Simulation::begin(&bench, silent(paid_after_s)).await;
            let session = reaches_checkout(&sim).await;
            some_ticks(&sim, paid_after_s).await;
            let into_tick = Duration::from_secs(paid_after_s % TICK.as_secs());
            tokio::time::sleep(into_tick).await;
            sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
            longest =
                longest.max(until(&sim, PaymentState::Paid, TICK.saturating_sub(into_tick)).await);
        }
        println!("recorded after {} s at most", longest.as_secs());
        assert!(longest <= IN_TIME, "{longest:?}");
    });
}

#[test]
fn faults_row_4_a_bank_payment_without_any_webhook_is_recorded_within_15_minutes() {
    in_simulation(|bench| async move {
        let mut longest = SignedDuration::ZERO;
        // Banks take days, and the reconciler goes on: before a payment is left to the watch of
        // its account, after that, and on either side of its being asked about again.
        let waits_s = [0, 420, 900, 3_600, 43_100, 43_500, 250_000];
        for (wait_s, fails) in
            waits_s.into_iter().flat_map(|wait_s| [(wait_s, false), (wait_s, true)])
        {
            let sim = Simulation::begin(&bench, silent(1)).await;
            let session = reaches_checkout(&sim).await;
            let how = json!({ "method": "us_bank_account", "fails_when_settled": fails });
            sim.at_stripe(&format!("pay/{session}"), &how).await;
            longest = longest.max(until(&sim, PaymentState::Processing, TICK).await);
            some_ticks(&sim, wait_s).await;
            let into_tick = Duration::from_secs(wait_s % TICK.as_secs());
            tokio::time::sleep(into_tick).await;
            sim.at_stripe(&format!("settle/{session}"), &json!({})).await;
            let state = if fails { PaymentState::Failed } else { PaymentState::Paid };
            longest = longest.max(until(&sim, state, TICK.saturating_sub(into_tick)).await);
        }
        println!("recorded after {} s at most", longest.as_secs());
        assert!(longest <= IN_TIME, "{longest:?}");
    });
}

#[test]
fn faults_row_20_a_session_whose_creation_was_never_answered_is_found_and_recorded() {
    in_simulation(|bench| async move {
        for fate in [Fate::AnswerBroken, Fate::AnswerSwallowed, Fate::Broken, Fate::Late] {
            let sim = Simulation::begin(&bench, silent(2)).await;
            sim.bench.net.order(CREATE, fate);
            let session = reaches_checkout(&sim).await;
            sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
            let took = until(&sim, PaymentState::Paid, TICK).await;
            assert!(took <= IN_TIME, "{fate:?}: {took:?}");
            let most = sim.bench.net.services().seen().open_sessions_max;
            assert_eq!(most, 1, "{fate:?}: one session, whatever was lost");
        }
    });
}

#[test]
fn a_payer_who_crashed_our_function_on_the_way_to_checkout_pays_once_all_the_same() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, silent(3)).await;
        let file = sim.bench.look(sim.invoice).await;
        let token = sim.bench.token(sim.invoice, file.invoice.link.unwrap());
        let request = requests::payer("POST", &token, "pay", &[]);
        sim.bench.net.order(CREATE, Fate::AnswerSwallowed);
        // The function is stopped while it waits for Stripe, whose session is open by then.
        let pay = portal::pay::handle(&sim.bench.till, request, moment());
        let ended = crate::bench::run(Duration::from_secs(1), pay).await;
        assert_eq!(ended.status(), None);
        let session = reaches_checkout(&sim).await;
        sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
        until(&sim, PaymentState::Paid, TICK).await;
        let file = sim.bench.look(sim.invoice).await;
        assert_eq!(file.payments.len(), 1);
        assert_eq!(sim.bench.net.services().seen().open_sessions_max, 1);
    });
}
