//! What payers do, stopped at every await.
//! Must never count on a payer who comes again within any time.
use std::rc::Rc;

use domain::{CaseState, PaymentState, Status};
use serde_json::json;

use super::{
    FORM, Path, act_on_case, at_checkout, is_paid, link, nothing, paid_at_stripe, press_pay,
    send_dispute, send_plan, send_promise, survives,
};
use crate::requests;
use crate::time::moment;

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
