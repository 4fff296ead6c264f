//! The operations of Stripe's API which this project uses: route, name, execution.
//! An operation must never reach an object of another account.

use super::params::Params;
use super::{events, expand, list};
use crate::error::StripeError;
use crate::verbs::{create, expire, refund};
use crate::world::{Account, Moment};
use axum::http::Method;
use serde_json::Value;

/// One request's meaning; ids as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    SessionCreate,
    SessionList,
    SessionGet(String),
    SessionExpire(String),
    SessionLines(String),
    IntentGet(String),
    ChargeGet(String),
    RefundCreate,
    RefundList,
    RefundGet(String),
    DisputeGet(String),
    EventList,
    EventGet(String),
    AccountGet(Option<String>),
}

impl Operation {
    /// What a method and path ask for.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        let get = method == Method::GET;
        let parts: Vec<&str> = path.trim_matches('/').split('/').skip(1).collect();
        let id = |text: &&str| (*text).to_owned();
        Some(match (get, parts.as_slice()) {
            (false, _) if method != Method::POST => return None,
            (false, ["checkout", "sessions"]) => Self::SessionCreate,
            (true, ["checkout", "sessions"]) => Self::SessionList,
            (true, ["checkout", "sessions", session]) => Self::SessionGet(id(session)),
            (false, ["checkout", "sessions", session, "expire"]) => {
                Self::SessionExpire(id(session))
            }
            (true, ["checkout", "sessions", session, "line_items"]) => {
                Self::SessionLines(id(session))
            }
            (true, ["payment_intents", intent]) => Self::IntentGet(id(intent)),
            (true, ["charges", charge]) => Self::ChargeGet(id(charge)),
            (false, ["refunds"]) => Self::RefundCreate,
            (true, ["refunds"]) => Self::RefundList,
            (true, ["refunds", refund]) => Self::RefundGet(id(refund)),
            (true, ["disputes", dispute]) => Self::DisputeGet(id(dispute)),
            (true, ["events"]) => Self::EventList,
            (true, ["events", event]) => Self::EventGet(id(event)),
            (true, ["account"]) => Self::AccountGet(None),
            (true, ["accounts", account]) => Self::AccountGet(Some(id(account))),
            _ => return None,
        })
    }

    /// The name faults use.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::SessionCreate => "checkout.sessions.create",
            Self::SessionList => "checkout.sessions.list",
            Self::SessionGet(_) => "checkout.sessions.retrieve",
            Self::SessionExpire(_) => "checkout.sessions.expire",
            Self::SessionLines(_) => "checkout.sessions.line_items",
            Self::IntentGet(_) => "payment_intents.retrieve",
            Self::ChargeGet(_) => "charges.retrieve",
            Self::RefundCreate => "refunds.create",
            Self::RefundList => "refunds.list",
            Self::RefundGet(_) => "refunds.retrieve",
            Self::DisputeGet(_) => "disputes.retrieve",
            Self::EventList => "events.list",
            Self::EventGet(_) => "events.retrieve",
            Self::AccountGet(_) => "accounts.retrieve",
        }
    }

    /// Runs it on one account.
    ///
    /// # Errors
    /// Stripe's errors, as the official client expects them.
    pub(crate) fn execute(
        &self,
        account: &mut Account,
        moment: &Moment,
        params: &Params<'_>,
    ) -> Result<Value, StripeError> {
        let paths = params.texts("expand", 200)?;
        let mut value = match self {
            Self::SessionCreate => {
                expand::check_paths(&paths, expand::SESSION_PATHS)?;
                let id = create::create(account, moment, params)?;
                object(account, &id, "checkout.session", "session")?
            }
            Self::SessionExpire(id) => {
                params.only(&["expand"], &[])?;
                expand::check_paths(&paths, expand::SESSION_PATHS)?;
                expire::expire(account, moment, id)?;
                object(account, id, "checkout.session", "session")?
            }
            Self::RefundCreate => {
                expand::check_paths(&paths, expand::REFUND_PATHS)?;
                let id = refund::refund(account, moment, refund_request(params)?)?;
                object(account, &id, "refund", "id")?
            }
            Self::SessionList => list::sessions(account, params)?,
            Self::RefundList => list::refunds(account, params)?,
            Self::EventList => {
                expand::check_paths(&paths, expand::EVENT_PATHS)?;
                events::list(account, moment, params)?
            }
            Self::EventGet(id) => {
                expand::check_paths(&paths, expand::EVENT_PATHS)?;
                events::retrieve(account, moment, params, id)?
            }
            _ => {
                params.only(&["expand", "limit"], &[])?;
                self.retrieve(account)?
            }
        };
        for path in &paths {
            expand::expand(&mut value, account, path)?;
        }
        Ok(value)
    }

    fn retrieve(&self, account: &Account) -> Result<Value, StripeError> {
        match self {
            Self::SessionGet(id) => object(account, id, "checkout.session", "session"),
            Self::SessionLines(id) => account
                .sessions
                .get(id)
                .map(crate::world::session::Session::render_lines)
                .ok_or_else(|| StripeError::missing("checkout.session", id, "session")),
            Self::IntentGet(id) => object(account, id, "payment_intent", "intent"),
            Self::ChargeGet(id) => object(account, id, "charge", "id"),
            Self::RefundGet(id) => object(account, id, "refund", "id"),
            Self::DisputeGet(id) => object(account, id, "dispute", "dispute"),
            _ => Ok(account.render_account()),
        }
    }
}

fn object(account: &Account, id: &str, noun: &str, param: &str) -> Result<Value, StripeError> {
    account
        .render(id)
        .filter(|value| value["object"] == noun)
        .ok_or_else(|| StripeError::missing(noun, id, param))
}

fn refund_request(params: &Params<'_>) -> Result<refund::Request, StripeError> {
    params.only(
        &["amount", "charge", "expand", "metadata", "payment_intent", "reason"],
        &[
            "currency",
            "customer",
            "instructions_email",
            "origin",
            "refund_application_fee",
            "reverse_transfer",
        ],
    )?;
    Ok(refund::Request {
        intent: params.text("payment_intent", 200)?,
        charge: params.text("charge", 200)?,
        amount: params.integer("amount")?,
        reason: params.choice("reason", &["duplicate", "fraudulent", "requested_by_customer"])?,
        metadata: params.metadata()?,
    })
}
