//! What operators do, stopped at every await.
//! Must never count on an operator who notices.

use domain::{CaseState, PaymentState};
use invoice_import::Importing;
use serde_json::json;

use super::{POLLS_MAX, Path, act_on_case, at_checkout, send_plan, stopped_after, survives};
use crate::interleavings::in_simulation;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::time::moment;
use crate::{ledger, requests};

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
    let importing =
        Importing { store: sim.bench.store().clone(), files: sim.bench.office.files.clone() };
    let handler = invoice_import::handle(&importing, requests::import(&file), moment());
    sim.call("import", handler).await.status()
}
