//! `expand[]`: puts an object where its id stood.
//! It must never go deeper than four levels, nor into another account.

use crate::error::StripeError;
use crate::world::Account;
use serde_json::{Value, json};

const LEVELS_MAX: usize = 4;

/// Paths known to work on a session, whatever its state.
pub(crate) const SESSION_PATHS: &[&str] = &[
    "customer",
    "invoice",
    "line_items",
    "payment_intent",
    "payment_intent.latest_charge",
    "payment_link",
    "setup_intent",
    "subscription",
];
/// Paths known to work on a refund.
pub(crate) const REFUND_PATHS: &[&str] =
    &["charge", "charge.payment_intent", "payment_intent", "payment_intent.latest_charge"];
/// None: an expanded event would hold an object as it is now, not as it was.
pub(crate) const EVENT_PATHS: &[&str] = &[];

/// Refuses a path before anything is done: a refusal must leave nothing behind.
///
/// # Errors
/// 400 in Stripe's words.
pub(crate) fn check_paths(paths: &[String], known: &[&str]) -> Result<(), StripeError> {
    match paths.iter().find(|path| !known.contains(&path.as_str())) {
        None => Ok(()),
        Some(path) => Err(cannot(path)),
    }
}

fn cannot(path: &str) -> StripeError {
    StripeError::invalid(format!("This property cannot be expanded ({path}).")).param("expand")
}

/// Expands one dotted path.
///
/// # Errors
/// 400 when a part of it cannot be expanded.
pub(crate) fn expand(value: &mut Value, account: &Account, path: &str) -> Result<(), StripeError> {
    let parts: Vec<&str> = path.split('.').collect();
    if parts.len() > LEVELS_MAX {
        let message = format!(
            "You cannot expand more than {LEVELS_MAX} levels of a property. Property: {path}"
        );
        return Err(StripeError::invalid(message).param("expand"));
    }
    walk(value, account, &parts).ok_or_else(|| cannot(path))
}

fn walk(value: &mut Value, account: &Account, parts: &[&str]) -> Option<()> {
    let Some((first, rest)) = parts.split_first() else {
        return Some(());
    };
    if let Value::Array(items) = value {
        for item in items {
            walk(item, account, parts)?;
        }
        return Some(());
    }
    let owner = value.as_object_mut()?;
    let id = owner.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    match *first {
        "line_items" if owner["object"] == "checkout.session" => {
            owner.insert("line_items".to_owned(), account.sessions.get(&id)?.render_lines());
        }
        "refunds" if owner["object"] == "charge" => {
            owner.insert("refunds".to_owned(), refunds_of(account, &id));
        }
        _ => {}
    }
    let child = owner.get_mut(*first)?;
    if let Value::String(id) = child {
        *child = account.render(id)?;
    }
    if child.is_null() { Some(()) } else { walk(child, account, rest) }
}

fn refunds_of(account: &Account, charge: &str) -> Value {
    let refunds = account.refunds.iter().filter(|refund| refund.charge == charge);
    let mut data: Vec<Value> = refunds.map(crate::world::refund::Refund::render).collect();
    data.reverse();
    let url = format!("/v1/charges/{charge}/refunds");
    json!({ "object": "list", "data": data, "has_more": false, "url": url })
}
