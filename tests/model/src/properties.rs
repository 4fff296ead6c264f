//! What must hold in every state, and what must be possible at all.
//! Must never ask a rule whether the rule was kept.
use stateright::Property;

use crate::Portal;
use crate::process::meaning;
use crate::rules::{Decision, is_lost};
use crate::state::{
    CHECKOUT_LIFE, Event, File, LINK_LIFE, LinkState, Payment, PaymentNo, PaymentState, Session,
    Slot, Stage, State, Status, Step, Task, Verb, WEBHOOKS,
};

/// At most one accepted outcome per link.
pub const ONE_OUTCOME: &str = "a link carries at most one outcome";
/// No accepted write of a payer on a replaced or expired link.
pub const NO_TRESPASS: &str = "nothing is accepted through a replaced or expired link";
/// No confirmed payment unrecorded once everything rests.
pub const RECORDED: &str = "at rest, what Stripe confirmed is recorded";
/// What was answered with 2xx was committed.
pub const ACKNOWLEDGED: &str = "an acknowledged webhook is recorded";
/// Never two live sessions that somebody can pay.
pub const ONE_SESSION: &str = "one session at most can be paid";
/// The second payment is to be returned, and says so.
pub const FLAGGED: &str = "a second payment is flagged";
/// A paid invoice never becomes unpaid.
pub const STAYS_PAID: &str = "paid stays paid";
/// A session ends with what its link is good for.
pub const NO_ORPHAN: &str = "at rest, no open session belongs to a link that carries nothing";

/// What must hold in every state.
pub(crate) fn promises() -> Vec<Property<Portal>> {
    vec![
        Property::always(ONE_OUTCOME, |_, state: &State| {
            state.witness.outcomes.iter().all(|count| *count <= 1)
        }),
        Property::always(NO_TRESPASS, |_, state: &State| !state.witness.trespass),
        // `eventually` would not do: stateright does not follow it past a state that was
        // reached before on another way.
        Property::always(RECORDED, |portal: &Portal, state: &State| {
            confirmed(state).all(|no| is_recorded(&state.file, no, Event::Paid))
                || !rests(portal, state)
        }),
        Property::always(ACKNOWLEDGED, |_, state: &State| {
            let idle = state.running[Slot::Delivery.place()].is_none();
            !idle
                || (0..).zip(&state.stripe).all(|(no, session)| {
                    let told =
                        WEBHOOKS.into_iter().filter(|event| session.acknowledged.has(*event));
                    told.into_iter().all(|event| is_recorded(&state.file, no, event))
                })
        }),
        Property::always(ONE_SESSION, |_, state: &State| {
            let live = |stage| matches!(stage, Stage::Open | Stage::Pending);
            state.stripe.iter().filter(|one| one.handed && live(one.stage)).count() <= 1
        }),
        Property::always(FLAGGED, |_, state: &State| {
            let paid = |payment: &Payment| payment.state == PaymentState::Paid;
            let counted = state.file.payments().filter(|(_, one)| paid(one) && !one.duplicate);
            counted.count() <= 1
        }),
        Property::always(STAYS_PAID, |_, state: &State| {
            !state.witness.was_paid || state.file.status == Status::Paid
        }),
        Property::always(NO_ORPHAN, |portal: &Portal, state: &State| {
            state.file.payments().all(|(no, payment)| {
                let session = state.session(no);
                let link = state.file.link(payment.link);
                let carries = state.file.link == payment.link
                    && link.is_none_or(|link| link.state == LinkState::Live);
                carries || session.stage != Stage::Open || !session.handed
            }) || !rests(portal, state)
        }),
    ]
}

/// What must be possible: a model in which these never happen would prove nothing.
pub(crate) fn possibilities() -> Vec<Property<Portal>> {
    vec![
        Property::sometimes("the webhook brings a payment", |_, state: &State| {
            about_to_record(state, |task| matches!(task, Task::Deliver(..)))
        }),
        Property::sometimes("the reconciler brings a payment", |_, state: &State| {
            about_to_record(state, |task| matches!(task, Task::Reconcile(_)))
        }),
        Property::sometimes("the return page brings a payment", |_, state: &State| {
            about_to_record(state, |task| task == Task::ComeBack)
        }),
        Property::sometimes("a new link finds the old session paid", |_, state: &State| {
            about_to_record(state, |task| matches!(task, Task::Regenerate(_)))
        }),
        Property::sometimes("a plan finds the session paid", |_, state: &State| {
            about_to_record(state, |task| matches!(task, Task::Submit(_)))
                && state.file.open_plan().is_some()
        }),
        Property::sometimes("a race is lost", |_, state: &State| {
            let mut running = state.running.iter().flatten();
            running.any(|process| matches!(process.step, Step::Commit(_)) && !process.fresh)
        }),
        Property::sometimes("a plan wins over an open session", |_, state: &State| {
            let mut payments = state.file.payments();
            state.file.open_plan().is_some()
                && payments.any(|(no, _)| {
                    state.session(no).stage == Stage::Open && state.session(no).handed
                })
        }),
        Property::sometimes("a second payment comes", |_, state: &State| {
            state.file.payments().any(|(_, payment)| payment.duplicate)
        }),
        Property::sometimes("a bank payment fails and another is started", |_, state: &State| {
            let failed = |no: PaymentNo| state.file.payment(no).map(|payment| payment.state);
            failed(0) == Some(PaymentState::Failed) && failed(1).is_some()
        }),
        Property::sometimes("a bank payment fails beside a plan", |_, state: &State| {
            let mut payments = state.file.payments();
            state.file.open_plan().is_some()
                && payments.any(|(_, payment)| payment.state == PaymentState::Failed)
        }),
        Property::sometimes("a link expires", |_, state: &State| {
            let link = state.file.link(state.file.link);
            link.is_some_and(|link| state.clock >= link.active_at + LINK_LIFE)
        }),
        Property::sometimes("a link outlives its first end", |_, state: &State| {
            state.clock >= LINK_LIFE
                && state.file.link == 0
                && state.file.link(0).is_some_and(|link| state.clock < link.active_at + LINK_LIFE)
        }),
        Property::sometimes("a dead link's holder gets another", |_, state: &State| {
            state.file.asked_at.is_some() && state.file.link > 0
        }),
        Property::sometimes("everything rests, paid", |portal: &Portal, state: &State| {
            state.file.status == Status::Paid && rests(portal, state)
        }),
        // Nobody can reach the first: no address of it was ever handed out.
        Property::sometimes("two sessions are open, and one can be paid", |_, state: &State| {
            state.stripe.iter().all(|session| session.stage == Stage::Open)
                && state.stripe.iter().filter(|session| session.handed).count() == 1
        }),
    ]
}

/// Payments that Stripe has the money of.
fn confirmed(state: &State) -> impl Iterator<Item = PaymentNo> {
    let paid = (0..).zip(&state.stripe).filter(|(_, session)| session.stage == Stage::Paid);
    paid.map(|(no, _)| no)
}

/// Whether the file says what `event` says, or what can only come after it.
pub(crate) fn is_recorded(file: &File, no: PaymentNo, event: Event) -> bool {
    use PaymentState::{Expired, Failed, Open, Paid, Starting};
    let Some(payment) = file.payment(no) else { return false };
    match event {
        Event::Opened | Event::NotFound => true,
        Event::Expired => !matches!(payment.state, Starting | Open),
        Event::Processing => !matches!(payment.state, Starting | Open | Expired),
        Event::Failed => matches!(payment.state, Failed | Paid),
        Event::Paid => payment.state == Paid,
    }
}

/// Whether nothing more will happen by itself: no request is under way, the reconciler would
/// find nothing new, and no webhook is missing that is the only one to tell. All other webhooks
/// may be lost.
fn rests(portal: &Portal, state: &State) -> bool {
    let idle = state.running.iter().all(Option::is_none);
    let told = |(no, session): (PaymentNo, &Session)| {
        let acknowledged = session.acknowledged.has(Event::Paid);
        !session.stray || acknowledged || is_recorded(&state.file, no, Event::Paid)
    };
    idle && (0..).zip(&state.stripe).all(told)
        && state.file.payments().all(|(no, _)| !is_due(portal, state, no))
}

/// Whether `payment-reconciler` would change anything about the payment, now or when its
/// session must have ended.
fn is_due(portal: &Portal, state: &State, no: PaymentNo) -> bool {
    let Some(payment) = state.file.payment(no).filter(Payment::is_live) else {
        return false;
    };
    if payment.cancel && payment.can_be_cancelled() {
        return true;
    }
    let later = state.clock.max(payment.started_at + CHECKOUT_LIFE + 1);
    match meaning(state.session(no).stage) {
        Event::NotFound => is_lost(payment, later),
        event => {
            let verb = Verb::Apply(no, event);
            matches!(portal.rules().decide(&state.file, verb, later), Ok(Decision::Change(_)))
        }
    }
}

/// Whether such a process is about to commit a payment that is not on file yet.
fn about_to_record(state: &State, whose: fn(Task) -> bool) -> bool {
    state.running.iter().flatten().any(|process| match process.step {
        Step::Commit(Verb::Apply(no, Event::Paid)) => {
            whose(process.task) && process.fresh && !is_recorded(&state.file, no, Event::Paid)
        }
        Step::Load | Step::Commit(_) | Step::Call(..) => false,
    })
}
