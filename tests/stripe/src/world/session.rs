//! A Checkout Session: what is sold, to whom, and how far the payer got.
//! It must never go back from complete or expired to open.

use super::{object, set};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    Complete,
    Expired,
}

impl Status {
    /// Stripe's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Expired => "expired",
        }
    }
}

/// One line: an ad-hoc price times a quantity.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) price_id: String,
    pub(crate) product_id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) unit_amount: i64,
    pub(crate) quantity: i64,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// `payment_intent_data`, kept until the payer confirms.
#[derive(Debug, Clone, Default)]
pub(crate) struct IntentData {
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) application_fee_amount: Option<i64>,
    pub(crate) transfer_group: Option<String>,
}

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) created_s: i64,
    pub(crate) expires_at_s: i64,
    pub(crate) status: Status,
    pub(crate) paid: bool,
    pub(crate) currency: String,
    pub(crate) amount_total: i64,
    pub(crate) lines: Vec<Line>,
    pub(crate) success_url: String,
    pub(crate) cancel_url: Option<String>,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) customer_email: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    /// As asked for, None if Stripe was left to choose.
    pub(crate) allowed: Option<Vec<String>>,
    /// What the payer may use.
    pub(crate) methods: Vec<String>,
    pub(crate) intent_data: IntentData,
    pub(crate) intent: Option<String>,
    /// The payer chose the bank account that will bounce.
    pub(crate) fails_when_settled: bool,
    /// Parameters without effect here which Stripe repeats in the object.
    pub(crate) repeated: Map<String, Value>,
    /// Hosted page.
    pub(crate) url: String,
}

const NULL_FIELDS: &[&str] = &[
    "adaptive_pricing",
    "after_expiration",
    "allow_promotion_codes",
    "billing_address_collection",
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer",
    "customer_account",
    "customer_details",
    "discounts",
    "integration_identifier",
    "invoice",
    "invoice_creation",
    "locale",
    "managed_payments",
    "origin_context",
    "payment_link",
    "payment_method_configuration_details",
    "permissions",
    "recovered_from",
    "saved_payment_method_options",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "submit_type",
    "subscription",
    "url",
    "wallet_options",
];

impl Session {
    /// The email a payer would have typed, or the one the seller gave.
    pub(crate) fn email(&self) -> &str {
        self.customer_email.as_deref().unwrap_or("payer@example.test")
    }

    /// The object as Stripe shows it.
    pub(crate) fn render(&self) -> Value {
        let mut map = object("checkout.session", &self.id, NULL_FIELDS);
        let text = json!({
            "after_submit": null, "shipping_address": null, "submit": null,
            "terms_of_service_acceptance": null,
        });
        set(
            &mut map,
            json!({
                "allowed_payment_method_types": self.allowed,
                "amount_subtotal": self.amount_total,
                "amount_total": self.amount_total,
                "automatic_tax":
                    { "enabled": false, "liability": null, "provider": null, "status": null },
                "cancel_url": self.cancel_url,
                "client_reference_id": self.client_reference_id,
                "created": self.created_s,
                "currency": self.currency,
                "custom_fields": [],
                "custom_text": text,
                "customer_creation": "if_required",
                "customer_email": self.customer_email,
                "expires_at": self.expires_at_s,
                "livemode": false,
                "metadata": self.metadata,
                "mode": "payment",
            }),
        );
        set(
            &mut map,
            json!({
                "payment_intent": self.intent,
                "payment_method_collection": "if_required",
                "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
                "payment_method_types": self.methods,
                "payment_status": if self.paid { "paid" } else { "unpaid" },
                "phone_number_collection": { "enabled": false },
                "shipping_options": [],
                "status": self.status.word(),
                "success_url": self.success_url,
                "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
                "ui_mode": "hosted_page",
            }),
        );
        if self.status == Status::Open {
            map.insert("url".to_owned(), json!(self.url));
        }
        if let Some(details) = self.customer_details() {
            map.insert("customer_details".to_owned(), details);
        }
        map.extend(self.repeated.clone());
        Value::Object(map)
    }

    fn customer_details(&self) -> Option<Value> {
        let complete = self.status == Status::Complete;
        if !complete && self.customer_email.is_none() {
            return None;
        }
        let address = json!({
            "city": null, "country": "US", "line1": null, "line2": null, "postal_code": "94107",
            "state": null,
        });
        Some(json!({
            "address": if complete { address } else { Value::Null },
            "business_name": null,
            "email": self.email(),
            "individual_name": null,
            "name": if complete { json!("Test Payer") } else { Value::Null },
            "phone": null,
            "tax_exempt": "none",
            "tax_ids": if complete { json!([]) } else { Value::Null },
        }))
    }

    /// `line_items`, shown when expanded or listed.
    pub(crate) fn render_lines(&self) -> Value {
        let data: Vec<Value> = self.lines.iter().map(|line| self.render_line(line)).collect();
        let url = format!("/v1/checkout/sessions/{}/line_items", self.id);
        json!({ "object": "list", "data": data, "has_more": false, "url": url })
    }

    fn render_line(&self, line: &Line) -> Value {
        let nulls = [
            "custom_unit_amount",
            "lookup_key",
            "nickname",
            "recurring",
            "tiers_mode",
            "transform_quantity",
        ];
        let mut price = object("price", &line.price_id, &nulls);
        set(
            &mut price,
            json!({
                "active": false, "billing_scheme": "per_unit", "created": self.created_s,
                "currency": self.currency, "livemode": false, "metadata": {},
                "product": line.product_id, "tax_behavior": "unspecified", "type": "one_time",
                "unit_amount": line.unit_amount,
                "unit_amount_decimal": line.unit_amount.to_string(),
            }),
        );
        let amount = line.unit_amount.saturating_mul(line.quantity);
        json!({
            "id": line.id, "object": "item", "adjustable_quantity": null, "amount_discount": 0,
            "amount_subtotal": amount, "amount_tax": 0, "amount_total": amount,
            "currency": self.currency, "description": line.name, "metadata": line.metadata,
            "price": price, "quantity": line.quantity,
        })
    }
}
