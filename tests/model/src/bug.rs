//! Mistakes that can be planted, to see that a property catches them.
//! Must never be on in the model of the product itself.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bug {
    /// A session is created without asking about the last one.
    SessionWithoutAsking,
    /// The webhook notes an event as seen before it is applied.
    MarkBeforeApply,
    /// The webhook answers 2xx before the commit.
    AcknowledgeBeforeCommit,
    /// A new link is written without the condition on the version that was read.
    RegenerateWithoutCondition,
    /// A session that was to be ended and turns out `complete` is taken as ended.
    CompleteTakenAsCancelled,
    /// The link is checked when its page is shown, and not again when the form is committed.
    ExpiryCheckedBeforeOnly,
    /// A plan is taken without asking what else came through the link.
    SpentLinkAccepted,
    /// A link counts as alive for as long as TTL has not deleted its item.
    TtlTrusted,
    /// "The bank payment was submitted", come late, undoes "paid".
    LateProcessingUndoesPaid,
    /// A second payment is recorded as if it were the first.
    SecondPaymentNotFlagged,
    /// A plan is taken and the open session stays open.
    SubmissionLeavesSessionOpen,
    /// "There is no such session", found out by one request, ends the session that another
    /// request has opened meanwhile.
    OldNotFoundEndsOpen,
}
