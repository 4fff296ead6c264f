//! Stripe's objects as far as we read them, and what they mean in the domain's words.
//! Must never be strict about what it does not need: unknown fields and values pass.
use std::collections::HashMap;

use domain::payment_event::UNNAMED_FAILURE;
use domain::{Amount, Currency, PaymentEvent, Verify};
use serde::Deserialize;
use ulid::Ulid;

use crate::stripe::{META_INVOICE, META_PAYMENT};

/// A webhook's envelope.
#[derive(Debug, Deserialize)]
pub struct Event {
    /// `evt_…`.
    pub id: String,
    /// Such as `checkout.session.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Connected account it happened on.
    pub account: Option<String>,
    /// Seconds since 1970.
    #[serde(default)]
    pub created: i64,
    /// Real money or not.
    pub livemode: bool,
    /// The object at the time of the event.
    pub data: EventData,
}

/// See [`Event::data`].
#[derive(Debug, Deserialize)]
pub struct EventData {
    /// Read by kind.
    pub object: serde_json::Value,
}

/// A field that holds an id, or the object when it was asked to be expanded.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Expandable<T> {
    /// The id alone.
    Id(String),
    /// The object.
    Object(Box<T>),
}

impl Expandable<Intent> {
    /// `pi_…`.
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(intent) => &intent.id,
        }
    }
}

/// A Checkout Session.
#[derive(Debug, Deserialize)]
pub struct Session {
    /// `cs_…`.
    pub id: String,
    /// `open`, `complete` or `expired`.
    pub status: Option<String>,
    /// `paid`, `unpaid` or `no_payment_required`.
    pub payment_status: String,
    /// The hosted page while open.
    pub url: Option<String>,
    /// In Stripe's units.
    pub amount_total: Option<i64>,
    /// Lower case.
    pub currency: Option<String>,
    /// Expanded when we ask, an id in events.
    pub payment_intent: Option<Expandable<Intent>>,
    /// Ours.
    #[serde(default)]
    pub metadata: HashMap<String, String>,
}

/// A PaymentIntent.
#[derive(Debug, Deserialize)]
pub struct Intent {
    /// `pi_…`.
    pub id: String,
    /// Such as `processing`, `succeeded`, `requires_payment_method`.
    pub status: String,
    /// Why the last try failed.
    pub last_payment_error: Option<PaymentError>,
    /// What the payer has to do next.
    pub next_action: Option<NextAction>,
    /// Expanded when we ask.
    pub latest_charge: Option<Expandable<Charge>>,
    /// Ours.
    #[serde(default)]
    pub metadata: HashMap<String, String>,
}

/// Why a try to pay failed.
#[derive(Debug, Deserialize)]
pub struct PaymentError {
    /// Stripe's code.
    pub code: Option<String>,
    /// The bank's code, more exact.
    pub decline_code: Option<String>,
    /// The charge that failed.
    pub charge: Option<String>,
    /// Tells a card from a bank account.
    pub payment_method: Option<MethodKind>,
}

/// See [`PaymentError::payment_method`].
#[derive(Debug, Deserialize)]
pub struct MethodKind {
    /// `card`, `us_bank_account`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What the payer has to do next.
#[derive(Debug, Deserialize)]
pub struct NextAction {
    /// Two small deposits to confirm.
    pub verify_with_microdeposits: Option<Microdeposits>,
}

/// See [`NextAction`].
#[derive(Debug, Deserialize)]
pub struct Microdeposits {
    /// Stripe's page for it.
    pub hosted_verification_url: String,
}

/// A charge.
#[derive(Debug, Deserialize)]
pub struct Charge {
    /// Seconds since 1970.
    pub created: i64,
    /// Refunded so far, in Stripe's units.
    pub amount_refunded: i64,
    /// Lower case.
    pub currency: String,
    /// What it was paid with.
    pub payment_method_details: Option<MethodDetails>,
    /// Copied from the PaymentIntent.
    #[serde(default)]
    pub metadata: HashMap<String, String>,
}

/// What a charge was paid with.
#[derive(Debug, Deserialize)]
pub struct MethodDetails {
    /// A card.
    pub card: Option<Card>,
    /// A US bank account.
    pub us_bank_account: Option<BankAccount>,
}

/// A card as a receipt names it.
#[derive(Debug, Deserialize)]
pub struct Card {
    /// Such as `visa`.
    pub brand: Option<String>,
    /// Last four digits.
    pub last4: Option<String>,
}

/// A bank account as a receipt names it.
#[derive(Debug, Deserialize)]
pub struct BankAccount {
    /// Last four digits.
    pub last4: Option<String>,
}

/// A dispute with the bank.
#[derive(Debug, Deserialize)]
pub struct Dispute {
    /// `dp_…` or `du_…`.
    pub id: String,
    /// Such as `needs_response`, `won`, `lost`.
    pub status: String,
    /// `pi_…`.
    pub payment_intent: Option<String>,
}

/// Which invoice and payment an object is about, by our metadata on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The invoice.
    pub invoice: Ulid,
    /// The payment.
    pub payment: Ulid,
}

impl About {
    /// Reads our metadata; `None` on an object that is not ours.
    pub fn read(metadata: &HashMap<String, String>) -> Option<Self> {
        let id = |key| metadata.get(key).and_then(|text| Ulid::from_string(text).ok());
        Some(Self { invoice: id(META_INVOICE)?, payment: id(META_PAYMENT)? })
    }
}

impl Session {
    /// What the session says of its payment; `None` if it says nothing that we can use.
    pub fn meaning(&self) -> Option<PaymentEvent> {
        let session = self.id.clone();
        match self.status.as_deref()? {
            "open" => Some(PaymentEvent::CheckoutOpened { session, url: self.url.clone()? }),
            "expired" => Some(PaymentEvent::CheckoutExpired),
            "complete" => Some(self.meaning_complete(session)),
            _ => None,
        }
    }

    fn meaning_complete(&self, session: String) -> PaymentEvent {
        let (stripe_payment, intent) = match &self.payment_intent {
            Some(Expandable::Id(id)) => (Some(id.clone()), None),
            Some(Expandable::Object(intent)) => (Some(intent.id.clone()), Some(intent)),
            None => (None, None),
        };
        if self.payment_status == "paid" {
            let currency = self.currency.as_deref().and_then(|code| Currency::parse(code).ok());
            let received = self.amount_total.zip(currency);
            let received =
                received.and_then(|(units, currency)| Amount::from_stripe(units, currency));
            return PaymentEvent::Paid { session, stripe_payment, received };
        }
        match intent {
            Some(intent)
                if matches!(intent.status.as_str(), "requires_payment_method" | "canceled") =>
            {
                PaymentEvent::Failed { code: intent.failure_code() }
            }
            Some(_) | None => {
                let verify = intent.map_or(Verify::Unsaid, |intent| intent.verify());
                PaymentEvent::Processing { session, stripe_payment, verify }
            }
        }
    }

    /// What `checkout.session.async_payment_failed` says. `intent` is the session's, which knows
    /// why, while the event names it by its id alone.
    pub fn meaning_failed(&self, intent: Option<&Intent>) -> PaymentEvent {
        let code = intent.map_or_else(|| UNNAMED_FAILURE.to_owned(), Intent::failure_code);
        PaymentEvent::Failed { code }
    }
}

impl Intent {
    fn verify(&self) -> Verify {
        let action = self.next_action.as_ref();
        let action = action.and_then(|action| action.verify_with_microdeposits.as_ref());
        let url = action.map(|action| action.hosted_verification_url.clone());
        // It becomes a link on a page: only a web address may.
        let url = url.filter(|url| url.starts_with("https://"));
        url.map_or(Verify::NotNeeded, Verify::At)
    }

    fn failure_code(&self) -> String {
        let error = self.last_payment_error.as_ref();
        let code = error.and_then(|error| error.decline_code.clone().or(error.code.clone()));
        code.unwrap_or_else(|| UNNAMED_FAILURE.to_owned())
    }

    /// What `payment_intent.payment_failed` says: that a try was declined. A bank account that is
    /// refused at once leaves its session open, as a card does; that a bank payment under way has
    /// failed is said by its session. Of which of them this speaks, it does not say, and it may
    /// come late. Source: Stripe docs "Blocked bank accounts", seen 2026-11.
    pub fn meaning_failed(&self) -> PaymentEvent {
        let error = self.last_payment_error.as_ref();
        let code = self.failure_code();
        let charge = error.and_then(|error| error.charge.clone());
        let charge = charge.unwrap_or_else(|| format!("{}/{code}", self.id));
        PaymentEvent::Declined { charge, code }
    }
}

impl Charge {
    /// What `charge.refunded` says; `None` if the amount has no exact value.
    pub fn meaning_refunded(&self) -> Option<PaymentEvent> {
        let currency = Currency::parse(&self.currency).ok()?;
        let total = Amount::from_stripe(self.amount_refunded, currency)?;
        Some(PaymentEvent::Refunded { total_minor: total.minor })
    }

    /// How a receipt names what was paid with.
    pub fn method(&self) -> String {
        let Some(details) = &self.payment_method_details else { return "Stripe".to_owned() };
        let ending = |last4: &Option<String>| {
            last4.as_ref().map_or(String::new(), |digits| format!(" ending {digits}"))
        };
        match (&details.card, &details.us_bank_account) {
            (Some(card), _) => {
                let brand = card.brand.clone().unwrap_or_default();
                let mut letters = brand.chars();
                let brand = letters.next().map_or(String::new(), |first| {
                    first.to_uppercase().chain(letters).chain([' ']).collect()
                });
                format!("{brand}card{}", ending(&card.last4))
            }
            (None, Some(account)) => format!("ACH bank account{}", ending(&account.last4)),
            (None, None) => "Stripe".to_owned(),
        }
    }
}

impl Dispute {
    /// What a dispute event says.
    pub fn meaning(&self) -> PaymentEvent {
        match self.status.as_str() {
            "won" | "warning_closed" | "prevented" => {
                PaymentEvent::ChargebackClosed { id: self.id.clone(), won: true }
            }
            "lost" => PaymentEvent::ChargebackClosed { id: self.id.clone(), won: false },
            _ => PaymentEvent::ChargebackOpened { id: self.id.clone() },
        }
    }
}
