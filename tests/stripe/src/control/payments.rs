//! Controls that do what a payer or a bank does.
//! They must never do what the same person could not do at Stripe.

use super::{Answer, ControlError, later, read};
use crate::error::StripeError;
use crate::stand_in::Shared;
use crate::verbs::{dispute as disputes, expire as expiry, pay as payer, refund as refunds};
use crate::verbs::{pay::Verdict, settle as bank};
use crate::world::{Account, Moment};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    #[serde(default = "card")]
    method: String,
    #[serde(default)]
    fails_when_settled: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decline {
    #[serde(default = "generic_decline")]
    code: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundRequest {
    payment_intent: String,
    amount: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dispute {
    status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    outcome: String,
}

fn card() -> String {
    "card".to_owned()
}

fn generic_decline() -> String {
    "generic_decline".to_owned()
}

/// `POST pay/{session}`: the page's buttons without a browser.
pub(crate) async fn pay(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let asked: Pay = read(&body)?;
    let answer = on_session(&shared, &id, |account, moment| match asked.method.as_str() {
        "card" => payer::by_card(account, moment, &id),
        "us_bank_account" => payer::by_bank(account, moment, &id, asked.fails_when_settled),
        _ => Err(StripeError::invalid("method must be card or us_bank_account")),
    })?;
    if let (Some(wait_ms), "us_bank_account") = (shared.config.ach_settle_ms, asked.method.as_str())
    {
        later::settle_after(&shared, &id, wait_ms);
    }
    Ok(answer)
}

/// `POST decline/{session}`.
pub(crate) async fn decline(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let asked: Decline = read(&body)?;
    on_session(&shared, &id, |account, moment| payer::decline(account, moment, &id, &asked.code))
}

/// `POST refuse-bank/{session}`.
pub(crate) async fn refuse_bank(State(shared): State<Shared>, Path(id): Path<String>) -> Answer {
    on_session(&shared, &id, |account, moment| payer::refuse_bank(account, moment, &id))
}

/// `POST settle/{session}`: the bank answers as the payer chose.
pub(crate) async fn settle(State(shared): State<Shared>, Path(id): Path<String>) -> Answer {
    on_session(&shared, &id, |account, moment| {
        bank::settle(account, moment, &id, bank::Answer::AsChosen)
    })
}

/// `POST fail/{session}`: the bank refuses.
pub(crate) async fn fail(State(shared): State<Shared>, Path(id): Path<String>) -> Answer {
    on_session(&shared, &id, |account, moment| {
        bank::settle(account, moment, &id, bank::Answer::Failed)
    })
}

/// `POST expire/{session}`: its time is up, without moving the clock of other tests.
pub(crate) async fn expire(State(shared): State<Shared>, Path(id): Path<String>) -> Answer {
    on_session(&shared, &id, |account, moment| expiry::expire(account, moment, &id))
}

/// `POST refund`, as the seller would in Stripe's dashboard.
pub(crate) async fn refund(State(shared): State<Shared>, body: Bytes) -> Answer {
    let asked: RefundRequest = read(&body)?;
    let intent = asked.payment_intent;
    let request = refunds::Request {
        intent: Some(intent.clone()),
        amount: asked.amount,
        ..refunds::Request::default()
    };
    on_object(&shared, &intent, |account, moment| {
        let id = refunds::refund(account, moment, request)?;
        Ok(json!({ "refund": account.render(&id) }))
    })
}

/// `POST refund/{id}/settle`.
pub(crate) async fn settle_refund(State(shared): State<Shared>, Path(id): Path<String>) -> Answer {
    finish_refund(&shared, &id, false)
}

/// `POST refund/{id}/fail`.
pub(crate) async fn fail_refund(State(shared): State<Shared>, Path(id): Path<String>) -> Answer {
    finish_refund(&shared, &id, true)
}

fn finish_refund(shared: &Shared, id: &str, failed: bool) -> Answer {
    on_object(shared, id, |account, moment| {
        refunds::finish(account, moment, id, failed)?;
        Ok(json!({ "refund": account.render(id) }))
    })
}

/// `POST dispute/{payment_intent}`.
pub(crate) async fn dispute(
    State(shared): State<Shared>,
    Path(intent): Path<String>,
    body: Bytes,
) -> Answer {
    let asked: Dispute = read(&body)?;
    on_object(&shared, &intent, |account, moment| {
        let id = disputes::open(account, moment, &intent, asked.status.as_deref())?;
        Ok(json!({ "dispute": account.render(&id) }))
    })
}

/// `POST dispute/{id}/close`.
pub(crate) async fn close_dispute(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let asked: Outcome = read(&body)?;
    on_object(&shared, &id, |account, moment| {
        disputes::close(account, moment, &id, &asked.outcome)?;
        Ok(json!({ "dispute": account.render(&id) }))
    })
}

/// Runs a verb on a session; answers the session and its payment intent afterwards.
fn on_session(
    shared: &Shared,
    id: &str,
    verb: impl FnOnce(&mut Account, &Moment) -> Verdict,
) -> Answer {
    on_object(shared, id, |account, moment| {
        verb(account, moment)?;
        let session = account.render(id).unwrap_or_default();
        let intent = session["payment_intent"].as_str().and_then(|intent| account.render(intent));
        Ok(json!({ "session": session, "payment_intent": intent }))
    })
}

fn on_object(
    shared: &Shared,
    id: &str,
    verb: impl FnOnce(&mut Account, &Moment) -> Result<Value, StripeError>,
) -> Answer {
    let moment = shared.moment();
    let done = shared.on_owner(id, |account| verb(account, &moment));
    Ok(Json(done.ok_or_else(|| ControlError::unknown(id))??))
}
