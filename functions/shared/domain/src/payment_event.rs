//! What Stripe says of a payment, in our words, whichever way it came: webhook or answer.
//! Must never hold a wire type: the platform translates.
use crate::Amount;

/// The code of a failure that Stripe gave no code for.
pub const UNNAMED_FAILURE: &str = "bank_payment_failed";

/// What a statement says of microdeposits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Nothing: it names the payment by its id alone.
    Unsaid,
    /// Stripe does not wait for the payer.
    NotNeeded,
    /// Stripe waits for the payer, at this hosted page.
    At(String),
}

impl Verify {
    pub(crate) fn url(&self) -> Option<&str> {
        match self {
            Self::At(url) => Some(url),
            Self::Unsaid | Self::NotNeeded => None,
        }
    }
}

/// A statement of Stripe's about one payment. Applying one twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentEvent {
    /// The Checkout Session exists and is open.
    CheckoutOpened {
        /// `cs_…`.
        session: String,
        /// The hosted page.
        url: String,
    },
    /// The session ended unpaid: by time, or by us.
    CheckoutExpired,
    /// Stripe knows of no session: it was never created. Says nothing of a payment whose session
    /// was opened meanwhile, for whoever looked may have looked before.
    CheckoutMissing,
    /// A bank payment was submitted and is not money yet.
    Processing {
        /// `cs_…`.
        session: String,
        /// `pi_…`.
        stripe_payment: Option<String>,
        /// Whether Stripe waits for the payer to confirm microdeposits.
        verify: Verify,
    },
    /// The money came.
    Paid {
        /// `cs_…`.
        session: String,
        /// `pi_…`.
        stripe_payment: Option<String>,
        /// What came; `None` if it has no exact value in a currency we know.
        received: Option<Amount>,
    },
    /// The bank payment failed for good.
    Failed {
        /// Stripe's code, such as `insufficient_funds`.
        code: String,
    },
    /// A try to pay was declined: a card, or a bank account when it was entered. Never an end: the
    /// session stays open for another try, or has said itself how it ended.
    Declined {
        /// What tells this decline from the next: a charge, or `PaymentIntent` and code where
        /// there was none.
        charge: String,
        /// Stripe's code, such as `insufficient_funds` or `bank_account_unusable`.
        code: String,
    },
    /// Money went back; the total so far.
    Refunded {
        /// Sum of refunds, minor units of the payment's currency.
        total_minor: i64,
    },
    /// The payer's bank took the money back for now.
    ChargebackOpened {
        /// Stripe id of the dispute.
        id: String,
    },
    /// The bank decided.
    ChargebackClosed {
        /// Stripe id of the dispute.
        id: String,
        /// Whether the seller keeps the money.
        won: bool,
    },
}
