//! Events: what happened, with the object as it was, and what became of their delivery.
//! An event's body must never change once it is written: redelivery repeats the same bytes.

use super::{Account, Moment, PLATFORM, object, set};
use crate::ids;
use serde_json::{Value, json};

const ATTEMPTS_KEPT_MAX: usize = 2_000;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// No receiver is configured.
    Recorded,
    /// Under way, or waiting for its next try.
    Sending,
    /// Answered 2xx.
    Delivered,
    /// All tries used up.
    Failed,
    /// Kept back until a control sends it.
    Held,
    /// Never sent, as if lost.
    Dropped,
}

impl Delivery {
    fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Dropped => "dropped",
        }
    }
}

/// One try at one receiver.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// Receiver.
    pub(crate) url: String,
    /// HTTP status; None when there was no answer.
    pub(crate) status: Option<u16>,
    /// How long it took, milliseconds.
    pub(crate) took_ms: u64,
}

impl Attempt {
    /// For the controls.
    pub(crate) fn render(&self) -> Value {
        json!({ "url": self.url, "status": self.status, "took_ms": self.took_ms })
    }
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) created_s: i64,
    /// The exact bytes that are signed and sent.
    pub(crate) body: String,
    pub(crate) delivery: Delivery,
    pub(crate) attempts: Vec<Attempt>,
}

impl Event {
    /// Writes the body.
    pub(crate) fn new(account: &Account, moment: &Moment, kind: &str, snapshot: &Value) -> Self {
        let id = ids::random("evt_1", 23);
        let mut map = object("event", &id, &[]);
        set(
            &mut map,
            json!({
                "api_version": moment.api_version,
                "created": moment.now_s,
                "data": { "object": snapshot },
                "livemode": false,
                "pending_webhooks": 1,
                "request": { "id": moment.request_id, "idempotency_key": moment.idempotency_key },
                "type": kind,
            }),
        );
        if account.id != PLATFORM {
            map.insert("account".to_owned(), json!(account.id));
        }
        let body = format!("{:#}", Value::Object(map));
        let kind = kind.to_owned();
        let delivery = Delivery::Recorded;
        Self { id, kind, created_s: moment.now_s, body, delivery, attempts: Vec::new() }
    }

    /// Notes a try.
    pub(crate) fn note(&mut self, attempt: Attempt) {
        if self.attempts.len() < ATTEMPTS_KEPT_MAX {
            self.attempts.push(attempt);
        }
    }

    /// The event as sent, read back from its bytes.
    pub(crate) fn payload(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The event as the API shows it: as sent, but for `account`. Stripe promises that attribute on
    /// events received for connected accounts, and does not say whether a listed one has it; code
    /// that does without works either way, so this leaves it out.
    /// Source: Stripe API reference, "Events", seen 2026-11; `account?` in stripe-node 23.1.
    pub(crate) fn render(&self) -> Value {
        let mut shown = self.payload();
        if let Some(map) = shown.as_object_mut() {
            map.remove("account");
        }
        shown
    }

    /// For the controls: payload and what became of it.
    pub(crate) fn render_for_control(&self, account: &str) -> Value {
        let attempts: Vec<Value> = self.attempts.iter().map(Attempt::render).collect();
        json!({
            "id": self.id,
            "type": self.kind,
            "account": account,
            "created": self.created_s,
            "delivery": self.delivery.word(),
            "attempts": attempts,
            "payload": self.payload(),
            "raw": self.body,
        })
    }
}
