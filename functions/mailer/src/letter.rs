//! Writes the letters of the product as a subject, an HTML part and a plain-text part.
//! Must never send anything, decide who gets a letter, or read a clock.

mod body;
mod cadence;
mod case;
mod decision;
mod due;
mod payment;
mod submission;
#[cfg(test)]
mod tests;
mod words;

pub use cadence::{cadence, fresh_link, same_link};
pub use case::{About, Reader};
pub use decision::{dispute_decided, plan_approved, plan_declined};
pub use due::{DueLine, behind, instalment_due, instalment_missed, promise_due, promise_missed};
pub use payment::{
    Received, bank_payment_failed, mismatch_seller, paid_twice_payer, paid_twice_seller, receipt,
};
pub use submission::{answer_notice, question, submission_copy, submission_notice};

/// A finished letter, without addresses and attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line of at most 150 characters, free of control characters, so safe as a header.
    pub subject: String,
    /// The HTML part: no external resource, no script.
    pub html: String,
    /// The plain-text part, which says the same.
    pub text: String,
}

/// What every letter says about its invoice. All texts are for display and escaped here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// Name of the seller as payers know it.
    pub seller: String,
    /// The seller's accent, `#rrggbb`; anything else is replaced.
    pub brand_colour: String,
    /// Who is billed: the merge tag `{customer_name}`.
    pub customer: String,
    /// Number of the invoice.
    pub number: String,
    /// Balance with its code, such as `$1,234.50 USD`: the merge tag `{invoice_balance}`.
    /// In a receipt, what was paid.
    pub amount: String,
    /// What the link takes now: the balance, or such a part of it as an instalment. `None`
    /// while nothing is to be paid.
    pub to_pay: Option<String>,
    /// The date that counts, such as `30 November 2026`: the invoice's own, or that of the
    /// instalment or promise agreed instead.
    pub due: String,
    /// How long that date is over, such as `12 days overdue`.
    pub overdue: Option<String>,
    /// The seller's mail address for questions.
    pub contact: Option<String>,
}
