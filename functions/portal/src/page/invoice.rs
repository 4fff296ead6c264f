//! What a handler says about an invoice so that its payer can be shown it.
//! Must never hold anything but texts ready for display: no amounts to compute, no dates to format.

use super::wording::InvoiceView;
use super::{Frame, Page, style};

/// An invoice in one of its states. All texts are for display and escaped here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePage {
    /// The seller.
    pub frame: Frame,
    /// Relative address of the link, without a trailing slash, as seen from the page's own
    /// address. The page uses `{path}/pay`, `{path}/paid` and `{path}/receipt`.
    pub path: String,
    /// Who is billed.
    pub customer: String,
    /// Number of the invoice.
    pub number: String,
    /// What the invoice is for, line by line; may be empty or hundreds of lines.
    pub description: Vec<String>,
    /// What is owed with its symbol, such as `$1,234.50`.
    pub amount: String,
    /// ISO 4217 code, such as `USD`.
    pub currency: String,
    /// Due date, such as `30 November 2026`.
    pub due: String,
    /// Such as `12 days overdue`.
    pub overdue: Option<String>,
    /// The seller's mail address for questions.
    pub contact: Option<String>,
    /// Where the invoice stands.
    pub state: State,
    /// What just happened to the payer; dropped once the invoice is paid, processing or in review.
    pub notice: Notice,
}

/// Where the invoice stands, as its payer should understand it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Can be paid now.
    Due {
        /// Whether a US bank account is offered beside cards.
        ach: bool,
    },
    /// A checkout is open already; the same action continues it.
    CheckoutOpen {
        /// Whether a US bank account is offered beside cards.
        ach: bool,
    },
    /// Less than Stripe can charge.
    BelowMinimum {
        /// The least Stripe charges, with symbol or code.
        minimum: String,
    },
    /// The seller has not connected payments yet.
    CannotPay,
    /// A bank payment is under way.
    Processing {
        /// Date it was started.
        since: String,
        /// Stripe's page for confirming the account; used only if it is `https`.
        verify_url: Option<String>,
    },
    /// Confirmed by Stripe.
    Paid {
        /// Date of payment.
        on: String,
        /// What was paid with its symbol, such as `$1,234.50`.
        amount: String,
        /// Whether the receipt is ready at `{path}/receipt`.
        receipt: bool,
        /// What was refunded, with its symbol.
        refunded: Option<String>,
        /// Whether a second payment arrived as well.
        twice: bool,
    },
    /// A payment needs a person's eye before anyone pays again.
    UnderReview,
}

/// What just happened to the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Nothing worth saying.
    None,
    /// The payer left Stripe's page.
    Cancelled,
    /// Came back, but Stripe knows of no payment.
    NotPaid,
    /// A card was declined.
    Declined {
        /// One sentence for the payer, with its full stop.
        reason: String,
    },
    /// A bank payment failed after all.
    BankFailed {
        /// One sentence for the payer, with its full stop.
        reason: String,
    },
    /// Stripe could not be reached; no payment was started.
    TryAgain,
    /// Came back, and Stripe has not answered yet.
    Checking,
}

impl InvoicePage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::sheet(&self.frame.brand_colour);
        style::finish(&InvoiceView::of(self, &sheet), &sheet)
    }
}
