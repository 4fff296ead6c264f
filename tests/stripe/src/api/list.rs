//! Lists, newest first, cut into pages by `limit`, `starting_after` and `ending_before`.
//! A page must never hold more than 100 objects.

use super::params::Params;
use crate::error::StripeError;
use crate::world::Account;
use serde_json::{Value, json};

/// `GET /v1/checkout/sessions`.
///
/// # Errors
/// 400 for unknown or malformed parameters.
pub(crate) fn sessions(account: &Account, params: &Params<'_>) -> Result<Value, StripeError> {
    params.only(
        &[
            "created",
            "ending_before",
            "expand",
            "limit",
            "payment_intent",
            "starting_after",
            "status",
        ],
        &["customer", "customer_account", "customer_details", "payment_link", "subscription"],
    )?;
    let status = params.choice("status", &["open", "complete", "expired"])?;
    let intent = params.text("payment_intent", 200)?;
    let created = Created::read(params)?;
    let ids = account.sessions.iter().filter(|session| {
        status.as_ref().is_none_or(|wanted| session.status.word() == wanted)
            && (intent.is_none() || session.intent == intent)
            && created.holds(session.created_s)
    });
    let ids = ids.map(|session| session.id.as_str()).collect();
    page("/v1/checkout/sessions", ids, params, |id| account.render(id))
}

/// `GET /v1/refunds`.
///
/// # Errors
/// As [`sessions`].
pub(crate) fn refunds(account: &Account, params: &Params<'_>) -> Result<Value, StripeError> {
    params.only(
        &[
            "charge",
            "created",
            "ending_before",
            "expand",
            "limit",
            "payment_intent",
            "starting_after",
        ],
        &[],
    )?;
    let intent = params.text("payment_intent", 200)?;
    let charge = params.text("charge", 200)?;
    let created = Created::read(params)?;
    let ids = account.refunds.iter().filter(|refund| {
        intent.as_ref().is_none_or(|wanted| refund.intent == *wanted)
            && charge.as_ref().is_none_or(|wanted| refund.charge == *wanted)
            && created.holds(refund.created_s)
    });
    let ids = ids.map(|refund| refund.id.as_str()).collect();
    page("/v1/refunds", ids, params, |id| account.render(id))
}

/// `created`, exact or as a range, in seconds.
pub(super) struct Created {
    from_s: i64,
    to_s: i64,
}

impl Created {
    pub(super) fn read(params: &Params<'_>) -> Result<Self, StripeError> {
        let mut range = Self { from_s: i64::MIN, to_s: i64::MAX };
        if !params.has("created") {
            return Ok(range);
        }
        let Ok(Some(bounds)) = params.object("created") else {
            let at_s = params.integer("created")?.unwrap_or_default();
            return Ok(Self { from_s: at_s, to_s: at_s });
        };
        bounds.only(&["gt", "gte", "lt", "lte"], &[])?;
        for (name, step) in [("gte", 0), ("gt", 1)] {
            if let Some(at_s) = bounds.integer(name)? {
                range.from_s = range.from_s.max(at_s.saturating_add(step));
            }
        }
        for (name, step) in [("lte", 0), ("lt", 1)] {
            if let Some(at_s) = bounds.integer(name)? {
                range.to_s = range.to_s.min(at_s.saturating_sub(step));
            }
        }
        Ok(range)
    }

    pub(super) fn holds(&self, created_s: i64) -> bool {
        (self.from_s..=self.to_s).contains(&created_s)
    }
}

/// `oldest_first` turned round and cut.
pub(super) fn page(
    url: &str,
    oldest_first: Vec<&str>,
    params: &Params<'_>,
    render: impl Fn(&str) -> Option<Value>,
) -> Result<Value, StripeError> {
    params.at_most_one("ending_before", "starting_after")?;
    let limit = params.integer("limit")?.unwrap_or(10);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=100).contains(limit));
    let limit = limit.ok_or_else(|| {
        StripeError::invalid("Invalid integer: limit must be 1 to 100")
            .code("parameter_invalid_integer")
            .param("limit")
    })?;
    let mut ids = oldest_first;
    ids.reverse();
    let place = |name: &str| -> Result<Option<usize>, StripeError> {
        let Some(id) = params.text(name, 200)? else {
            return Ok(None);
        };
        let place = ids.iter().position(|other| **other == id);
        let missing = || StripeError { status: 400, ..StripeError::missing("object", &id, name) };
        place.map(Some).ok_or_else(missing)
    };
    let (after, before) = (place("starting_after")?, place("ending_before")?);
    let (chosen, has_more) = match (after, before) {
        (_, Some(before)) => {
            let from = before.saturating_sub(limit);
            (&ids[from..before], from > 0)
        }
        (after, None) => {
            let from = after.map_or(0, |after| after + 1);
            let to = from.saturating_add(limit).min(ids.len());
            (&ids[from..to], to < ids.len())
        }
    };
    let data: Vec<Value> = chosen.iter().filter_map(|id| render(id)).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": url }))
}
