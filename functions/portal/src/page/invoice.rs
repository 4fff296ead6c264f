//! What a handler says about an invoice so that its payer can be shown it.
//! Must never hold anything but texts ready for display: no amounts to compute, no dates to format.

use super::sent::{Sent, Verdict};
use super::state::State;
use super::wording::InvoiceView;
use super::{Frame, Page, style};

/// An invoice in one of its states. All texts are for display and escaped here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePage {
    /// The seller.
    pub frame: Frame,
    /// Relative address of the link, without a trailing slash, as seen from the page's own
    /// address. The page uses `{path}/pay`, `{path}/paid`, `{path}/receipt`, `{path}/plan`,
    /// `{path}/promise`, `{path}/dispute` and `{path}/answer`.
    pub path: String,
    /// Who is billed.
    pub customer: String,
    /// Number of the invoice.
    pub number: String,
    /// What the invoice is for, line by line; may be empty or hundreds of lines.
    pub description: Vec<String>,
    /// What is left to pay, with its symbol, such as `$1,234.50`; once nothing is, what was
    /// billed.
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
    /// What is offered beside paying at once, in the states that can be paid now.
    pub offers: Offers,
    /// What the seller said last, as long as the invoice is owed or was closed by it.
    pub verdict: Option<Verdict>,
    /// The plan, promise or dispute that is open, as it was sent.
    pub sent: Option<Sent>,
    /// Payments that came, if none of them paid the whole.
    pub paid: Vec<PaidPart>,
}

/// What is offered beside paying at once; a dispute always is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offers {
    /// To pay in instalments.
    pub plan: bool,
    /// To pay on a date.
    pub promise: bool,
}

/// A payment of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidPart {
    /// Date of payment.
    pub on: String,
    /// What was paid, with its symbol.
    pub amount: String,
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
    /// No payment was started: Stripe could not be reached, or refused to.
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
        let told = self.sent.is_some() || self.verdict.is_some() || !self.paid.is_empty();
        let tells = told || self.state == State::Used;
        let colour = &self.frame.brand_colour;
        let sheet = if tells { style::case_sheet(colour) } else { style::sheet(colour) };
        style::finish(&InvoiceView::of(self, &sheet), &sheet)
    }
}
