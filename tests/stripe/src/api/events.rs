//! `/v1/events`: what happened on an account, whether or not a webhook told of it.
//! It must never show an event otherwise than it happened, nor one older than Stripe keeps.

use super::list::{Created, page};
use super::params::Params;
use crate::error::StripeError;
use crate::world::event::Event;
use crate::world::{Account, Moment};
use serde_json::Value;

/// Source: Stripe API reference, "List all events", seen 2026-11.
const KEPT_S: i64 = 30 * 24 * 60 * 60;
/// Source: as above, `types`.
const TYPES_MAX: usize = 20;

/// `GET /v1/events`.
///
/// # Errors
/// 400 for unknown, malformed or contradicting parameters.
pub(crate) fn list(
    account: &Account,
    moment: &Moment,
    params: &Params<'_>,
) -> Result<Value, StripeError> {
    params.only(
        &["created", "ending_before", "expand", "limit", "starting_after", "type", "types"],
        &["delivery_success"],
    )?;
    let kinds = Kinds::read(params)?;
    let created = Created::read(params)?;
    let ids = account.events.iter().filter(|event| {
        is_kept(event, moment) && kinds.hold(&event.kind) && created.holds(event.created_s)
    });
    let ids = ids.map(|event| event.id.as_str()).collect();
    page("/v1/events", ids, params, |id| account.events.get(id).map(Event::render))
}

/// `GET /v1/events/{id}`.
///
/// # Errors
/// 404 when the account has no such event, or had it too long ago; 400 for parameters.
pub(crate) fn retrieve(
    account: &Account,
    moment: &Moment,
    params: &Params<'_>,
    id: &str,
) -> Result<Value, StripeError> {
    params.only(&["expand"], &[])?;
    let event = account.events.get(id).filter(|event| is_kept(event, moment));
    event.map(Event::render).ok_or_else(|| StripeError::missing("event", id, "id"))
}

fn is_kept(event: &Event, moment: &Moment) -> bool {
    event.created_s >= moment.now_s.saturating_sub(KEPT_S)
}

/// Which types of event were asked for.
enum Kinds {
    All,
    /// One name, or a group such as `charge.*`.
    Like(String),
    Among(Vec<String>),
}

impl Kinds {
    fn read(params: &Params<'_>) -> Result<Self, StripeError> {
        params.at_most_one("type", "types")?;
        if let Some(pattern) = params.text("type", 100)? {
            return Ok(Self::Like(pattern));
        }
        let names = params.texts("types", 100)?;
        if names.len() > TYPES_MAX {
            let message = format!("Invalid array: types may hold at most {TYPES_MAX} names");
            return Err(StripeError::invalid(message).param("types"));
        }
        Ok(if names.is_empty() { Self::All } else { Self::Among(names) })
    }

    fn hold(&self, kind: &str) -> bool {
        match self {
            Self::All => true,
            Self::Among(names) => names.iter().any(|name| name == kind),
            Self::Like(pattern) => match pattern.split_once('*') {
                None => pattern == kind,
                Some((head, tail)) => {
                    kind.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail))
                }
            },
        }
    }
}
