//! Banks take days, and no webhook ever comes: what happened is read from the events of the
//! account. Must never ask about each payment as often as about all of them.
use std::time::Duration;

use domain::{PaymentState, Status};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::bench::ACCOUNT;
use crate::interleavings::in_simulation;
use crate::machines::{self, Schedule};
use crate::net::Fate;
use crate::people;
use crate::plan::Plan;
use crate::requests;
use crate::simulation::Simulation;
use crate::time::moment;

/// Source: `template.yaml`, the schedule of `PaymentReconciler`.
const TICK: Duration = Duration::from_mins(5);
const LIST: &str = "GET stripe.invalid/v1/events";
const COMMIT: &str = "DynamoDB_20120810.TransactWriteItems";
/// As often as the SDK sends a request.
const ATTEMPTS: usize = 3;

async fn at_checkout(sim: &Simulation, invoice: Ulid) -> String {
    let file = sim.bench.look(invoice).await;
    let token = sim.bench.token(invoice, file.invoice.link.unwrap());
    let request = requests::payer("POST", &token, "pay", &[]);
    let ended = sim.call("pay", portal::pay::handle(&sim.bench.till, request, moment())).await;
    people::session_of(sim, ended).unwrap()
}

/// A payer has paid from a bank account; the session.
async fn at_bank(sim: &Simulation, invoice: Ulid) -> String {
    let session = at_checkout(sim, invoice).await;
    let how = json!({ "method": "us_bank_account" });
    sim.at_stripe(&format!("pay/{session}"), &how).await;
    session
}

/// A bank payment in the seller's account that has nothing to do with us.
async fn somebody_else_is_paid(sim: &Simulation) {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("mode", "payment")
        .append_pair("success_url", "https://shop.example/thanks")
        .append_pair("payment_method_types[0]", "us_bank_account")
        .append_pair("line_items[0][quantity]", "1")
        .append_pair("line_items[0][price_data][currency]", "usd")
        .append_pair("line_items[0][price_data][unit_amount]", "5000")
        .append_pair("line_items[0][price_data][product_data][name]", "A book")
        .finish();
    let headers = [
        ("authorization", "Bearer sk_test_1"),
        ("stripe-account", ACCOUNT),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let services = sim.bench.net.services();
    let made = services.stripe().call("POST", "/v1/checkout/sessions", &headers, form.into_bytes());
    let made = made.await.unwrap().unwrap();
    let session: Value = serde_json::from_slice(&made.body).unwrap();
    let session = session["id"].as_str().unwrap();
    sim.at_stripe(&format!("pay/{session}"), &json!({ "method": "us_bank_account" })).await;
    settle(sim, session).await;
}

async fn settle(sim: &Simulation, session: &str) {
    sim.at_stripe(&format!("settle/{session}"), &json!({})).await;
}

async fn ticks(sim: &Simulation, count: u64) {
    for _ in 0..count {
        tokio::time::sleep(TICK).await;
        machines::tick(sim, Schedule::Reconciler).await;
    }
}

async fn status(sim: &Simulation, invoice: Ulid) -> Status {
    sim.bench.look(invoice).await.invoice.status
}

/// A bank has the invoice's payment, and its account is watched; the session.
pub(crate) async fn left_to_the_watch(sim: &Simulation) -> String {
    let session = at_bank(sim, sim.invoice).await;
    // Found processing, and asked once more.
    ticks(sim, 6).await;
    session
}

fn silent(seed: u64) -> Plan {
    Plan { webhooks_lost_percent: 100, ..Plan::calm(seed) }
}

#[test]
fn an_account_is_asked_each_time_and_its_bank_payments_twice_a_day() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, silent(1)).await;
        left_to_the_watch(&sim).await;
        bench.net.keep();
        let runs = 3 * 24 * 12;
        ticks(&sim, runs).await;
        let lists = bench.net.kept(LIST).len();
        let questions = bench.net.kept("GET stripe.invalid/v1/checkout/sessions").len();
        println!("{runs} runs: {lists} lists, {questions} questions");
        assert_eq!(u64::try_from(lists).unwrap(), runs);
        assert!((5..=8).contains(&questions), "{questions} in three days");
        assert_eq!(status(&sim, sim.invoice).await, Status::Processing);
    });
}

#[test]
fn a_watch_ends_when_its_account_has_no_bank_payment_any_more() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, silent(2)).await;
        let session = left_to_the_watch(&sim).await;
        settle(&sim, &session).await;
        ticks(&sim, 3 * 24 * 12).await;
        assert_eq!(status(&sim, sim.invoice).await, Status::Paid);
        bench.net.keep();
        ticks(&sim, 12).await;
        assert_eq!(bench.net.kept(LIST).len(), 0);
    });
}

#[test]
fn faults_row_4_many_banks_that_answer_at_once_are_all_recorded_by_one_run() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, silent(3)).await;
        let mut payments = Vec::new();
        for number in 2..122 {
            let invoice = bench.calm(bench.invoice(number)).await;
            payments.push((invoice, at_bank(&sim, invoice).await));
        }
        ticks(&sim, 6).await;
        for (_, session) in &payments {
            settle(&sim, session).await;
        }
        bench.net.keep();
        ticks(&sim, 1).await;
        for (invoice, _) in &payments {
            assert_eq!(status(&sim, *invoice).await, Status::Paid);
        }
        assert_eq!(bench.net.kept(LIST).len(), 2, "a hundred events each");
        assert_eq!(bench.net.kept(COMMIT).len(), payments.len());
    });
}

#[test]
fn a_run_that_breaks_off_keeps_its_place_in_the_list() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, silent(4)).await;
        let session = left_to_the_watch(&sim).await;
        settle(&sim, &session).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        // Newer ones, which are listed first: two pages of a hundred.
        for _ in 0..220 {
            somebody_else_is_paid(&sim).await;
        }
        bench.net.order(LIST, Fate::Answered);
        bench.net.order(LIST, Fate::Broken);
        ticks(&sim, 1).await;
        assert_eq!(status(&sim, sim.invoice).await, Status::Processing);
        bench.net.keep();
        ticks(&sim, 1).await;
        assert_eq!(status(&sim, sim.invoice).await, Status::Paid);
        assert_eq!(bench.net.kept(LIST).len(), 2, "the first page is not read again");
    });
}

#[test]
fn faults_row_4_while_events_cannot_be_read_each_bank_payment_is_asked_about() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, silent(7)).await;
        let session = at_bank(&sim, sim.invoice).await;
        for tick in 0..36 {
            if tick == 30 {
                settle(&sim, &session).await;
            }
            bench.net.order(LIST, Fate::Broken);
            ticks(&sim, 1).await;
            if tick == 32 {
                assert_eq!(status(&sim, sim.invoice).await, Status::Paid, "in 15 minutes");
            }
        }
    });
}

#[test]
fn faults_row_4_a_result_that_cannot_be_read_or_written_now_is_recorded_by_the_next_run() {
    in_simulation(|bench| async move {
        let orders: [(&str, Fate, usize); 5] = [
            (LIST, Fate::Broken, 1),
            (LIST, Fate::AnswerSwallowed, 1),
            (LIST, Fate::Throttled, 1),
            (COMMIT, Fate::Throttled, ATTEMPTS),
            (COMMIT, Fate::Swallowed, ATTEMPTS),
        ];
        for (what, fate, times) in orders {
            let sim = Simulation::begin(&bench, silent(5)).await;
            let session = left_to_the_watch(&sim).await;
            settle(&sim, &session).await;
            for _ in 0..times {
                bench.net.order(what, fate);
            }
            ticks(&sim, 1).await;
            assert_eq!(status(&sim, sim.invoice).await, Status::Processing, "{what} {fate:?}");
            ticks(&sim, 1).await;
            assert_eq!(status(&sim, sim.invoice).await, Status::Paid, "{what} {fate:?}");
        }
    });
}

#[test]
fn a_bank_payment_is_not_left_alone_before_its_account_is_watched() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, silent(6)).await;
        let session = at_bank(&sim, sim.invoice).await;
        ticks(&sim, 3).await;
        assert_eq!(bench.look(sim.invoice).await.payments[0].state, PaymentState::Processing);
        // The watch cannot be written for half an hour.
        for _ in 0..6 {
            for _ in 0..ATTEMPTS {
                bench.net.order("DynamoDB_20120810.PutItem", Fate::Throttled);
            }
            ticks(&sim, 1).await;
        }
        settle(&sim, &session).await;
        ticks(&sim, 3).await;
        assert_eq!(status(&sim, sim.invoice).await, Status::Paid);
    });
}

#[test]
fn two_runs_at_once_record_a_result_once() {
    in_simulation(|bench| async move {
        for seed in 0..20 {
            let sim = Simulation::begin(&bench, silent(seed)).await;
            let session = left_to_the_watch(&sim).await;
            settle(&sim, &session).await;
            tokio::time::sleep(TICK).await;
            let run = || machines::tick(&sim, Schedule::Reconciler);
            tokio::join!(run(), run(), run());
            ticks(&sim, 2).await;
            assert_eq!(status(&sim, sim.invoice).await, Status::Paid);
            let told = crate::ledger::told(&sim);
            let settled = told.iter().filter(|name| *name == "PaymentSettled").count();
            assert_eq!(settled, 1, "seed {seed}");
        }
    });
}
