//! What each state and each piece of news is called: its banner, and its name on the page.
//! Must never call something done that is not.
use std::borrow::Cow;

use super::Tone;
use super::invoice::{InvoicePage, Notice};
use super::state::{State, Way};

/// Title and tone of a banner; its sentence stands in the template.
pub(super) struct Banner<'a> {
    pub(super) tone: Tone,
    pub(super) title: Cow<'a, str>,
}

impl State {
    /// `data-state` of the page's body.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Due { .. } => "due",
            Self::CheckoutOpen { .. } => "checkout-open",
            Self::BelowMinimum { .. } => "below-minimum",
            Self::CannotPay => "cannot-pay",
            Self::Processing { .. } => "processing",
            Self::Paid { .. } => "paid",
            Self::UnderReview => "review",
            Self::PlanSubmitted { .. } => "plan-submitted",
            Self::PlanActive { .. } => "plan-active",
            Self::Promised { .. } => "promised",
            Self::Disputed { .. } => "disputed",
            Self::Question { .. } => "question",
            Self::PartPaid { .. } => "part-paid",
            Self::Used => "used",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether this page still asks for money at some time.
    pub(super) fn is_owed(&self) -> bool {
        match self {
            Self::Due { .. }
            | Self::CheckoutOpen { .. }
            | Self::BelowMinimum { .. }
            | Self::CannotPay
            | Self::PlanSubmitted { .. }
            | Self::PlanActive { .. }
            | Self::Promised { .. }
            | Self::Disputed { .. }
            | Self::Question { .. }
            | Self::Used => true,
            Self::Processing { .. }
            | Self::Paid { .. }
            | Self::UnderReview
            | Self::PartPaid { .. }
            | Self::Closed { .. } => false,
        }
    }

    /// Whether the whole of it is due and nothing else is open.
    pub(super) fn is_payable_now(&self) -> bool {
        matches!(
            self,
            Self::Due { .. }
                | Self::CheckoutOpen { .. }
                | Self::BelowMinimum { .. }
                | Self::CannotPay
        )
    }

    /// Whether what happened before is no news any more: nothing is paid on this page.
    pub(super) fn is_settled(&self) -> bool {
        match self {
            Self::PlanActive { way, .. }
            | Self::Promised { way, .. }
            | Self::Disputed { way, .. } => {
                matches!(way, Way::Nothing | Way::ByMail | Way::Elsewhere { .. })
            }
            Self::Used | Self::PlanSubmitted { .. } | Self::Question { .. } => true,
            _ => !self.is_owed(),
        }
    }

    pub(super) fn banner<'a>(&self, page: &'a InvoicePage, verify: bool) -> Option<Banner<'a>> {
        let (tone, title) = match self {
            Self::Due { .. } => return None,
            Self::CheckoutOpen { .. } => (Tone::Calm, "A payment is already open"),
            Self::BelowMinimum { .. } => (Tone::Calm, "Too small to pay online"),
            Self::CannotPay => (Tone::Calm, "Online payment is not available yet"),
            Self::Processing { .. } if verify => {
                (Tone::Warn, "Your bank payment needs one more step")
            }
            Self::Processing { .. } => (Tone::Calm, "Bank payment on its way"),
            Self::Paid { .. } => (Tone::Good, "Paid"),
            Self::PartPaid { .. } => (Tone::Good, "Payment received"),
            Self::UnderReview => (Tone::Warn, "Payment under review"),
            Self::PlanSubmitted { .. } => (Tone::Good, "Plan Submitted"),
            Self::PlanActive { next, .. } if next.missed => {
                (Tone::Warn, "An instalment was missed")
            }
            Self::PlanActive { .. } => (Tone::Good, "Payment plan agreed"),
            Self::Promised { .. } => (Tone::Good, "Promise Received"),
            Self::Disputed { .. } => (Tone::Good, "Dispute Received"),
            Self::Question { .. } => {
                let title = Cow::Owned(format!("{} has a question", page.frame.seller));
                return Some(Banner { tone: Tone::Warn, title });
            }
            Self::Used => (Tone::Calm, "This link has been used"),
            Self::Closed { .. } => (Tone::Good, "Nothing left to pay"),
        };
        Some(Banner { tone, title: Cow::Borrowed(title) })
    }
}

impl Notice {
    /// `data-notice` of the page's body.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Cancelled => "cancelled",
            Self::NotPaid => "not-paid",
            Self::Declined { .. } => "declined",
            Self::BankFailed { .. } => "bank-failed",
            Self::TryAgain => "try-again",
            Self::Checking => "checking",
        }
    }

    pub(super) fn banner(&self) -> Option<Banner<'static>> {
        let (tone, title) = match self {
            Self::None => return None,
            Self::Cancelled => (Tone::Calm, "Payment cancelled"),
            Self::NotPaid => (Tone::Calm, "Not paid yet"),
            Self::Declined { .. } => (Tone::Bad, "Payment declined"),
            Self::BankFailed { .. } => (Tone::Bad, "Bank payment failed"),
            Self::TryAgain => (Tone::Warn, "The payment could not be started"),
            Self::Checking => (Tone::Calm, "Checking your payment"),
        };
        Some(Banner { tone, title: Cow::Borrowed(title) })
    }
}
