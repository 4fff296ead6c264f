//! One Stripe account: its objects, its remembered requests, its delivery rules and its faults.
//! It must never hold anything that belongs to another account.

use super::charge::Charge;
use super::dispute::Dispute;
use super::event::Event;
use super::intent::Intent;
use super::refund::Refund;
use super::rules::{Fault, WebhookRules};
use super::session::Session;
use super::shelf::Shelf;
use super::{Moment, object, set};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;

const LANES_MAX: usize = 32;

/// An answer kept under an idempotency key, or a request still under way.
#[derive(Debug, Clone)]
pub(crate) struct Remembered {
    /// Method and path first used with this key.
    pub(crate) endpoint: String,
    /// Parameters first used with this key.
    pub(crate) params: Value,
    /// Status, body and request id; None while the first request runs.
    pub(crate) answer: Option<(u16, String, String)>,
    /// When it was first used, seconds.
    pub(crate) at_s: i64,
}

/// An account and all it owns.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) country: String,
    pub(crate) name: String,
    /// The platform lost its access: every request is answered 403.
    pub(crate) refused: bool,
    pub(crate) sessions: Shelf<Session>,
    pub(crate) intents: Shelf<Intent>,
    pub(crate) charges: Shelf<Charge>,
    pub(crate) refunds: Shelf<Refund>,
    pub(crate) disputes: Shelf<Dispute>,
    pub(crate) events: Shelf<Event>,
    pub(crate) remembered: HashMap<String, Remembered>,
    pub(crate) faults: Vec<Fault>,
    /// None: the world's rules apply.
    pub(crate) rules: Option<WebhookRules>,
    /// Webhook requests of this account under way at once, so that one test's slow receiver does
    /// not hold up another's.
    pub(crate) lanes: Arc<Semaphore>,
    /// Ids of events not yet handed to delivery.
    pub(crate) outbox: Vec<String>,
}

impl Account {
    /// An account without objects.
    pub(crate) fn new(id: &str, country: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            country: country.to_owned(),
            name: name.to_owned(),
            refused: false,
            sessions: Shelf::default(),
            intents: Shelf::default(),
            charges: Shelf::default(),
            refunds: Shelf::default(),
            disputes: Shelf::default(),
            events: Shelf::default(),
            remembered: HashMap::new(),
            faults: Vec::new(),
            rules: None,
            lanes: Arc::new(Semaphore::new(LANES_MAX)),
            outbox: Vec::new(),
        }
    }

    /// Whether an object with this id is here.
    pub(crate) fn owns(&self, id: &str) -> bool {
        self.sessions.get(id).is_some()
            || self.intents.get(id).is_some()
            || self.charges.get(id).is_some()
            || self.refunds.get(id).is_some()
            || self.disputes.get(id).is_some()
            || self.events.get(id).is_some()
    }

    /// The fault meant for this operation, if any; counts it as used.
    pub(crate) fn take_fault(&mut self, operation: &str, executes: bool) -> Option<Fault> {
        let fault = self.faults.iter_mut().find(|fault| {
            (fault.operation == operation || fault.operation == "*")
                && (executes || !fault.kind.needs_execution())
        })?;
        fault.count = fault.count.saturating_sub(1);
        let taken = fault.clone();
        self.faults.retain(|fault| fault.count > 0);
        Some(taken)
    }

    /// The object with this id as Stripe shows it, unexpanded; None if it is not on this account.
    pub(crate) fn render(&self, id: &str) -> Option<Value> {
        match id.split('_').next().unwrap_or_default() {
            "cs" => self.sessions.get(id).map(Session::render),
            "pi" => self.intents.get(id).map(Intent::render),
            "ch" | "py" => self.charges.get(id).map(Charge::render),
            "re" => self.refunds.get(id).map(Refund::render),
            "du" => self.disputes.get(id).map(Dispute::render),
            _ => None,
        }
    }

    /// Records an event with the object as it is now, and queues it for delivery.
    pub(crate) fn emit(&mut self, moment: &Moment, kind: &str, object_id: &str) {
        let Some(snapshot) = self.render(object_id) else {
            return;
        };
        let event = Event::new(self, moment, kind, &snapshot);
        let id = event.id.clone();
        if self.events.put(&id, event) {
            self.outbox.push(id);
        }
    }

    /// The account object.
    pub(crate) fn render_account(&self) -> Value {
        let nulls = ["business_type", "email", "settings"];
        let mut map = object("account", &self.id, &nulls);
        let ach = if self.country == "US" { "active" } else { "inactive" };
        set(
            &mut map,
            json!({
                "business_profile": {
                    "mcc": null, "minority_owned_business_designation": null, "name": self.name,
                    "specified_commercial_transactions_act_url": null, "support_address": null,
                    "support_email": null, "support_phone": null, "support_url": null,
                    "url": null,
                },
                "capabilities": { "card_payments": "active", "us_bank_account_ach_payments": ach },
                "charges_enabled": true,
                "country": self.country,
                "created": 1_700_000_000,
                "default_currency": "usd",
                "details_submitted": true,
                "metadata": {},
                "payouts_enabled": true,
                "type": "standard",
            }),
        );
        Value::Object(map)
    }
}
