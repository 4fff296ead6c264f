//! The requests and runs that can be under way, and what each of them does next.
//! Must never hold a copy of the file: see [`Process::fresh`].
use crate::state::{Event, LinkNo, PaymentNo, Status, Tick};

/// Requests that can be under way at once: see [`Slot`].
pub const SLOTS: usize = 4;

/// Who can have one request under way at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The first or second payer's browser.
    Payer(u8),
    /// A delivery of Stripe's.
    Delivery,
    /// The seller's office: an operator, or the schedule of reconciliation.
    Office,
}

impl Slot {
    /// All of them.
    pub const ALL: [Self; SLOTS] = [Self::Payer(0), Self::Payer(1), Self::Delivery, Self::Office];

    /// Its place in [`State::running`].
    pub fn place(self) -> usize {
        match self {
            Self::Payer(payer) => usize::from(payer),
            Self::Delivery => 2,
            Self::Office => 3,
        }
    }
}

/// A request or a run under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Process {
    /// What it is for.
    pub task: Task,
    /// `Moment::now`: the instant it arrived, which counts as now in all of it.
    pub now: Tick,
    /// Whether the file still has the version this process read. A commit of anybody else ends
    /// that. No copy is kept: a copy of that version would be the file itself.
    pub fresh: bool,
    /// What it does next.
    pub step: Step,
}

/// What a process is for, and where its code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// `portal/src/pay.rs`: "Pay now".
    Pay(LinkNo),
    /// `portal/src/paid.rs`: back from Checkout. Anybody may open that page.
    ComeBack,
    /// `portal/src/submission.rs`: the payer sends a plan.
    Submit(LinkNo),
    /// `portal/src/new_link.rs`: the holder of a dead link asks for a new one.
    AskForLink(LinkNo),
    /// `stripe-webhook`: a delivery of this event.
    Deliver(PaymentNo, Event),
    /// `payment-reconciler`: this payment is due.
    Reconcile(PaymentNo),
    /// `link-regen`: an operator gives the invoice a new link. It remembers the status it read,
    /// which only a planted bug writes back.
    Regenerate(Option<Status>),
}

/// What a process does next. It can vanish before any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Read the file, and decide what comes next.
    Load,
    /// Decide, and commit if the file has still the version that was read.
    Commit(Verb),
    /// Ask Stripe about a payment.
    Call(PaymentNo, Question),
}

/// What is asked of Stripe, all of it in `platform/src/checkout.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// `open`: create the session; the payment's id is the idempotency key.
    Create,
    /// `found`: the creation was not answered, so the session is looked up.
    LookUp,
    /// `ask`: how does it stand?
    Ask,
    /// `end`: expire it.
    End,
    /// `end`, by `pay.rs` for a session that nobody may use; the answer is not applied.
    Discard,
}

/// A decision of the domain, see `rules.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `InvoiceFile::start_payment`.
    Start(LinkNo),
    /// `InvoiceFile::submit`, by this payer through this link.
    Submit(u8, LinkNo),
    /// `InvoiceFile::apply`.
    Apply(PaymentNo, Event),
    /// `InvoiceFile::regenerate`.
    Regenerate,
    /// `InvoiceFile::request_link`.
    RequestLink,
}
