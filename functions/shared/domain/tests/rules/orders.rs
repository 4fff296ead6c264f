//! The events of one payment, in every order and any number of times.
//! Must never end in two different states, nor let the money go back to "unpaid".
use domain::{Invoice, Link, Payment, PaymentEvent, PaymentState, Status};
use proptest::prelude::*;

use crate::bench::{
    BALANCE_MINOR, Bench, bank_refused, chargeback_closed, chargeback_opened, declined, failed,
    opened, paid, paid_with, processing, refunded, usd,
};

/// What Stripe says over the life of a payment, in the order in which it happens.
fn stories() -> Vec<Vec<PaymentEvent>> {
    let ended = || PaymentEvent::CheckoutExpired;
    let back = || refunded(BALANCE_MINOR);
    let taken = || [chargeback_opened(), chargeback_closed(false)];
    let [disputed, lost] = taken();
    let [disputed_2, lost_2] = taken();
    vec![
        vec![opened(), declined("ch_1"), paid(), back(), disputed, lost],
        vec![opened(), processing(), paid(), back(), disputed_2, lost_2],
        vec![opened(), declined("ch_1"), processing(), failed()],
        vec![opened(), declined("ch_1"), ended()],
        vec![opened(), bank_refused(), processing(), paid()],
        vec![opened(), bank_refused(), processing(), failed()],
        vec![opened(), ended(), processing(), paid()],
        vec![opened(), processing(), failed(), paid(), back()],
        vec![opened(), paid(), refunded(1), refunded(2), refunded(3)],
        vec![opened(), processing(), paid_with(Some(usd(1))), refunded(1)],
    ]
}

/// What must not depend on the order: all but the count of writes, and Stripe's ids and page,
/// which a payment that was over before it was opened never gets.
type End = (Invoice, Vec<Link>, Payment);

/// Applies the events to a payment just started, and watches that nothing goes backwards.
fn run(before: &Bench, events: &[&PaymentEvent]) -> Result<(Bench, End), TestCaseError> {
    let mut bench = before.clone();
    let id = bench.file.payments[0].id;
    let mut refunded_minor = 0;
    for event in events {
        let was_paid = bench.payment(id).state == PaymentState::Paid;
        bench.apply(id, event);
        let payment = bench.payment(id);
        prop_assert!(!was_paid || payment.state == PaymentState::Paid, "paid regressed");
        prop_assert!(!was_paid || bench.status() == Status::Paid, "the invoice regressed");
        prop_assert!(payment.refunded_minor >= refunded_minor, "a refund was undone");
        prop_assert!(payment.refunded_minor <= payment.amount.minor, "refunded too much");
        refunded_minor = payment.refunded_minor;
    }
    let mut facts: Vec<_> = bench.entries.iter().map(|entry| format!("{:?}", entry.fact)).collect();
    let all = facts.len();
    facts.sort_unstable();
    facts.dedup();
    prop_assert_eq!(facts.len(), all, "a fact was told twice");
    let invoice = Invoice { version: 0, ..bench.file.invoice.clone() };
    let payment = Payment { session: None, stripe_payment: None, ..bench.payment(id).clone() };
    let end = (invoice, bench.file.links.clone(), payment);
    Ok((bench, end))
}

fn started() -> Bench {
    let mut bench = Bench::linked();
    bench.started();
    bench
}

fn for_each_order<'e>(
    events: &mut Vec<&'e PaymentEvent>,
    from: usize,
    visit: &mut impl FnMut(&[&'e PaymentEvent]),
) {
    if from == events.len() {
        return visit(events);
    }
    for at in from..events.len() {
        events.swap(from, at);
        for_each_order(events, from + 1, visit);
        events.swap(from, at);
    }
}

#[test]
fn faults_row_3_every_order_of_a_payments_events_ends_the_same() {
    let before = started();
    for story in stories() {
        let mut events: Vec<_> = story.iter().collect();
        let (_, expected) = run(&before, &events).unwrap();
        for_each_order(&mut events, 0, &mut |order| {
            let (bench, end) = run(&before, order).unwrap();
            // The order of two declines or refunds shows on the timeline, as it should.
            assert_eq!(end, expected, "{order:?}");
            let is_paid = end.0.status == Status::Paid;
            assert_eq!(bench.count("PaymentSettled"), usize::from(is_paid), "{order:?}");
        });
    }
}

proptest! {
    #[test]
    fn faults_row_1_repeated_and_shuffled_deliveries_end_the_same(
        story in 0..stories().len(),
        deliveries in prop::collection::vec(0usize..64, 0..24),
        start in 0usize..8,
    ) {
        let story = &stories()[story];
        let before = started();
        let (_, expected) = run(&before, &story.iter().collect::<Vec<_>>())?;
        let mut order: Vec<_> = deliveries.iter().map(|at| &story[at % story.len()]).collect();
        // Every event comes at least once.
        order.extend((0..story.len()).map(|at| &story[(start + at) % story.len()]));
        let (_, end) = run(&before, &order)?;
        prop_assert_eq!(end, expected);
    }
}
