//! Why the business says no. Must never be shown as it is: pages and answers have their own words.
use crate::Amount;

/// Why the business says no, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A newer link took its place.
    #[error("link replaced")]
    LinkReplaced,
    /// The link died of inactivity (or its record is gone).
    #[error("link expired")]
    LinkExpired,
    /// The same form was sent before with other content.
    #[error("form sent before with other content")]
    FormReused,
    /// The invoice is paid.
    #[error("invoice already paid")]
    AlreadyPaid,
    /// Nothing is left to pay.
    #[error("nothing left to pay")]
    NothingDue,
    /// A bank payment is on its way.
    #[error("bank payment processing")]
    Processing,
    /// An operator has to look first.
    #[error("invoice under review")]
    UnderReview,
    /// A plan, promise or dispute is open: another waits for its end.
    #[error("case open")]
    CaseOpen,
    /// The seller has to decide first.
    #[error("waiting for a decision")]
    WaitingForDecision,
    /// The link has carried its outcome.
    #[error("link spent")]
    LinkSpent,
    /// The seller has no Stripe account connected.
    #[error("seller not connected")]
    NotConnected,
    /// Less than Stripe takes; the minimum is given.
    #[error("below the minimum")]
    BelowMinimum(Amount),
    /// Not expressible at Stripe.
    #[error("not payable online")]
    NotPayable,
    /// A mail was asked for a moment ago.
    #[error("asked again too soon")]
    TooSoon,
    /// No such payment on this invoice.
    #[error("unknown payment")]
    UnknownPayment,
    /// No such plan, promise or dispute on this invoice.
    #[error("unknown case")]
    UnknownCase,
    /// It has come to its end, or is not at the stage that this needs.
    #[error("case not at that stage")]
    NotAtThatStage,
    /// Only the Controller or Legal may decide a plan of this size.
    #[error("needs the Controller or Legal")]
    NeedsController,
    /// As many questions as a case can have were asked.
    #[error("too many questions")]
    TooManyQuestions,
    /// With these, the case would have more documents than one can have.
    #[error("too many documents")]
    TooManyDocuments,
    /// The amount does not fit what is owed or disputed: more than it, of a plan not exactly it,
    /// or so near to it that what is left could not be paid.
    #[error("amount out of range")]
    AmountOutOfRange,
}
