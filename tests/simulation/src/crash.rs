//! The process is stopped at every await of every path that writes; then what comes again by
//! itself comes again. Must never find half of anything, nor the same thing twice.
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

use domain::{InvoiceFile, Status};
use serde_json::json;

use crate::interleavings::in_simulation;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::time::moment;
use crate::{ledger, people, requests};

mod machines;
mod operators;
mod payers;

/// More polls than any path takes; the test fails if it is ever reached.
const POLLS_MAX: usize = 2_000;

type Work = Pin<Box<dyn Future<Output = ()>>>;
/// Of the invoice in the end, and how often its timeline says what.
type Done = fn(&InvoiceFile, &dyn Fn(&str) -> usize) -> bool;

/// A path that writes.
#[derive(Clone, Copy)]
struct Path {
    /// What has happened before.
    before: fn(Rc<Simulation>) -> Work,
    /// What is stopped, and what is then done again.
    act: fn(Rc<Simulation>) -> Work,
    /// What must have come of it in the end, once.
    done: Done,
}

/// Polls a future so often and then drops it, as a process that is stopped would.
async fn stopped_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

fn survives(path: &Path) {
    survives_by(Plan::calm(7), path);
}

fn survives_by(plan: Plan, path: &Path) {
    let path = *path;
    in_simulation(move |bench| async move {
        for polls in 0.. {
            assert!(polls < POLLS_MAX, "a path that never ends");
            let sim = Simulation::begin(&bench, plan).await;
            (path.before)(Rc::clone(&sim)).await;
            let ended = stopped_after(polls, (path.act)(Rc::clone(&sim))).await;
            if ended.is_none() {
                sim.mail_may_be_out();
            }
            let halves = ledger::halves(&sim).await;
            assert!(halves.is_empty(), "after {polls} polls: {halves:#?}");
            // What a payer, Stripe, a schedule or a queue would do by themselves.
            (path.act)(Rc::clone(&sim)).await;
            sim.carry_on();
            sim.all_done().await;
            sim.settle().await;
            let wrongs = ledger::wrongs(&sim).await;
            assert!(wrongs.is_empty(), "after {polls} polls: {wrongs:#?}");
            let file = bench.look(sim.invoice).await;
            let told = ledger::told(&sim);
            let count = |name: &str| told.iter().filter(|known| *known == name).count();
            assert!((path.done)(&file, &count), "after {polls} polls: {told:?}");
            if ended.is_some() {
                assert!(polls > 2, "it was stopped in the middle before");
                println!("survived a stop after each of {polls} polls");
                return;
            }
        }
    });
}

fn nothing() -> Work {
    Box::pin(std::future::ready(()))
}

async fn link(sim: &Simulation) -> String {
    let file = sim.bench.look(sim.invoice).await;
    sim.bench.token(sim.invoice, file.links.iter().map(|link| link.id).min().unwrap())
}

async fn press_pay(sim: Rc<Simulation>) {
    let request = requests::payer("POST", &link(&sim).await, "pay", &[]);
    let ended = sim.call("pay", portal::pay::handle(&sim.bench.till, request, moment())).await;
    people::session_of(&sim, ended);
}

/// A payer is at Stripe's page.
async fn at_checkout(sim: Rc<Simulation>) {
    press_pay(sim).await;
}

/// A payer has paid there, and nobody has told us.
async fn paid_at_stripe(sim: Rc<Simulation>) {
    press_pay(Rc::clone(&sim)).await;
    let file = sim.bench.look(sim.invoice).await;
    let session = file.payments[0].session.clone().unwrap();
    sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
}

/// A payer has paid from a bank account, which answers when all is calm again.
async fn at_bank(sim: Rc<Simulation>) {
    press_pay(Rc::clone(&sim)).await;
    let file = sim.bench.look(sim.invoice).await;
    let session = file.payments[0].session.clone().unwrap();
    sim.at_stripe(&format!("pay/{session}"), &json!({ "method": "us_bank_account" })).await;
    sim.at_bank(&session);
}

/// The form that everything in here is sent with.
const FORM: &str = "01JD9Z3V7Q0000000000000000";

async fn send_plan(sim: Rc<Simulation>) {
    let request = requests::payer("POST", &link(&sim).await, "plan", &people::plan_form(FORM));
    sim.call("plan", portal::plan::handle(&sim.bench.till, request, moment())).await;
}

async fn send_promise(sim: Rc<Simulation>) {
    let fields = people::promise_form(FORM);
    let request = requests::payer("POST", &link(&sim).await, "promise", &fields);
    sim.call("promise", portal::promise::handle(&sim.bench.till, request, moment())).await;
}

async fn send_dispute(sim: Rc<Simulation>) {
    let fields = people::dispute_form(FORM);
    let request = requests::payer("POST", &link(&sim).await, "dispute", &fields);
    let (till, uploads) = (&sim.bench.till, &sim.bench.uploads);
    sim.call("dispute", portal::dispute::handle(till, uploads, request, moment())).await;
}

async fn act_on_case(sim: &Simulation, verb: &str, body: serde_json::Value) {
    let file = sim.bench.look(sim.invoice).await;
    let case = file.cases[0].id;
    let request = requests::operator(sim.invoice, Some(case), verb, &body);
    sim.call(verb, case_desk::act::handle(&sim.bench.acting, request, moment())).await;
}

fn is_paid(file: &InvoiceFile, told: &dyn Fn(&str) -> usize) -> bool {
    file.invoice.status == Status::Paid && told("PaymentSettled") == 1
}
