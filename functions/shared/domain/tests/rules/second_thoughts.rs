//! What Stripe says after a payment seemed to be over.
//! Must never lead to two payments where one can be prevented.
use domain::{PaymentEvent, Start, Status};

use crate::bench::{Bench, chargeback_opened, failed, opened, paid, processing};

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
