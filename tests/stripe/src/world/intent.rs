//! A payment intent, made when the payer first confirms.
//! It must never leave `succeeded`.

use super::{object, set};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `status`, those a Checkout payment passes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    RequiresPaymentMethod,
    Processing,
    Succeeded,
    Canceled,
}

impl Status {
    /// Stripe's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// Why the last try failed.
#[derive(Debug, Clone)]
pub(crate) struct PaymentError {
    pub(crate) charge: String,
    pub(crate) code: String,
    pub(crate) decline_code: Option<String>,
    pub(crate) message: String,
    /// `card` or `us_bank_account`.
    pub(crate) method: String,
    pub(crate) payment_method: String,
}

/// A payment intent.
#[derive(Debug, Clone)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) session: String,
    pub(crate) created_s: i64,
    pub(crate) status: Status,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) methods: Vec<String>,
    pub(crate) client_secret: String,
    pub(crate) latest_charge: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) last_error: Option<PaymentError>,
    pub(crate) canceled_at_s: Option<i64>,
    pub(crate) data: super::session::IntentData,
}

const NULL_FIELDS: &[&str] = &[
    "allowed_payment_method_types",
    "application",
    "automatic_payment_methods",
    "customer",
    "customer_account",
    "excluded_payment_method_types",
    "last_payment_error",
    "managed_payments",
    "next_action",
    "on_behalf_of",
    "payment_method_configuration_details",
    "payment_record",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "transfer_data",
];

impl Intent {
    /// Metadata, which charges copy.
    pub(crate) fn metadata(&self) -> &BTreeMap<String, String> {
        &self.data.metadata
    }

    /// The object as Stripe shows it.
    pub(crate) fn render(&self) -> Value {
        let mut map = object("payment_intent", &self.id, NULL_FIELDS);
        let received = if self.status == Status::Succeeded { self.amount } else { 0 };
        let canceled = self.canceled_at_s.map(|_| "automatic");
        set(
            &mut map,
            json!({
                "amount": self.amount,
                "amount_capturable": 0,
                "amount_details": { "tip": {} },
                "amount_received": received,
                "application_fee_amount": self.data.application_fee_amount,
                "canceled_at": self.canceled_at_s,
                "cancellation_reason": canceled,
                "capture_method": "automatic_async",
                "client_secret": self.client_secret,
                "confirmation_method": "automatic",
                "created": self.created_s,
                "currency": self.currency,
                "description": self.data.description,
                "latest_charge": self.latest_charge,
                "livemode": false,
                "metadata": self.data.metadata,
            }),
        );
        set(
            &mut map,
            json!({
                "payment_method": self.payment_method,
                "payment_method_options": {},
                "payment_method_types": self.methods,
                "receipt_email": self.data.receipt_email,
                "statement_descriptor": self.data.statement_descriptor,
                "statement_descriptor_suffix": self.data.statement_descriptor_suffix,
                "status": self.status.word(),
                "transfer_group": self.data.transfer_group,
            }),
        );
        if let Some(error) = &self.last_error {
            map.insert("last_payment_error".to_owned(), self.render_error(error));
        }
        Value::Object(map)
    }

    fn render_error(&self, error: &PaymentError) -> Value {
        let card = error.method == "card";
        let mut shown = json!({
            "charge": error.charge,
            "code": error.code,
            "message": error.message,
            "payment_method": {
                "id": error.payment_method, "object": "payment_method", "type": error.method,
                "billing_details": super::charge::billing_details(None), "created": self.created_s,
                "customer": null, "customer_account": null, "livemode": false, "metadata": {},
            },
            "type": if card { "card_error" } else { "invalid_request_error" },
        });
        if let Some(code) = &error.decline_code {
            shown["decline_code"] = json!(code);
        }
        shown
    }
}
