//! What payers do with an invoice, as the cost model tells it apart.
//! Must never hold a share: how often each happens is the model's to say.
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Value, json};

use super::life::Life;
use crate::people;

/// One way that an invoice goes, from its first mail to the end of its last link.
pub(super) type Journey = for<'l> fn(&'l Life<'l>) -> Pin<Box<dyn Future<Output = ()> + 'l>>;

pub(super) const JOURNEYS: [(&str, Journey); 7] = [
    ("card", |life| Box::pin(card(life))),
    ("ach", |life| Box::pin(ach(life))),
    ("late", |life| Box::pin(late(life))),
    ("unopened", |life| Box::pin(unopened(life))),
    ("plan", |life| Box::pin(plan(life))),
    ("promise", |life| Box::pin(promise(life))),
    ("dispute", |life| Box::pin(dispute(life))),
];

/// What may come on top of any of them.
pub(super) const EXTRAS: [(&str, Journey); 4] = [
    ("view", |life| Box::pin(looks_again(life, Duration::from_mins(10)))),
    ("return", |life| Box::pin(looks_again(life, Duration::from_hours(30)))),
    ("scanner", |life| Box::pin(scanned(life))),
    ("receipt", |life| Box::pin(receipt(life))),
];

const FORM: &str = "01JD9Z3V7Q0000000000000000";
/// At Stripe's page.
const AT_CHECKOUT: Duration = Duration::from_mins(2);
/// Days that a bank takes. Source: Stripe, "ACH Direct Debit": up to 4 business days; seen 2026-11.
const BANK_DAYS: u32 = 4;

async fn look(life: &Life<'_>) -> String {
    let token = life.token().await;
    let reply = life.ask("portal-view", ("GET", &token), ("", &[])).await;
    assert_eq!(reply.status(), 200);
    token
}

/// To Stripe's page; answers the session.
async fn to_checkout(life: &Life<'_>, token: &str) -> String {
    let reply = life.ask("portal-pay", ("POST", token), ("pay", &[])).await;
    let response = reply.into_response();
    let location = response.headers()["location"].to_str().unwrap();
    let session = location.split(['/', '#', '?']).find(|part| part.starts_with("cs_"));
    let session = session.unwrap().to_owned();
    tokio::time::sleep(AT_CHECKOUT).await;
    session
}

async fn come_back(life: &Life<'_>, token: &str) {
    let reply = life.ask("portal-paid", ("GET", token), ("paid", &[])).await;
    assert_eq!(reply.status(), 200);
}

async fn pay_by_card(life: &Life<'_>) {
    let token = look(life).await;
    let session = to_checkout(life, &token).await;
    life.at_stripe(&format!("pay/{session}"), &json!({})).await;
    come_back(life, &token).await;
}

async fn card(life: &Life<'_>) {
    pay_by_card(life).await;
    life.days(30).await;
}

async fn ach(life: &Life<'_>) {
    let token = look(life).await;
    let session = to_checkout(life, &token).await;
    let how = json!({ "method": "us_bank_account" });
    life.at_stripe(&format!("pay/{session}"), &how).await;
    come_back(life, &token).await;
    life.days(BANK_DAYS).await;
    life.at_stripe(&format!("settle/{session}"), &json!({})).await;
    life.settle().await;
    // The events of its account are read until this one is old.
    life.ticks(3).await;
    life.days(26).await;
}

async fn late(life: &Life<'_>) {
    life.days(15).await;
    card(life).await;
}

async fn unopened(life: &Life<'_>) {
    life.days(30).await;
}

/// Opens a form and sends it.
async fn submit(life: &Life<'_>, (function, action): (&'static str, &str), form: &[(&str, &str)]) {
    let token = life.token().await;
    let reply = life.ask(function, ("GET", &token), (action, &[])).await;
    assert_eq!(reply.status(), 200);
    let reply = life.ask(function, ("POST", &token), (action, form)).await;
    assert_eq!(reply.status(), 303);
}

async fn plan(life: &Life<'_>) {
    look(life).await;
    submit(life, ("portal-plan", "plan"), &people::plan_form(FORM)).await;
    life.days(1).await;
    life.decide(&json!({ "decision": "approve", "note": "Agreed." })).await;
    // Two weekly instalments, each paid when its mail comes.
    for _ in 0..2 {
        life.days(7).await;
        pay_by_card(life).await;
    }
    life.days(15).await;
}

async fn promise(life: &Life<'_>) {
    look(life).await;
    submit(life, ("portal-promise", "promise"), &people::promise_form(FORM)).await;
    life.days(9).await;
    pay_by_card(life).await;
    life.days(21).await;
}

async fn dispute(life: &Life<'_>) {
    let token = look(life).await;
    let reply = life.ask("portal-dispute", ("GET", &token), ("dispute", &[])).await;
    assert_eq!(reply.status(), 200);
    let file = [("name", "note.txt"), ("size", "77")];
    let reply = life.ask("portal-files", ("POST", &token), ("files", &file)).await;
    let ticket: Value = serde_json::from_slice(reply.into_response().body()).unwrap();
    let note = b"Delivery note 4711: 20 boxes ordered, 12 delivered, on 12 November 2026.";
    life.upload(&ticket, note).await;
    let kept = format!("{}:other", ticket["id"].as_str().unwrap());
    let form = [&people::dispute_form(FORM)[..], &[("kept", &kept)]].concat();
    submit(life, ("portal-dispute", "dispute"), &form).await;
    life.days(1).await;
    life.decide(&json!({ "decision": "accept", "note": "Agreed." })).await;
    pay_by_card(life).await;
    life.days(30).await;
}

async fn looks_again(life: &Life<'_>, after: Duration) {
    look(life).await;
    tokio::time::sleep(after).await;
    life.forget();
    look(life).await;
}

/// Before anybody else does, and again within the hour: machines come more than once.
async fn scanned(life: &Life<'_>) {
    let token = life.token().await;
    life.forget();
    let mut request = crate::requests::payer("GET", &token, "", &[]);
    let agent = "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))".parse().unwrap();
    request.headers_mut().insert("user-agent", agent);
    let reply = life.serve("portal-view", "", request).await;
    assert_eq!(reply.status(), 200);
    life.settle().await;
}

async fn receipt(life: &Life<'_>) {
    pay_by_card(life).await;
    let token = life.token().await;
    life.forget();
    let reply = life.ask("portal-receipt", ("GET", &token), ("receipt", &[])).await;
    assert_eq!(reply.status(), 200);
}
