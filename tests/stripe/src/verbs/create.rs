//! Creates a Checkout Session from request parameters.
//! It must never accept what Stripe would refuse: amounts, currencies, methods, times, names.

use super::lines;
use crate::api::params::Params;
use crate::error::StripeError;
use crate::ids;
use crate::world::session::{IntentData, Session, Status};
use crate::world::{Account, Moment};
use serde_json::{Map, json};

const MINUTE_S: i64 = 60;
const DAY_S: i64 = 24 * 60 * MINUTE_S;
const URL_LENGTH_MAX: usize = 5_000;

const KNOWN: &[&str] = &[
    "adaptive_pricing",
    "allowed_payment_method_types",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "currency",
    "custom_text",
    "customer_creation",
    "customer_email",
    "expand",
    "expires_at",
    "integration_identifier",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "payment_method_options",
    "payment_method_types",
    "phone_number_collection",
    "submit_type",
    "success_url",
    "ui_mode",
];
const NOT_COPIED: &[&str] = &[
    "after_expiration",
    "allow_promotion_codes",
    "automatic_tax",
    "branding_settings",
    "consent_collection",
    "custom_fields",
    "customer",
    "customer_account",
    "customer_update",
    "discounts",
    "excluded_payment_method_types",
    "invoice_creation",
    "managed_payments",
    "name_collection",
    "optional_items",
    "origin_context",
    "payment_method_collection",
    "payment_method_configuration",
    "payment_method_data",
    "permissions",
    "redirect_on_completion",
    "return_url",
    "saved_payment_method_options",
    "setup_intent_data",
    "shipping_address_collection",
    "shipping_options",
    "subscription_data",
    "tax_id_collection",
    "wallet_options",
];

/// Creates the session; nothing is emitted, as at Stripe.
///
/// # Errors
/// 400 in Stripe's words when a parameter is wrong.
pub(crate) fn create(
    account: &mut Account,
    moment: &Moment,
    params: &Params<'_>,
) -> Result<String, StripeError> {
    params.only(KNOWN, NOT_COPIED)?;
    params.choice("mode", &["payment"])?.ok_or_else(|| params.missing("mode"))?;
    params.choice("ui_mode", &["hosted_page", "hosted"])?;
    let (currency, lines) = lines::read(params)?;
    let amount_total = lines::total(&lines, &currency)?;
    let expires_at_s = expires_at(params, moment.now_s)?;
    let (allowed, methods) = methods(params, &currency, account)?;
    let id = ids::random("cs_test_a1", 56);
    let session = Session {
        id: id.clone(),
        created_s: moment.now_s,
        expires_at_s,
        status: Status::Open,
        paid: false,
        currency,
        amount_total,
        lines,
        success_url: url(params, "success_url")?.ok_or_else(|| params.missing("success_url"))?,
        cancel_url: url(params, "cancel_url")?,
        client_reference_id: params.text("client_reference_id", 200)?,
        customer_email: email(params, "customer_email")?,
        metadata: params.metadata()?,
        allowed,
        methods,
        intent_data: intent_data(params)?,
        intent: None,
        fails_when_settled: false,
        repeated: repeated(params)?,
        url: format!("{}/c/pay/{id}", moment.public_url),
    };
    if account.sessions.put(&id, session) { Ok(id) } else { Err(StripeError::rate_limited()) }
}

fn expires_at(params: &Params<'_>, now_s: i64) -> Result<i64, StripeError> {
    let Some(expires_at_s) = params.integer("expires_at")? else {
        return Ok(now_s.saturating_add(DAY_S));
    };
    let ahead_s = expires_at_s.saturating_sub(now_s);
    let complaint = if ahead_s < 30 * MINUTE_S {
        "at least 30 minutes"
    } else if ahead_s > DAY_S {
        "less than 24 hours"
    } else {
        return Ok(expires_at_s);
    };
    let message =
        format!("The `expires_at` timestamp must be {complaint} from Checkout Session creation.");
    Err(StripeError::invalid(message).param("expires_at"))
}

type Methods = (Option<Vec<String>>, Vec<String>);

fn methods(params: &Params<'_>, currency: &str, account: &Account) -> Result<Methods, StripeError> {
    let newer = params.has("allowed_payment_method_types");
    let name = if newer { "allowed_payment_method_types" } else { "payment_method_types" };
    let asked = params.texts(name, 100)?;
    let bank_possible = currency == "usd" && account.country == "US";
    if asked.is_empty() {
        let mut methods = vec!["card".to_owned()];
        if bank_possible {
            methods.push("us_bank_account".to_owned());
        }
        return Ok((None, methods));
    }
    for method in &asked {
        if method != "card" && method != "us_bank_account" {
            let message = format!("The Stripe stand-in does not copy the method {method}");
            return Err(StripeError::invalid(message).param(name));
        }
        if method == "us_bank_account" && !bank_possible {
            let message = format!(
                "The payment method `us_bank_account` cannot be used with {currency} on an \
                 account in {}. Valid currency: usd; valid account country: US.",
                account.country
            );
            return Err(StripeError::invalid(message)
                .code("payment_method_unsupported_type")
                .param(name));
        }
    }
    Ok((newer.then(|| asked.clone()), asked))
}

fn url(params: &Params<'_>, name: &str) -> Result<Option<String>, StripeError> {
    let Some(url) = params.text(name, URL_LENGTH_MAX)? else {
        return Ok(None);
    };
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let well_formed = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !url.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if well_formed {
        return Ok(Some(url));
    }
    let message = "Not a valid URL";
    Err(StripeError::invalid(message).code("url_invalid").param(params.name(name)))
}

fn email(params: &Params<'_>, name: &str) -> Result<Option<String>, StripeError> {
    let Some(email) = params.text(name, 512)? else {
        return Ok(None);
    };
    let well_formed = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'))
        && !email.chars().any(char::is_whitespace);
    if well_formed {
        return Ok(Some(email));
    }
    let message = format!("Invalid email address: {email}");
    Err(StripeError::invalid(message).code("email_invalid").param(params.name(name)))
}

fn intent_data(params: &Params<'_>) -> Result<IntentData, StripeError> {
    let Some(data) = params.object("payment_intent_data")? else {
        return Ok(IntentData::default());
    };
    data.only(
        &[
            "application_fee_amount",
            "capture_method",
            "description",
            "metadata",
            "receipt_email",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_group",
        ],
        &["on_behalf_of", "setup_future_usage", "shipping", "transfer_data"],
    )?;
    data.choice("capture_method", &["automatic", "automatic_async"])?;
    Ok(IntentData {
        metadata: data.metadata()?,
        description: data.text("description", 1_000)?,
        receipt_email: email(&data, "receipt_email")?,
        statement_descriptor: data.text("statement_descriptor", 22)?,
        statement_descriptor_suffix: data.text("statement_descriptor_suffix", 22)?,
        application_fee_amount: data.integer("application_fee_amount")?,
        transfer_group: data.text("transfer_group", 500)?,
    })
}

fn repeated(params: &Params<'_>) -> Result<Map<String, serde_json::Value>, StripeError> {
    let mut repeated = Map::new();
    for name in [
        "billing_address_collection",
        "customer_creation",
        "integration_identifier",
        "locale",
        "submit_type",
    ] {
        if let Some(text) = params.text(name, 200)? {
            repeated.insert(name.to_owned(), json!(text));
        }
    }
    for name in ["adaptive_pricing", "phone_number_collection"] {
        if let Some(setting) = params.object(name)? {
            let enabled = setting.boolean("enabled")?.unwrap_or(false);
            repeated.insert(name.to_owned(), json!({ "enabled": enabled }));
        }
    }
    Ok(repeated)
}
