//! What there is at one instant: the clock, the invoice's file, Stripe, the payers' pages and
//! the requests under way. Must never hold what no rule and no property reads: every value
//! multiplies the states.

pub use crate::request::{Process, Question, SLOTS, Slot, Step, Task, Verb};

/// Links that can be issued in the model.
pub const LINKS_MAX: usize = 2;
/// Payments that can be started in the model.
pub const PAYMENTS_MAX: usize = 2;
/// A link lives so many ticks after its last activity: a tick is half of that, 84.5 hours.
pub const LINK_LIFE: u8 = 2;
/// A Checkout Session is open for an hour, so it is over by the next tick.
pub const CHECKOUT_LIFE: u8 = 1;

/// Instant, in ticks since the invoice was imported.
pub type Tick = u8;
/// Place of a link in [`File::links`], in the order in which they were issued.
pub type LinkNo = u8;
/// Place of a payment in [`File::payments`], and of its session in [`State::stripe`].
pub type PaymentNo = u8;

/// Everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// Now.
    pub clock: Tick,
    /// The invoice as the table has it.
    pub file: File,
    /// The Checkout Session of each payment, as Stripe has it.
    pub stripe: [Session; PAYMENTS_MAX],
    /// The link whose page each payer has before them: it was alive when it was shown.
    pub pages: [Option<LinkNo>; 2],
    /// What is under way, by [`Slot`].
    pub running: [Option<Process>; SLOTS],
    /// What the properties need to remember.
    pub witness: Witness,
}

/// `domain::Status`, as far as the model goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// To be paid.
    Open,
    /// A bank payment is on its way.
    Processing,
    /// A plan waits for the seller's decision (`PlanSubmitted`).
    Submitted,
    /// Paid.
    Paid,
}

/// `domain::InvoiceFile`: what one commit changes, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct File {
    /// Where the invoice stands.
    pub status: Status,
    /// The current link; links are numbered, so the ones before it were issued too.
    pub link: LinkNo,
    /// `live_payment`: the payment that holds the invoice.
    pub holder: Option<PaymentNo>,
    /// `link_mail_at`: when a dead link's holder last asked for a mail.
    pub asked_at: Option<Tick>,
    /// The plan that was submitted.
    pub plan: Option<Plan>,
    /// Links; none where TTL has deleted the item.
    pub links: [Option<Link>; LINKS_MAX],
    /// Payments.
    pub payments: [Option<Payment>; PAYMENTS_MAX],
}

/// `domain::Case`: a plan over all of the balance, which nobody decides in this model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// Whose form it was: each payer has one, which can be sent more than once.
    pub payer: u8,
    /// The link it came through.
    pub link: LinkNo,
    /// Closed, because the invoice was paid after all.
    pub settled: bool,
}

/// `domain::LinkState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum LinkState {
    Live,
    Spent,
    Replaced,
}

/// `domain::Link`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// What it is good for.
    pub state: LinkState,
    /// Last activity.
    pub active_at: Tick,
}

/// `domain::PaymentState`; amounts always match here, so nothing is `Mismatched`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PaymentState {
    Starting,
    Open,
    Expired,
    Processing,
    Failed,
    Paid,
}

/// `domain::Payment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Payment {
    /// The link it was started through.
    pub link: LinkNo,
    /// Where it stands.
    pub state: PaymentState,
    /// When it was started.
    pub started_at: Tick,
    /// Its session shall be ended at Stripe.
    pub cancel: bool,
    /// The invoice had been paid before: this money is to be returned.
    pub duplicate: bool,
}

/// Where a Checkout Session stands at Stripe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Never created, or not yet.
    None,
    /// Can be paid by whoever has its address.
    Open,
    /// Ended unpaid.
    Expired,
    /// Complete; the bank has not moved the money yet.
    Pending,
    /// Complete; the bank did not move the money.
    Failed,
    /// Complete, and the money is there.
    Paid,
}

/// A Checkout Session, with the events Stripe has made of it. Stripe may deliver each of them
/// late, in any order, any number of times, or never: so an event is never taken off the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// Where it stands.
    pub stage: Stage,
    /// A payer was sent to it, and so can pay there.
    pub handed: bool,
    /// A creation was given up by us and may still take effect at Stripe.
    pub late: bool,
    /// It was paid although Stripe had called it ended: Stripe broke its word, and its webhook
    /// is the only one to tell.
    pub stray: bool,
    /// Events that exist.
    pub events: News,
    /// Events that were answered with 2xx while they were not on file: Stripe need not come
    /// again, so they may be lost.
    pub acknowledged: News,
    /// Events marked as seen; only a planted bug does that.
    pub marked: News,
}

/// What Stripe says of a payment: `domain::PaymentEvent`, as far as the model goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Opened,
    Expired,
    /// We looked for the session and found none: `CheckoutMissing` in the code.
    NotFound,
    Processing,
    Paid,
    Failed,
}

/// A set of events that come as webhooks, a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct News(u8);

/// What comes as a webhook.
pub const WEBHOOKS: [Event; 4] = [Event::Expired, Event::Processing, Event::Paid, Event::Failed];

impl News {
    /// Whether `event` is in it.
    pub fn has(self, event: Event) -> bool {
        self.0 & Self::bit(event) != 0
    }

    /// Puts `event` in.
    pub fn add(&mut self, event: Event) {
        self.0 |= Self::bit(event);
    }

    fn bit(event: Event) -> u8 {
        WEBHOOKS.iter().position(|one| *one == event).map_or(0, |place| 1 << place)
    }
}

/// What the properties need to remember, written where things happen and not where they are
/// decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Witness {
    /// Outcomes accepted through each link. Money that Stripe had taken before a plan could end
    /// its session takes the plan's place: that is one outcome.
    pub outcomes: [u8; LINKS_MAX],
    /// A payer's write was accepted on a link that was replaced or expired.
    pub trespass: bool,
    /// The invoice was paid once.
    pub was_paid: bool,
}

impl State {
    /// An invoice whose first mail has gone out: one live link, and nothing else.
    pub fn first() -> Self {
        let mut links = [None; LINKS_MAX];
        links[0] = Some(Link { state: LinkState::Live, active_at: 0 });
        let session = Session {
            stage: Stage::None,
            handed: false,
            late: false,
            stray: false,
            events: News::default(),
            acknowledged: News::default(),
            marked: News::default(),
        };
        Self {
            clock: 0,
            file: File {
                status: Status::Open,
                link: 0,
                holder: None,
                asked_at: None,
                plan: None,
                links,
                payments: [None; PAYMENTS_MAX],
            },
            stripe: [session; PAYMENTS_MAX],
            pages: [None; 2],
            running: [None; SLOTS],
            witness: Witness::default(),
        }
    }

    /// The session of a payment.
    pub fn session(&self, payment: PaymentNo) -> &Session {
        &self.stripe[usize::from(payment)]
    }

    /// The same, to change it.
    pub fn session_mut(&mut self, payment: PaymentNo) -> &mut Session {
        &mut self.stripe[usize::from(payment)]
    }
}

impl File {
    /// The link, unless TTL has deleted it.
    pub fn link(&self, link: LinkNo) -> Option<Link> {
        self.links[usize::from(link)]
    }

    /// The payment, if it was started.
    pub fn payment(&self, payment: PaymentNo) -> Option<Payment> {
        self.payments[usize::from(payment)]
    }

    /// All payments that were started.
    pub fn payments(&self) -> impl Iterator<Item = (PaymentNo, Payment)> {
        (0..).zip(self.payments).filter_map(|(no, payment)| Some((no, payment?)))
    }

    /// The plan, while it is open.
    pub fn open_plan(&self) -> Option<Plan> {
        self.plan.filter(|plan| !plan.settled)
    }
}

impl Payment {
    /// `Payment::is_live`: whether it can still become money.
    pub fn is_live(&self) -> bool {
        match self.state {
            PaymentState::Starting | PaymentState::Open | PaymentState::Processing => true,
            PaymentState::Expired | PaymentState::Failed | PaymentState::Paid => false,
        }
    }

    /// `Payment::can_be_cancelled`: whether its session may still be ended.
    pub fn can_be_cancelled(&self) -> bool {
        match self.state {
            PaymentState::Starting | PaymentState::Open => true,
            PaymentState::Expired
            | PaymentState::Processing
            | PaymentState::Failed
            | PaymentState::Paid => false,
        }
    }
}
