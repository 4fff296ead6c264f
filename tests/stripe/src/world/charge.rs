//! A Charge: one try to take the money, and what was given back of it.
//! Refunds must never add up to more than was captured.

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

/// A charge.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) created_s: i64,
    pub(crate) status: Status,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// `card` or `us_bank_account`.
    pub(crate) method: String,
    pub(crate) payment_method: String,
    pub(crate) balance_transaction: String,
    pub(crate) amount_refunded: i64,
    pub(crate) disputed: bool,
    /// Money is with the bank while a dispute is open or lost; no refund then.
    pub(crate) withdrawn: bool,
    pub(crate) failure_code: Option<String>,
    pub(crate) failure_message: Option<String>,
    pub(crate) decline_code: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) email: String,
    pub(crate) application_fee_amount: Option<i64>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) transfer_group: Option<String>,
}

const NULL_FIELDS: &[&str] = &[
    "application",
    "application_fee",
    "balance_transaction",
    "calculated_statement_descriptor",
    "customer",
    "failure_balance_transaction",
    "on_behalf_of",
    "outcome",
    "receipt_number",
    "receipt_url",
    "review",
    "shipping",
    "source",
    "source_transfer",
    "transfer_data",
];

/// Name and address of the payer, null but for name and email.
pub(crate) fn billing_details(email: Option<&str>) -> Value {
    json!({
        "address": {
            "city": null, "country": "US", "line1": null, "line2": null, "postal_code": "94107",
            "state": null,
        },
        "email": email, "name": "Test Payer", "phone": null, "tax_id": null,
    })
}

impl Charge {
    /// Captured money, minor units.
    pub(crate) fn captured(&self) -> i64 {
        if self.status == Status::Succeeded { self.amount } else { 0 }
    }

    /// What may still be given back, minor units.
    pub(crate) fn refundable(&self) -> i64 {
        self.captured().saturating_sub(self.amount_refunded)
    }

    /// The object as Stripe shows it.
    pub(crate) fn render(&self) -> Value {
        let mut map = object("charge", &self.id, NULL_FIELDS);
        let succeeded = self.status == Status::Succeeded;
        set(
            &mut map,
            json!({
                "amount": self.amount,
                "amount_captured": self.captured(),
                "amount_refunded": self.amount_refunded,
                "application_fee_amount": self.application_fee_amount,
                "billing_details": billing_details(Some(&self.email)),
                "captured": succeeded,
                "created": self.created_s,
                "currency": self.currency,
                "description": self.description,
                "disputed": self.disputed,
                "failure_code": self.failure_code,
                "failure_message": self.failure_message,
                "fraud_details": {},
                "livemode": false,
                "metadata": self.metadata,
            }),
        );
        set(
            &mut map,
            json!({
                "outcome": self.outcome(),
                "paid": succeeded,
                "payment_intent": self.intent,
                "payment_method": self.payment_method,
                "payment_method_details": self.method_details(),
                "receipt_email": self.receipt_email,
                "refunded": succeeded && self.refundable() == 0,
                "statement_descriptor": self.statement_descriptor,
                "statement_descriptor_suffix": self.statement_descriptor_suffix,
                "status": self.status.word(),
                "transfer_group": self.transfer_group,
            }),
        );
        if succeeded {
            map.insert("balance_transaction".to_owned(), json!(self.balance_transaction));
        }
        Value::Object(map)
    }

    fn outcome(&self) -> Value {
        let declined = self.status == Status::Failed && self.method == "card";
        let status = if declined { "declined_by_network" } else { "approved_by_network" };
        let advice = declined.then_some("try_again_later");
        let message = if declined {
            "The bank did not return any further details with this decline."
        } else {
            "Payment complete."
        };
        json!({
            "advice_code": advice, "network_advice_code": null, "network_decline_code": null,
            "network_status": status, "reason": self.decline_code, "risk_level": "normal",
            "seller_message": message,
            "type": if declined { "issuer_declined" } else { "authorized" },
        })
    }

    fn method_details(&self) -> Value {
        if self.method == "us_bank_account" {
            return json!({
                "type": "us_bank_account",
                "us_bank_account": {
                    "account_holder_type": "individual", "account_type": "checking",
                    "bank_name": "STRIPE TEST BANK", "fingerprint": "StandInBank00001",
                    "last4": "6789", "payment_reference": null,
                    "routing_number": "110000000",
                },
            });
        }
        let nulls = [
            "authorization_code",
            "electronic_commerce_indicator",
            "installments",
            "mandate",
            "network_transaction_id",
            "three_d_secure",
            "transaction_link_id",
            "wallet",
        ];
        let mut card = serde_json::Map::new();
        card.extend(nulls.iter().map(|name| ((*name).to_owned(), Value::Null)));
        set(
            &mut card,
            json!({
                "amount_authorized": self.amount,
                "brand": "visa",
                "checks": {
                    "address_line1_check": null, "address_postal_code_check": "pass",
                    "cvc_check": "pass",
                },
                "country": "US", "exp_month": 12, "exp_year": 2034,
                "extended_authorization": { "status": "disabled" },
                "fingerprint": "StandInCard00001", "funding": "credit",
                "incremental_authorization": { "status": "unavailable" },
                "last4": "4242",
                "multicapture": { "status": "unavailable" },
                "network": "visa", "network_token": { "used": false },
                "overcapture":
                    { "maximum_amount_capturable": self.amount, "status": "unavailable" },
                "regulated_status": "unregulated",
            }),
        );
        json!({ "type": "card", "card": card })
    }
}
