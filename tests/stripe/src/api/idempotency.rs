//! Idempotency keys: same key and parameters, same answer; kept per account for 24 hours.
//! It must never run a request whose key is in use or already answered.

use crate::error::StripeError;
use crate::world::account::Remembered;
use crate::world::{Account, Moment};
use serde_json::Value;

const KEPT_S: i64 = 24 * 60 * 60;
const KEYS_MAX: usize = 100_000;

/// What to do with a request.
#[derive(Debug)]
pub(crate) enum Begin {
    /// Execute it.
    Run,
    /// Answer as before.
    Replay { status: u16, body: String, request_id: String },
    /// Other parameters, or still under way.
    Refuse(StripeError),
}

/// Looks the key up and marks it in use.
pub(crate) fn begin(
    account: &mut Account,
    moment: &Moment,
    endpoint: &str,
    params: &Value,
) -> Begin {
    let Some(key) = &moment.idempotency_key else {
        return Begin::Run;
    };
    let oldest_s = moment.now_s.saturating_sub(KEPT_S);
    if account.remembered.get(key).is_some_and(|kept| kept.at_s < oldest_s) {
        account.remembered.remove(key);
    }
    if let Some(kept) = account.remembered.get(key) {
        return repeat(kept, key, endpoint, params);
    }
    if account.remembered.len() >= KEYS_MAX {
        return Begin::Refuse(StripeError::rate_limited());
    }
    let kept = Remembered {
        endpoint: endpoint.to_owned(),
        params: params.clone(),
        answer: None,
        at_s: moment.now_s,
    };
    account.remembered.insert(key.clone(), kept);
    Begin::Run
}

fn repeat(kept: &Remembered, key: &str, endpoint: &str, params: &Value) -> Begin {
    let refuse = |status, message: String| {
        let error = StripeError::invalid(message);
        StripeError { status, kind: "idempotency_error", ..error }
    };
    if kept.endpoint != endpoint {
        return Begin::Refuse(refuse(
            400,
            format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first \
             used for ('{}' vs '{endpoint}'). Try using a key other than '{key}' if you meant to \
             execute a different request.",
                kept.endpoint
            ),
        ));
    }
    if kept.params != *params {
        return Begin::Refuse(refuse(
            400,
            format!(
                "Keys for idempotent requests can only be used with the same parameters they were \
             first used with. Try using a key other than '{key}' if you meant to execute a \
             different request."
            ),
        ));
    }
    match &kept.answer {
        Some((status, body, request_id)) => Begin::Replay {
            status: *status,
            body: body.clone(),
            request_id: request_id.clone(),
        },
        None => Begin::Refuse(
            refuse(409, format!(
                "There is currently another in-progress request using this Stripe Idempotency Key \
                 (that probably means you submitted twice, and the other request is still going \
                 through): {key}. Please try again later."
            ))
            .code("idempotency_key_in_use"),
        ),
    }
}

/// Keeps the answer, or frees the key when there is none to keep.
pub(crate) fn finish(account: &mut Account, moment: &Moment, kept: Option<(u16, String)>) {
    let Some(key) = &moment.idempotency_key else {
        return;
    };
    match kept {
        None => {
            account.remembered.remove(key);
        }
        Some((status, body)) => {
            if let Some(entry) = account.remembered.get_mut(key) {
                entry.answer = Some((status, body, moment.request_id.clone().unwrap_or_default()));
            }
        }
    }
}
