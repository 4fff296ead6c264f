//! A Refund: a card's is done at once, a bank account's is pending until a control says so.
//! A failed refund must give its amount back to the charge.

use super::{object, set};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Succeeded,
    Failed,
}

impl Status {
    /// Stripe's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A refund.
#[derive(Debug, Clone)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) charge: String,
    pub(crate) intent: String,
    pub(crate) created_s: i64,
    pub(crate) status: Status,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) method: String,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) balance_transaction: String,
}

const NULL_FIELDS: &[&str] = &[
    "customer",
    "customer_account",
    "payment_method",
    "receipt_number",
    "source_transfer_reversal",
    "transfer_reversal",
];

impl Refund {
    /// The object as Stripe shows it.
    pub(crate) fn render(&self) -> Value {
        let mut map = object("refund", &self.id, NULL_FIELDS);
        let destination = if self.method == "card" {
            json!({
                "type": "card",
                "card": {
                    "reference_status": "pending", "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
            })
        } else {
            let transfer = json!({ "reference": null, "reference_status": null });
            json!({ "type": "us_bank_transfer", "us_bank_transfer": transfer })
        };
        set(
            &mut map,
            json!({
                "amount": self.amount,
                "balance_transaction": self.balance_transaction,
                "charge": self.charge,
                "created": self.created_s,
                "currency": self.currency,
                "destination_details": destination,
                "metadata": self.metadata,
                "payment_intent": self.intent,
                "reason": self.reason,
                "status": self.status.word(),
            }),
        );
        if self.status == Status::Failed {
            map.insert("failure_reason".to_owned(), json!("unknown"));
        }
        if self.status == Status::Pending {
            map.insert("pending_reason".to_owned(), json!("processing"));
        }
        Value::Object(map)
    }
}
