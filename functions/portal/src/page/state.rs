//! Where an invoice stands, as its payer should understand it.
//! Must never hold anything but texts ready for display.

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
        /// What is being paid, with its symbol.
        amount: String,
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
    /// A plan waits for the seller.
    PlanSubmitted {
        /// Over the seller's limit: the Controller has to approve it.
        approval: bool,
        /// The seller has a question; its link went out by mail.
        asked: bool,
    },
    /// A plan is being paid.
    PlanActive {
        /// What is paid next.
        next: Instalment,
        /// How, through this link.
        way: Way,
    },
    /// A promise stands.
    Promised {
        /// Date of the promise.
        on: String,
        /// What was promised, with its symbol.
        amount: String,
        /// How it is paid through this link.
        way: Way,
    },
    /// A dispute waits for the seller.
    Disputed {
        /// What is disputed, with its symbol.
        amount: String,
        /// Day by which the seller answers; none once it is over.
        by: Option<String>,
        /// What of the balance is not disputed, with its symbol.
        rest: Option<String>,
        /// How the rest is paid through this link.
        way: Way,
        /// The seller has a question; its link went out by mail.
        asked: bool,
    },
    /// The seller asks, and this link can answer.
    Question {
        /// What the seller wants to know.
        text: String,
    },
    /// This link has paid a part; more is left.
    PartPaid {
        /// Date of payment.
        on: String,
        /// What was paid, with its symbol.
        amount: String,
        /// Whether the receipt is ready at `{path}/receipt`.
        receipt: bool,
        /// What was refunded, with its symbol.
        refunded: Option<String>,
        /// The next instalment of the plan, if there is one.
        next: Option<Instalment>,
    },
    /// This link has carried its outcome; another one pays what is left.
    Used,
    /// Nothing is left to pay: the rest was credited.
    Closed {
        /// Whether this link has paid a part, with its receipt at `{path}/receipt`.
        receipt: bool,
    },
}

/// An instalment of a plan that is not paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// Such as `2 of 4`.
    pub place: String,
    /// What is due, with its symbol.
    pub amount: String,
    /// Its date.
    pub due: String,
    /// Its date went by.
    pub missed: bool,
}

/// How something is paid through the link at hand while a plan, promise or dispute is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Not through this link, or not now.
    Nothing,
    /// By this page's one action.
    Pay {
        /// Whether a US bank account is offered beside cards.
        ach: bool,
        /// A checkout is open already; the same action continues it.
        again: bool,
    },
    /// On the page of the link that took this one's place.
    Elsewhere {
        /// That page's relative address.
        path: String,
    },
    /// Through a link that the contacts on file get by mail if the payer asks for it.
    ByMail,
    /// Not online: less than Stripe can charge.
    BelowMinimum {
        /// The least Stripe charges, with symbol or code.
        minimum: String,
    },
    /// Not online: the seller has not connected payments, or Stripe cannot take the amount.
    CannotPay,
}
