//! What Stripe says after a payment seemed to be over.
//! Must never lead to two payments where one can be prevented.
use domain::{LinkState, PaymentEvent, PaymentState, Start, Status};
use jiff::SignedDuration;

use crate::bench::{Bench, chargeback_opened, failed, opened, paid, paid_with, processing};

#[test]
fn a_second_chargeback_is_told_apart_from_the_first() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &paid());
    bench.apply(payment, &chargeback_opened());
    let second = PaymentEvent::ChargebackOpened { id: "du_second".to_owned() };
    assert!(bench.apply(payment, &second));
    assert!(!bench.apply(payment, &chargeback_opened()), "the first one once more");
    assert_eq!(bench.count("ChargebackOpened"), 2);
}

#[test]
fn money_from_an_ended_session_ends_the_session_that_took_its_place() {
    for late in [processing(), paid()] {
        let mut bench = Bench::linked();
        let first = bench.started();
        bench.apply(first, &opened());
        bench.apply(first, &PaymentEvent::CheckoutExpired);
        let second = bench.started();
        bench.apply(second, &opened());
        assert!(bench.apply(first, &late));
        assert!(bench.payment(second).cancel, "{late:?}: the second is to be expired");
        bench.apply(first, &failed());
        if bench.status() == Status::Open {
            let link = bench.link();
            assert!(matches!(bench.start(link), Ok(Start::End(end)) if end.id == second));
        }
    }
}

#[test]
fn the_banks_own_code_is_kept_whichever_event_brings_it() {
    for codes in [["bank_payment_failed", "no_account"], ["no_account", "bank_payment_failed"]] {
        let mut bench = Bench::linked();
        let payment = bench.started();
        bench.apply(payment, &processing());
        for code in codes {
            bench.apply(payment, &PaymentEvent::Failed { code: code.to_owned() });
        }
        assert_eq!(bench.payment(payment).code.as_deref(), Some("no_account"));
        assert_eq!(bench.count("PaymentFailed"), 1);
    }
}

#[test]
fn a_bank_payment_that_fails_after_the_last_reminder_is_asked_for_again_in_a_week() {
    let week = SignedDuration::from_hours(7 * 24);
    let mut bench = Bench::linked();
    for _ in 0..2 {
        bench.wait(week);
        let step = bench.file.cadence_step(&mut bench.moment).unwrap();
        bench.commit(step);
    }
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    assert_eq!(bench.file.invoice.cadence.next_at(), None);
    bench.apply(payment, &failed());
    let next = bench.file.invoice.cadence.next_at();
    assert_eq!(next, Some(bench.moment.now.saturating_add(week).unwrap()));
}

#[test]
fn a_bank_payment_that_fails_during_a_dispute_brings_no_reminder() {
    let mut bench = Bench::linked().submitted(|bench| bench.dispute("450.00"));
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    bench.apply(payment, &failed());
    assert_eq!(bench.status(), Status::Disputed);
    assert_eq!(bench.file.invoice.cadence.next_at(), None);
}

#[test]
fn a_payment_that_is_over_is_not_asked_to_end_when_another_comes() {
    let mut bench = Bench::linked();
    let paying = bench.started();
    let over = [PaymentState::Expired, PaymentState::Failed].map(|state| bench.planted(state));
    let open = bench.planted(PaymentState::Open);
    bench.apply(paying, &paid());
    assert!(bench.payment(open).cancel);
    for payment in over.into_iter().chain([paying]) {
        assert!(!bench.payment(payment).cancel);
    }
}

#[test]
fn an_instalment_paid_through_an_older_link_leaves_the_new_one_for_the_rest() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    let due = bench.file.amount_due().unwrap();
    let payment = bench.started();
    let new = bench.regenerate();
    bench.apply(payment, &paid_with(Some(due)));
    assert_eq!(bench.payment(payment).state, PaymentState::Paid);
    assert_eq!(bench.file.link(new).unwrap().state, LinkState::Live);
    bench.pays_what_is_due();
    assert_eq!(bench.file.link(new).unwrap().state, LinkState::Spent);
}
