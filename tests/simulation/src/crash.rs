//! The process is stopped at every await of every path that writes; then what comes again by
//! itself comes again. Must never find half of anything, nor the same thing twice.
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use domain::{CaseState, InvoiceFile, PaymentState, Status};
use serde_json::json;

use crate::interleavings::in_simulation;
use crate::machines::{self, Schedule};
use crate::simulation::{Plan, Simulation};
use crate::time::{moment, now};
use crate::{ledger, people, requests};

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
    let path = *path;
    in_simulation(move |bench| async move {
        for polls in 0.. {
            assert!(polls < POLLS_MAX, "a path that never ends");
            let sim = Simulation::begin(&bench, Plan::calm(7)).await;
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

#[test]
fn faults_row_36_pressing_pay_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |_| nothing(),
        act: |sim| Box::pin(press_pay(sim)),
        done: |file, told| {
            file.payments.len() == 1
                && file.payments[0].state == PaymentState::Expired
                && told("PaymentStarted") == 1
        },
    });
}

#[test]
fn faults_row_36_coming_back_from_checkout_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(paid_at_stripe(sim)),
        act: |sim| {
            Box::pin(async move {
                let request = requests::payer("GET", &link(&sim).await, "paid", &[]);
                sim.call("paid", portal::paid::handle(&sim.bench.till, request, moment())).await;
            })
        },
        done: is_paid,
    });
}

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
fn faults_row_36_a_plan_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(at_checkout(sim)),
        act: |sim| Box::pin(send_plan(sim)),
        done: |file, told| {
            told("PlanSubmitted") == 1
                && file.cases.len() == 1
                && file.payments[0].state == PaymentState::Expired
        },
    });
}

#[test]
fn faults_row_36_a_promise_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |_| nothing(),
        act: |sim| Box::pin(send_promise(sim)),
        done: |file, told| told("PromiseMade") == 1 && file.invoice.status == Status::Promised,
    });
}

#[test]
fn faults_row_36_a_dispute_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(at_checkout(sim)),
        act: |sim| Box::pin(send_dispute(sim)),
        done: |file, told| told("DisputeSubmitted") == 1 && file.cases.len() == 1,
    });
}

#[test]
fn faults_row_36_a_decision_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(send_plan(sim)),
        act: |sim| {
            Box::pin(async move {
                let body = json!({ "decision": "approve", "note": "Agreed." });
                act_on_case(&sim, "decision", body).await;
            })
        },
        done: |file, told| told("PlanApproved") == 1 && file.cases[0].state == CaseState::Active,
    });
}

#[test]
fn faults_row_36_a_question_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(send_plan(sim)),
        act: |sim| {
            Box::pin(async move {
                act_on_case(&sim, "question", json!({ "text": "From when on?" })).await;
            })
        },
        done: |file, told| {
            told("InformationRequested") == 1 && file.cases[0].state == CaseState::Asked
        },
    });
}

#[test]
fn faults_row_36_a_regeneration_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| Box::pin(at_checkout(sim)),
        act: |sim| {
            Box::pin(async move {
                let request =
                    requests::operator(sim.invoice, None, "link", &json!({ "mail": true }));
                let regeneration = &sim.bench.regeneration;
                sim.call("regenerate", link_regen::handle(regeneration, request, moment())).await;
            })
        },
        // An operator who presses again gets one more link; each kills the one before.
        done: |file, told| {
            (1..=2).contains(&told("LinkRegenerated"))
                && file.payments[0].state == PaymentState::Expired
        },
    });
}

#[test]
fn faults_row_36_asking_for_a_new_link_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| {
            Box::pin(async move {
                let request = requests::operator(sim.invoice, None, "link", &json!({}));
                let regeneration = &sim.bench.regeneration;
                sim.call("regenerate", link_regen::handle(regeneration, request, moment())).await;
            })
        },
        act: |sim| {
            Box::pin(async move {
                let request = requests::payer("POST", &link(&sim).await, "new-link", &[]);
                let portal = &sim.bench.till.portal;
                sim.call("new-link", portal::new_link::handle(portal, request, moment())).await;
            })
        },
        done: |_, told| told("LinkMailDue") == 1,
    });
}

#[test]
fn faults_row_36_an_opening_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |_| nothing(),
        act: |sim| {
            Box::pin(async move {
                let request = requests::payer("GET", &link(&sim).await, "", &[]);
                let portal = &sim.bench.till.portal;
                sim.call("open", portal::view::handle(portal, request, moment())).await;
            })
        },
        done: |file, told| told("LinkOpened") == 1 && file.links[0].opened_at.is_some(),
    });
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
                let entries = ledger::timeline_of(&sim);
                let submitted =
                    entries.iter().find(|entry| entry.fact.name() == "PlanSubmitted").unwrap();
                machines::consume(&sim, machines::Consumer::Mailer, submitted).await;
                // The claim of one that was stopped runs out before its message comes again.
                tokio::time::sleep(machines::VISIBLE_AGAIN_AFTER).await;
            })
        },
        done: |_, told| told("PlanSubmitted") == 1,
    });
}

#[test]
fn faults_row_36_an_answer_survives_a_stop_at_every_await() {
    survives(&Path {
        before: |sim| {
            Box::pin(async move {
                send_plan(Rc::clone(&sim)).await;
                act_on_case(&sim, "question", json!({ "text": "From when on?" })).await;
            })
        },
        act: |sim| {
            Box::pin(async move {
                let file = sim.bench.look(sim.invoice).await;
                let asked = file.links.iter().map(|link| link.id).max().unwrap();
                let token = sim.bench.token(sim.invoice, asked);
                let fields = [("form", FORM), ("answer", "From the first of the month.")];
                let request = requests::payer("POST", &token, "answer", &fields);
                let (till, uploads) = (&sim.bench.till, &sim.bench.uploads);
                sim.call("answer", portal::answer::handle(till, uploads, request, moment())).await;
            })
        },
        done: |file, told| {
            told("InformationAdded") == 1 && file.cases[0].state == CaseState::Submitted
        },
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
        act: |sim| {
            Box::pin(async move {
                let entries = ledger::timeline_of(&sim);
                let submitted =
                    entries.iter().find(|entry| entry.fact.name() == "PlanSubmitted").unwrap();
                machines::consume(&sim, machines::Consumer::Plans, submitted).await;
            })
        },
        done: |_, told| told("PlanSubmitted") == 1,
    });
}

#[test]
fn faults_row_36_an_import_survives_a_stop_at_every_await() {
    in_simulation(move |bench| async move {
        for polls in 0.. {
            assert!(polls < POLLS_MAX, "an import that never ends");
            let sim = Simulation::begin(&bench, Plan::calm(8)).await;
            let ended = stopped_after(polls, import(&sim)).await;
            // Half a file is a file to be posted again; half an invoice is nothing.
            let before = ledger::rows(&sim);
            assert!(before.iter().all(|(_, items)| *items == 3), "after {polls} polls: {before:?}");
            assert_eq!(import(&sim).await, Some(200));
            let rows = ledger::rows(&sim);
            assert_eq!(rows.len(), ROWS, "after {polls} polls");
            assert!(rows.iter().all(|(_, items)| *items == 3), "after {polls} polls: {rows:?}");
            if ended.is_some() {
                println!("survived a stop after each of {polls} polls");
                return;
            }
        }
    });
}

/// More than one transaction takes.
const ROWS: usize = 40;

async fn import(sim: &Simulation) -> Option<u16> {
    let header = "Invoice Number,Due Date,Balance,Contact Email,Description\n".to_owned();
    let file = (0..ROWS).fold(header, |file, number| {
        file + &format!("ROW-{number},2026-11-30,10.00,ap@acme.example,Drill bits\n")
    });
    let handler = invoice_import::handle(sim.bench.store(), requests::import(&file), moment());
    sim.call("import", handler).await.status()
}
