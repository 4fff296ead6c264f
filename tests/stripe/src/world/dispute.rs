//! A Dispute: the payer's bank takes the money back, at least for a while.
//! It must never be closed twice.

use super::{object, set};
use serde_json::{Map, Value, json};

const DAYS_TO_ANSWER: i64 = 9;
const DAY_S: i64 = 86_400;

/// A dispute.
#[derive(Debug, Clone)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) charge: String,
    pub(crate) intent: String,
    pub(crate) created_s: i64,
    /// Stripe's word, such as `needs_response`, `won`, `lost`.
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) method: String,
}

const EVIDENCE_FIELDS: &[&str] = &[
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

impl Dispute {
    /// Whether the bank has decided.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.status.as_str(), "won" | "lost" | "warning_closed")
    }

    /// The object as Stripe shows it.
    pub(crate) fn render(&self) -> Value {
        let mut map = object("dispute", &self.id, &["network_reason_code"]);
        let mut evidence: Map<String, Value> =
            EVIDENCE_FIELDS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        evidence.insert("enhanced_evidence".to_owned(), json!({}));
        let details = if self.method == "card" {
            let card = json!({
                "brand": "visa", "case_type": "chargeback", "network": "visa",
                "network_reason_code": "10.4",
            });
            json!({ "type": "card", "card": card })
        } else {
            json!({ "type": "us_bank_account" })
        };
        let due_by = (self.method == "card" && !self.is_closed())
            .then(|| self.created_s.saturating_add(DAYS_TO_ANSWER * DAY_S));
        set(
            &mut map,
            json!({
                "amount": self.amount,
                "balance_transactions": [],
                "charge": self.charge,
                "created": self.created_s,
                "currency": self.currency,
                "enhanced_eligibility_types": [],
                "evidence": evidence,
                "evidence_details": {
                    "due_by": due_by, "enhanced_eligibility": {}, "has_evidence": false,
                    "past_due": false, "submission_count": 0, "submission_method": "not_submitted",
                },
                "intended_submission_method": null,
                "is_charge_refundable": false,
                "livemode": false,
                "metadata": {},
                "payment_intent": self.intent,
                "payment_method_details": details,
                "reason": self.reason,
                "status": self.status,
            }),
        );
        Value::Object(map)
    }
}
