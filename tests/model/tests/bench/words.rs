//! The domain's words for what the model numbers, and back.
//! Must never have a word that the other side lacks.
use domain::form::{self, Limits, Typed};
use domain::submit::Proposal;
use domain::{Amount, Currency, InvoiceFile, PaymentEvent, Tenant, link};
use jiff::{SignedDuration, Timestamp};
use model::rules::Refusal;
use model::state::{Event, LINK_LIFE, PaymentNo, PaymentState, Status, Tick};
use ulid::Ulid;

const BALANCE_MINOR: i64 = 125_000;

pub(crate) fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

pub(crate) fn tenant() -> Tenant {
    Tenant {
        id: "northwind".to_owned(),
        name: "Northwind Tooling".to_owned(),
        brand_colour: "#0a5f8f".to_owned(),
        zone: "America/New_York".to_owned(),
        stripe_account: Some("acct_1".to_owned()),
        country: "US".to_owned(),
        sender: "billing@northwind.example".to_owned(),
        reply_to: "help@northwind.example".to_owned(),
        policy: domain::Policy::default(),
        reasons: domain::tenant::standard_reasons(),
        holidays: Vec::new(),
        mail: None,
    }
}

/// Four monthly instalments.
pub(crate) fn plan(file: &InvoiceFile, tenant: &Tenant) -> Proposal {
    let fields = [
        ("terms", "equal"),
        ("count", "4"),
        ("interval", "monthly"),
        ("first", "2026-12-01"),
        ("why", "A slow quarter."),
        ("name", "Ada Ashdown"),
        ("email", "ada@acme.example"),
        ("phone", ""),
    ];
    let typed = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let today = instant(0).to_zoned(file.invoice.seller.time_zone()).date();
    let limits = Limits { balance: file.invoice.balance, today, policy: &tenant.policy };
    Proposal::Plan(form::plan(&Typed(typed.into()), &limits).unwrap())
}

/// A tick of the model: a link's life is so many of them.
pub(crate) fn tick_length() -> SignedDuration {
    (link::INACTIVITY + link::CLOCK_GRAIN) / i32::from(LINK_LIFE)
}

pub(crate) fn instant(tick: Tick) -> Timestamp {
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    start + tick_length() * i32::from(tick)
}

pub(crate) fn tick(at: Timestamp) -> Tick {
    let ticks = at.duration_since(instant(0)).as_secs() / tick_length().as_secs();
    u8::try_from(ticks).unwrap()
}

/// Payments in the order in which they were started.
pub(crate) fn payments(file: &InvoiceFile) -> Vec<Ulid> {
    let mut ids: Vec<Ulid> = file.payments.iter().map(|payment| payment.id).collect();
    ids.sort_unstable();
    ids
}

pub(crate) fn place(ids: &[Ulid], id: Ulid) -> u8 {
    u8::try_from(ids.iter().position(|one| *one == id).unwrap()).unwrap()
}

pub(crate) fn told(event: Event, no: PaymentNo) -> PaymentEvent {
    let session = format!("cs_test_{no}");
    let stripe_payment = Some(format!("pi_{no}"));
    match event {
        Event::Opened => {
            let url = format!("https://checkout.example/{session}");
            PaymentEvent::CheckoutOpened { session, url }
        }
        Event::Expired => PaymentEvent::CheckoutExpired,
        Event::NotFound => PaymentEvent::CheckoutMissing,
        Event::Processing => {
            PaymentEvent::Processing { session, stripe_payment, verify: domain::Verify::NotNeeded }
        }
        Event::Paid => {
            let received = Some(Amount { minor: BALANCE_MINOR, currency: usd() });
            PaymentEvent::Paid { session, stripe_payment, received }
        }
        Event::Failed => PaymentEvent::Failed { code: "insufficient_funds".to_owned() },
    }
}

pub(crate) fn status(status: domain::Status) -> Status {
    match status {
        domain::Status::Open => Status::Open,
        domain::Status::Processing => Status::Processing,
        domain::Status::PlanSubmitted => Status::Submitted,
        domain::Status::Paid => Status::Paid,
        other => panic!("not in the model: {other:?}"),
    }
}

pub(crate) fn payment_state(state: domain::PaymentState) -> PaymentState {
    match state {
        domain::PaymentState::Starting => PaymentState::Starting,
        domain::PaymentState::Open => PaymentState::Open,
        domain::PaymentState::Expired => PaymentState::Expired,
        domain::PaymentState::Processing => PaymentState::Processing,
        domain::PaymentState::Failed => PaymentState::Failed,
        domain::PaymentState::Paid => PaymentState::Paid,
        domain::PaymentState::Mismatched => panic!("amounts always match here"),
    }
}

pub(crate) fn refusal(refusal: domain::Refusal) -> Refusal {
    match refusal {
        domain::Refusal::LinkReplaced => Refusal::LinkReplaced,
        domain::Refusal::LinkExpired => Refusal::LinkExpired,
        domain::Refusal::AlreadyPaid => Refusal::AlreadyPaid,
        domain::Refusal::Processing => Refusal::Processing,
        domain::Refusal::CaseOpen => Refusal::CaseOpen,
        domain::Refusal::WaitingForDecision => Refusal::WaitingForDecision,
        domain::Refusal::LinkSpent => Refusal::LinkSpent,
        domain::Refusal::TooSoon => Refusal::TooSoon,
        domain::Refusal::UnknownPayment => Refusal::UnknownPayment,
        other => panic!("not in the model: {other:?}"),
    }
}
