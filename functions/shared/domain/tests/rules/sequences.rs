//! Any sequence of verbs and events, likely and unlikely: what holds after every step.
//! Must never assume that the world outside keeps its order, nor that it keeps its word.
use std::collections::HashSet;

use domain::{Actor, InvoiceFile, LinkState, PaymentEvent, PaymentState, Refusal, Start, Status};
use jiff::SignedDuration;
use proptest::prelude::*;
use ulid::Ulid;

use crate::bench::{
    BALANCE_MINOR, Bench, chargeback_closed, chargeback_opened, declined, failed, opened, paid,
    paid_with, processing, refunded, usd,
};

/// One step; indices are taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    Start { link: usize },
    Regenerate,
    RequestLink,
    Cadence,
    Wait { minutes: i64 },
    Tell { payment: usize, event: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0usize..4).prop_map(|link| Step::Start { link }),
        1 => Just(Step::Regenerate),
        1 => Just(Step::RequestLink),
        1 => Just(Step::Cadence),
        1 => prop_oneof![0i64..30, 0i64..12_000].prop_map(|minutes| Step::Wait { minutes }),
        6 => (0usize..4, 0usize..64).prop_map(|(payment, event)| Step::Tell { payment, event }),
    ];
    prop::collection::vec(step, 1..40)
}

/// Everything that can be said of a payment, also what contradicts itself.
fn anything() -> Vec<PaymentEvent> {
    vec![
        opened(),
        PaymentEvent::CheckoutExpired,
        PaymentEvent::CheckoutMissing,
        processing(),
        paid(),
        paid_with(Some(usd(1))),
        failed(),
        declined("ch_1"),
        refunded(BALANCE_MINOR / 2),
        refunded(BALANCE_MINOR),
        refunded(BALANCE_MINOR * 2),
        chargeback_opened(),
        chargeback_closed(true),
    ]
}

/// How a payment really ends at Stripe; its events come in any order.
fn fates() -> [Vec<PaymentEvent>; 5] {
    [
        vec![opened(), PaymentEvent::CheckoutExpired],
        vec![opened(), declined("ch_1"), paid(), refunded(1)],
        vec![opened(), processing(), paid()],
        vec![opened(), processing(), failed()],
        vec![opened(), paid_with(None)],
    ]
}

/// Takes the step; what `events` answers for a payment may be told of it.
fn take(
    bench: &mut Bench,
    step: &Step,
    events: &dyn Fn(usize) -> Vec<PaymentEvent>,
) -> Result<(), TestCaseError> {
    match *step {
        Step::Start { link } => return start(bench, link),
        Step::Regenerate => {
            bench.regenerate();
        }
        Step::RequestLink => match bench.file.request_link(&mut bench.moment) {
            Ok(change) => bench.commit(change),
            Err(refusal) => prop_assert_eq!(refusal, Refusal::TooSoon),
        },
        Step::Cadence => {
            if let Some(change) = bench.file.cadence_step(&mut bench.moment) {
                prop_assert_eq!(bench.status(), Status::Open, "only who owes is dunned");
                bench.commit(change);
            }
        }
        Step::Wait { minutes } => bench.wait(SignedDuration::from_mins(minutes)),
        Step::Tell { payment, event } => {
            let mut ids: Vec<Ulid> = bench.file.payments.iter().map(|payment| payment.id).collect();
            ids.sort_unstable();
            if !ids.is_empty() {
                let payment = payment % ids.len();
                let events = events(payment);
                bench.apply(ids[payment], &events[event % events.len()]);
            }
        }
    }
    Ok(())
}

/// A write comes through only by the current link, alive, of an invoice that is open.
fn start(bench: &mut Bench, link: usize) -> Result<(), TestCaseError> {
    let before = bench.file.clone();
    let links = &before.links;
    let link = &links[link % links.len()];
    let dead = link.is_expired(bench.moment.now);
    match bench.start(link.id) {
        Ok(Start::New(..)) => {
            prop_assert_eq!(before.invoice.link, Some(link.id));
            prop_assert!(link.state == LinkState::Live && !dead);
            prop_assert_eq!(before.invoice.status, Status::Open);
            prop_assert_eq!(before.live_payment(), None);
        }
        Ok(Start::Resume(payment) | Start::End(payment)) => {
            prop_assert!(before.live_payment().is_some_and(|live| live.id == payment.id));
            prop_assert_eq!(&bench.file, &before);
        }
        Err(_) => prop_assert_eq!(&bench.file, &before, "a refusal changes nothing"),
    }
    Ok(())
}

/// What is true of every invoice, whatever it went through.
fn holds(bench: &Bench, before: &InvoiceFile) -> Result<(), TestCaseError> {
    let file = &bench.file;
    let paying: Vec<_> = file
        .payments
        .iter()
        .filter(|payment| payment.state == PaymentState::Paid && !payment.duplicate)
        .map(|payment| payment.id)
        .collect();
    prop_assert!(paying.len() <= 1, "one payment pays, others are duplicates");
    prop_assert_eq!(file.invoice.paid_by, paying.first().copied());
    prop_assert_eq!(file.invoice.status == Status::Paid, !paying.is_empty());
    prop_assert_eq!(bench.count("PaymentSettled"), paying.len(), "one accepted outcome");
    for old in &before.payments {
        let new = bench.payment(old.id);
        prop_assert!(old.state != PaymentState::Paid || new.state == PaymentState::Paid);
        prop_assert!((old.refunded_minor..=old.amount.minor).contains(&new.refunded_minor));
        prop_assert!(!old.duplicate || new.duplicate);
    }
    let live = file.links.iter().filter(|link| link.state == LinkState::Live);
    let mut live = live.map(|link| Some(link.id));
    prop_assert!(live.all(|link| link == file.invoice.link), "one live link at a time");
    let current = file.invoice.link.and_then(|id| file.link(id));
    prop_assert!(current.is_some_and(|link| link.state != LinkState::Replaced));
    for old in &before.links {
        let allowed: &[_] = match old.state {
            LinkState::Live => &[LinkState::Live, LinkState::Spent, LinkState::Replaced],
            LinkState::Spent => &[LinkState::Spent, LinkState::Replaced],
            LinkState::Replaced => &[LinkState::Replaced],
        };
        prop_assert!(allowed.contains(&file.link(old.id).unwrap().state), "a link came back");
    }
    Ok(())
}

/// Every entry has its own name, and no fact about money is told twice.
fn timeline_holds(bench: &Bench) -> Result<(), TestCaseError> {
    let ids: HashSet<_> = bench.entries.iter().map(|entry| entry.id).collect();
    prop_assert_eq!(ids.len(), bench.entries.len());
    prop_assert!(bench.entries.is_sorted_by_key(|entry| entry.id));
    let stripe = bench.entries.iter().filter(|entry| entry.actor == Actor::Stripe);
    let mut told: Vec<_> = stripe.map(|entry| format!("{:?}", entry.fact)).collect();
    let all = told.len();
    told.sort_unstable();
    told.dedup();
    prop_assert_eq!(told.len(), all, "a fact was told twice");
    Ok(())
}

fn run(
    steps: &[Step],
    events: &dyn Fn(usize) -> Vec<PaymentEvent>,
    also: fn(&Bench) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let mut bench = Bench::linked();
    for step in steps {
        let before = bench.file.clone();
        take(&mut bench, step, events)?;
        holds(&bench, &before)?;
        also(&bench)?;
    }
    timeline_holds(&bench)
}

fn one_live_payment_at_most(bench: &Bench) -> Result<(), TestCaseError> {
    let live = bench.file.payments.iter().filter(|payment| payment.is_live());
    let live: Vec<_> = live.map(|payment| payment.id).collect();
    let known: Vec<_> = bench.file.invoice.live_payment.into_iter().collect();
    prop_assert_eq!(live, known);
    Ok(())
}

proptest! {
    // Half the usual number: each case is a whole life of an invoice.
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_sequence_of_verbs_and_events_pays_twice_or_revives_a_link(steps in steps()) {
        run(&steps, &|_| anything(), |_| Ok(()))?;
    }

    #[test]
    fn while_stripe_keeps_its_word_one_payment_at_most_is_live(
        steps in steps(),
        fate in prop::collection::vec(0usize..5, 8),
    ) {
        let events = |payment: usize| fates()[fate[payment % fate.len()]].clone();
        run(&steps, &events, one_live_payment_at_most)?;
    }
}
