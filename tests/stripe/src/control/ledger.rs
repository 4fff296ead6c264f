//! The ledger: what was truly paid and given back, for a test to compare with the project's own.
//! It must never count a payment that did not succeed.

use super::{Answer, ControlError};
use crate::stand_in::Shared;
use crate::world::Account;
use crate::world::charge::{Charge, Status};
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Which account.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    account: String,
}

/// `GET ledger?account=`, oldest first.
pub(crate) async fn ledger(State(shared): State<Shared>, Query(wanted): Query<Wanted>) -> Answer {
    let ledger = shared.on_account(&wanted.account, |account| {
        let succeeded = account.charges.iter().filter(|c| c.status == Status::Succeeded);
        let payments: Vec<Value> = succeeded.map(|charge| payment(account, charge)).collect();
        let refunds: Vec<Value> = account
            .refunds
            .iter()
            .map(|refund| {
                json!({
                    "id": refund.id, "payment_intent": refund.intent, "charge": refund.charge,
                    "amount": refund.amount, "currency": refund.currency,
                    "status": refund.status.word(), "created": refund.created_s,
                })
            })
            .collect();
        let disputes: Vec<Value> = account
            .disputes
            .iter()
            .map(|dispute| {
                json!({
                    "id": dispute.id, "payment_intent": dispute.intent, "amount": dispute.amount,
                    "status": dispute.status, "created": dispute.created_s,
                })
            })
            .collect();
        json!({
            "account": account.id, "payments": payments, "refunds": refunds,
            "disputes": disputes,
        })
    });
    Ok(Json(ledger.ok_or_else(|| ControlError::unknown(&wanted.account))?))
}

fn payment(account: &Account, charge: &Charge) -> Value {
    let intent = account.intents.get(&charge.intent);
    let session = intent.and_then(|intent| account.sessions.get(&intent.session));
    json!({
        "payment_intent": charge.intent,
        "charge": charge.id,
        "session": session.map(|session| session.id.as_str()),
        "client_reference_id": session.and_then(|session| session.client_reference_id.as_deref()),
        "amount": charge.amount,
        "amount_refunded": charge.amount_refunded,
        "currency": charge.currency,
        "method": charge.method,
        "disputed": charge.disputed,
        "metadata": intent.map(|intent| intent.metadata().clone()),
        "session_metadata": session.map(|session| session.metadata.clone()),
        "created": charge.created_s,
    })
}
