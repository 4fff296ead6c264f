//! A payment: one attempt to pay an invoice, from Checkout to the money and after.
//! Must never be thrown away, even a second one: what Stripe confirmed is kept.
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::{Amount, Tenant};

/// How long a Checkout Session stays open; Stripe takes 30 minutes to 24 hours.
pub const CHECKOUT_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// After its end Stripe may take so long to say how a Checkout Session ended.
const SAID_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Declines remembered to tell a repeated event from a new decline.
const DECLINES_MAX: usize = 20;

/// Chargebacks remembered; Stripe opens one per charge, rarely a second.
const CHARGEBACKS_MAX: usize = 10;

/// Where a payment stands. Declared in order of progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PaymentState {
    /// Committed here; Stripe's answer is not known.
    Starting,
    /// A Checkout Session is open.
    Open,
    /// The session ended without a payment.
    Expired,
    /// A bank payment is on its way; not money yet.
    Processing,
    /// The bank payment failed.
    Failed,
    /// Money came, but not the amount or currency asked for; an operator decides.
    Mismatched,
    /// The money came.
    Paid,
}

/// A chargeback, that is, a dispute opened with the bank. Source: Stripe API, Dispute object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chargeback {
    /// Stripe id, `dp_…` or `du_…`.
    pub id: String,
    /// `None` while open; then whether the seller won.
    pub won: Option<bool>,
}

/// One attempt to pay an invoice. Its id is the idempotency key at Stripe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Identifier; `client_reference_id` and idempotency key at Stripe.
    pub id: Ulid,
    /// The link it was started through.
    pub link: Ulid,
    /// What was asked for.
    pub amount: Amount,
    /// Connected account it was started on.
    pub account: String,
    /// Where it stands.
    pub state: PaymentState,
    /// When it was started.
    pub started_at: Timestamp,
    /// When its Checkout Session ends; sent with the request, so kept for its repetition.
    pub checkout_ends_at: Timestamp,
    /// Whether ACH was offered: kept for the same reason.
    pub ach: bool,
    /// Checkout Session id, `cs_…`.
    pub session: Option<String>,
    /// `PaymentIntent` id, `pi_…`.
    pub stripe_payment: Option<String>,
    /// What came, where that is not what was asked for; `None` as long as it is, or if it has
    /// no exact value in a currency we know.
    pub received: Option<Amount>,
    /// When it was recorded as paid, processing or failed.
    pub settled_at: Option<Timestamp>,
    /// Why the bank payment failed or the last card was declined; a Stripe code.
    pub code: Option<String>,
    /// Charges whose decline is on the timeline.
    #[serde(default)]
    pub declined_charges: Vec<String>,
    /// Where the payer confirms microdeposits, while Stripe waits for that.
    pub verify_url: Option<String>,
    /// Refunded so far, in minor units of `amount`.
    #[serde(default)]
    pub refunded_minor: i64,
    /// Its chargebacks; there can be one after another.
    #[serde(default)]
    pub chargebacks: Vec<Chargeback>,
    /// The invoice had been paid before: this money is to be returned.
    #[serde(default)]
    pub duplicate: bool,
    /// The session shall be expired at Stripe: its link was replaced or has carried another
    /// outcome, or another payment came first.
    #[serde(default)]
    pub cancel: bool,
    /// The receipt, once made.
    pub receipt: Option<Receipt>,
}

/// A receipt that was made and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Object key of the PDF.
    pub key: String,
    /// What was paid with, such as `Visa card ending 4242`.
    pub method: String,
    /// When Stripe took the money.
    pub paid_at: Timestamp,
}

/// What a payment is started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentTerms {
    /// Connected account of the seller.
    pub account: String,
    /// Whether ACH is offered: USD and a US account.
    pub ach: bool,
}

impl Payment {
    pub(crate) fn start(
        id: Ulid,
        link: Ulid,
        amount: Amount,
        terms: PaymentTerms,
        now: Timestamp,
    ) -> Self {
        // Whole seconds: Stripe's unit, and a repetition must send the same value.
        let ends_s = now.as_second().saturating_add(CHECKOUT_LIFE.as_secs());
        Self {
            id,
            link,
            amount,
            account: terms.account,
            state: PaymentState::Starting,
            started_at: now,
            checkout_ends_at: Timestamp::from_second(ends_s).unwrap_or(now),
            ach: terms.ach,
            session: None,
            stripe_payment: None,
            received: None,
            settled_at: None,
            code: None,
            declined_charges: Vec::new(),
            verify_url: None,
            refunded_minor: 0,
            chargebacks: Vec::new(),
            duplicate: false,
            cancel: false,
            receipt: None,
        }
    }

    /// The number on its receipt, short enough to be read out.
    pub fn receipt_number(&self) -> String {
        let id = self.id.to_string();
        format!("R-{}", id.get(16..).unwrap_or(&id))
    }

    /// Whether it can still become money, so that no other may be started.
    pub fn is_live(&self) -> bool {
        match self.state {
            PaymentState::Starting | PaymentState::Open | PaymentState::Processing => true,
            PaymentState::Expired
            | PaymentState::Failed
            | PaymentState::Mismatched
            | PaymentState::Paid => false,
        }
    }

    /// Whether its Checkout Session may still be ended: a submitted bank payment may not.
    pub fn can_be_cancelled(&self) -> bool {
        match self.state {
            PaymentState::Starting | PaymentState::Open => true,
            PaymentState::Processing
            | PaymentState::Expired
            | PaymentState::Failed
            | PaymentState::Mismatched
            | PaymentState::Paid => false,
        }
    }

    /// Whether its Checkout is over by the clock, on an account that is not the seller's any
    /// more: if Stripe then refuses to say anything of it, nothing will ever be said.
    pub fn is_left_behind(&self, tenant: &Tenant, now: Timestamp) -> bool {
        let over = self.checkout_ends_at.saturating_add(SAID_WITHIN).unwrap_or(Timestamp::MAX);
        self.can_be_cancelled()
            && tenant.stripe_account.as_deref() != Some(self.account.as_str())
            && now >= over
    }

    /// What its money is counted in: what came, or what was asked for.
    pub fn taken(&self) -> Amount {
        self.received.unwrap_or(self.amount)
    }

    /// Remembers how a chargeback stands; `false` if that was known, or if it is decided.
    pub(crate) fn note_chargeback(&mut self, id: &str, won: Option<bool>) -> bool {
        if let Some(known) = self.chargebacks.iter_mut().find(|known| known.id == id) {
            let news = known.won.is_none() && won.is_some();
            known.won = known.won.or(won);
            return news;
        }
        if self.chargebacks.len() >= CHARGEBACKS_MAX {
            return false;
        }
        self.chargebacks.push(Chargeback { id: id.to_owned(), won });
        true
    }

    /// Remembers a declined charge; `false` if it was known.
    pub(crate) fn note_decline(&mut self, charge: &str) -> bool {
        if self.declined_charges.iter().any(|known| known == charge) {
            return false;
        }
        if self.declined_charges.len() >= DECLINES_MAX {
            self.declined_charges.remove(0);
        }
        self.declined_charges.push(charge.to_owned());
        true
    }
}
