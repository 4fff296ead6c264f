//! Paying: one session at a time, the money recorded as it came, and what happens after.
//! Must never show a payment lost, invented or counted twice.
use domain::payment::Receipt;
use domain::{Amount, LinkState, cadence::CadenceState};
use domain::{Currency, Fact, PaymentEvent, PaymentState, Refusal, Start, Status, Verify};
use jiff::SignedDuration;

use crate::bench::{
    BALANCE_MINOR, Bench, SESSION, bank_refused, chargeback_closed, chargeback_opened, declined,
    failed, instant, opened, paid, paid_with, processing, refunded, usd,
};

#[test]
fn faults_row_12_a_second_tab_gets_the_same_payment() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    for event in [None, Some(opened())] {
        if let Some(event) = event {
            bench.apply(payment, &event);
        }
        match bench.start(bench.link()) {
            Ok(Start::Resume(live)) => assert_eq!(live.id, payment),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(bench.file.payments.len(), 1);
}

#[test]
fn faults_row_13_a_second_payment_is_kept_and_flagged_for_refund() {
    let mut bench = Bench::linked();
    let first = bench.started();
    let second = bench.planted(PaymentState::Open);
    bench.apply(second, &paid());
    bench.apply(first, &paid());
    assert_eq!(bench.file.invoice.paid_by, Some(second), "whichever came first pays");
    assert!(!bench.payment(second).duplicate);
    assert!(bench.payment(first).duplicate);
    assert_eq!(bench.payment(first).state, PaymentState::Paid);
    assert_eq!((bench.count("PaymentSettled"), bench.count("PaymentDuplicated")), (1, 1));
}

#[test]
fn faults_row_14_a_new_link_asks_for_the_end_of_the_open_session() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &opened());
    let link = bench.regenerate();
    assert!(bench.payment(payment).cancel);
    assert!(matches!(bench.start(link), Ok(Start::End(live)) if live.id == payment));
    bench.apply(payment, &PaymentEvent::CheckoutExpired);
    assert!(matches!(bench.start(link), Ok(Start::New(_, _))));
}

#[test]
fn faults_row_14_a_session_that_was_complete_becomes_the_payment_and_spends_the_new_link() {
    let mut bench = Bench::linked();
    let old = bench.link();
    let payment = bench.started();
    let new = bench.regenerate();
    bench.apply(payment, &paid());
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.file.link(old).unwrap().state, LinkState::Replaced);
    assert_eq!(bench.file.link(new).unwrap().state, LinkState::Spent);
}

#[test]
fn faults_row_14_a_bank_payment_under_way_survives_a_new_link() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &processing());
    bench.regenerate();
    assert!(!bench.payment(payment).cancel);
}

#[test]
fn faults_row_14_a_session_of_another_amount_is_ended_before_a_new_one() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.file.invoice.balance = usd(BALANCE_MINOR + 1);
    assert!(matches!(bench.start(bench.link()), Ok(Start::End(live)) if live.id == payment));
}

#[test]
fn faults_row_15_another_amount_or_currency_is_for_an_operator() {
    let euros = Amount { minor: BALANCE_MINOR, currency: Currency::parse("EUR").unwrap() };
    for received in [Some(usd(BALANCE_MINOR - 1)), Some(usd(BALANCE_MINOR + 1)), Some(euros), None]
    {
        let mut bench = Bench::linked();
        let payment = bench.started();
        bench.apply(payment, &paid_with(received));
        assert_eq!(bench.payment(payment).state, PaymentState::Mismatched, "{received:?}");
        assert_eq!(bench.status(), Status::UnderReview);
        assert_eq!(bench.file.invoice.paid_by, None);
        assert_eq!(bench.file.link(bench.link()).unwrap().state, LinkState::Live);
        assert_eq!(bench.start(bench.link()), Err(Refusal::UnderReview));
        let expected = usd(BALANCE_MINOR);
        let stripe_payment = Some("pi_1".to_owned());
        let fact = Fact::PaymentMismatched { payment, expected, received, stripe_payment };
        assert_eq!(bench.entries.last().unwrap().fact, fact);
    }
}

#[test]
fn faults_row_16_a_bank_payment_holds_the_link_and_then_spends_it() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &processing());
    assert_eq!(bench.status(), Status::Processing);
    assert_eq!(bench.start(bench.link()), Err(Refusal::Processing));
    assert_eq!(bench.file.link(bench.link()).unwrap().state, LinkState::Live);
    bench.apply(payment, &paid());
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.file.link(bench.link()).unwrap().state, LinkState::Spent);
    assert_eq!(bench.file.invoice.cadence.state, CadenceState::Closed);
}

#[test]
fn faults_row_16_a_failed_bank_payment_releases_the_link_and_is_told() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &processing());
    assert_eq!(bench.file.invoice.cadence.state, CadenceState::Paused);
    bench.apply(payment, &failed());
    assert_eq!(bench.status(), Status::Open);
    assert_eq!(bench.file.invoice.cadence.state, CadenceState::Active);
    assert_eq!(bench.payment(payment).code.as_deref(), Some("insufficient_funds"));
    assert_eq!(bench.count("PaymentFailed"), 1);
    assert!(matches!(bench.start(bench.link()), Ok(Start::New(_, _))));
}

#[test]
fn a_bank_account_refused_at_once_leaves_the_checkout_open_for_another_try() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &opened());
    assert!(bench.apply(payment, &bank_refused()));
    assert!(!bench.apply(payment, &bank_refused()), "told once");
    assert_eq!(bench.payment(payment).state, PaymentState::Open);
    assert_eq!(bench.payment(payment).code.as_deref(), Some("bank_account_unusable"));
    assert!(matches!(bench.start(bench.link()), Ok(Start::Resume(_))), "and no second session");
    assert_eq!((bench.count("PaymentDeclined"), bench.count("PaymentFailed")), (1, 0));
    bench.apply(payment, &paid());
    assert_eq!(bench.status(), Status::Paid);
}

#[test]
fn a_refusal_that_is_told_late_or_again_fails_no_bank_payment_under_way() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    for event in [bank_refused(), processing(), bank_refused()] {
        bench.apply(payment, &event);
    }
    assert_eq!(bench.payment(payment).state, PaymentState::Processing);
    let mut bench = Bench::linked();
    let payment = bench.started();
    for event in [processing(), bank_refused()] {
        bench.apply(payment, &event);
    }
    assert_eq!(bench.payment(payment).state, PaymentState::Processing);
    assert_eq!((bench.count("PaymentDeclined"), bench.count("PaymentFailed")), (1, 0));
    bench.apply(payment, &failed());
    assert_eq!(bench.payment(payment).code.as_deref(), Some("insufficient_funds"));
}

#[test]
fn faults_row_16_the_page_for_microdeposits_is_kept_while_stripe_waits() {
    let verifying = PaymentEvent::Processing {
        session: SESSION.to_owned(),
        stripe_payment: None,
        verify: Verify::At("https://payments.example/verify".to_owned()),
    };
    let by_id_alone = PaymentEvent::Processing {
        session: SESSION.to_owned(),
        stripe_payment: Some("pi_1".to_owned()),
        verify: Verify::Unsaid,
    };
    for over in [processing(), paid(), failed()] {
        let mut bench = Bench::linked();
        let payment = bench.started();
        bench.apply(payment, &verifying);
        assert!(!bench.apply(payment, &by_id_alone), "a webhook that says nothing of it");
        assert!(bench.payment(payment).verify_url.is_some());
        assert!(bench.apply(payment, &over));
        assert_eq!(bench.payment(payment).verify_url, None, "{over:?}");
        assert_eq!(bench.count("PaymentProcessing"), 1);
    }
}

#[test]
fn faults_row_17_a_declined_card_may_be_tried_again_and_each_decline_is_told_once() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &opened());
    for charge in ["ch_1", "ch_2", "ch_1"] {
        bench.apply(payment, &declined(charge));
    }
    assert_eq!(bench.count("PaymentDeclined"), 2);
    assert_eq!(bench.payment(payment).code.as_deref(), Some("generic_decline"));
    assert!(matches!(bench.start(bench.link()), Ok(Start::Resume(_))));
}

#[test]
fn faults_row_17_a_late_decline_does_not_hide_the_result() {
    for (event, code) in [(paid(), None), (failed(), Some("insufficient_funds"))] {
        let mut bench = Bench::linked();
        let payment = bench.started();
        bench.apply(payment, &event);
        bench.apply(payment, &declined("ch_1"));
        assert_eq!(bench.payment(payment).code.as_deref(), code, "{event:?}");
    }
}

#[test]
fn faults_row_17_a_repeated_decline_is_known_among_the_last_twenty() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    let charges: Vec<_> = (0..21).map(|n| format!("ch_{n}")).collect();
    for charge in &charges {
        assert!(bench.apply(payment, &declined(charge)));
    }
    for charge in &charges[1..] {
        assert!(!bench.apply(payment, &declined(charge)), "{charge}");
    }
    assert_eq!(bench.payment(payment).declined_charges, charges[1..]);
}

#[test]
fn faults_row_18_refunds_only_grow_and_never_past_the_payment() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &paid());
    for (total_minor, is_news, after_minor) in [
        (50_000, true, 50_000),
        (20_000, false, 50_000),
        (50_000, false, 50_000),
        (-1, false, 50_000),
        (i64::MIN, false, 50_000),
        (i64::MAX, true, BALANCE_MINOR),
        (BALANCE_MINOR, false, BALANCE_MINOR),
    ] {
        assert_eq!(bench.apply(payment, &refunded(total_minor)), is_news, "{total_minor}");
        assert_eq!(bench.payment(payment).refunded_minor, after_minor);
    }
    assert_eq!(bench.count("PaymentRefunded"), 2);
    assert_eq!(bench.status(), Status::Paid, "what was refunded was paid");
}

#[test]
fn faults_row_19_a_chargeback_is_told_when_opened_and_when_decided() {
    for won in [true, false] {
        let mut bench = Bench::linked();
        let payment = bench.started();
        bench.apply(payment, &paid());
        bench.apply(payment, &chargeback_opened());
        assert_eq!(bench.payment(payment).chargebacks[0].won, None);
        bench.apply(payment, &chargeback_closed(won));
        assert!(!bench.apply(payment, &chargeback_opened()), "a late opening");
        assert_eq!(bench.payment(payment).chargebacks[0].won, Some(won));
        assert_eq!((bench.count("ChargebackOpened"), bench.count("ChargebackClosed")), (1, 1));
        assert_eq!(bench.status(), Status::Paid);
    }
}

#[test]
fn what_stripe_cannot_take_is_refused_before_anything_is_written() {
    let amount = |minor, code| Amount { minor, currency: Currency::parse(code).unwrap() };
    for (balance, refusal) in [
        (usd(49), Refusal::BelowMinimum(usd(50))),
        (usd(100_000_000), Refusal::NotPayable),
        (amount(1_001, "KWD"), Refusal::NotPayable),
        (usd(0), Refusal::BelowMinimum(usd(50))),
        (usd(-1), Refusal::BelowMinimum(usd(50))),
    ] {
        let mut bench = Bench::linked();
        bench.file.invoice.balance = balance;
        assert_eq!(bench.start(bench.link()), Err(refusal), "{balance}");
    }
}

#[test]
fn a_seller_without_an_account_takes_no_payment() {
    let mut bench = Bench::linked();
    bench.tenant.stripe_account = None;
    assert_eq!(bench.start(bench.link()), Err(Refusal::NotConnected));
}

#[test]
fn a_payment_is_left_behind_once_its_checkout_is_over_on_an_account_that_was_changed() {
    let mut bench = Bench::linked();
    let id = bench.started();
    bench.apply(id, &opened());
    let left = |bench: &Bench| bench.payment(id).is_left_behind(&bench.tenant, bench.moment.now);
    bench.wait(SignedDuration::from_hours(2));
    assert!(!left(&bench), "still the seller's account");
    bench.tenant.stripe_account = Some("acct_2".to_owned());
    assert!(left(&bench));
    bench.apply(id, &processing());
    assert!(!left(&bench), "a bank may still bring it");
    let mut bench = Bench::linked();
    let id = bench.started();
    bench.tenant.stripe_account = None;
    bench.wait(SignedDuration::from_mins(69));
    assert!(!bench.payment(id).is_left_behind(&bench.tenant, bench.moment.now), "not over yet");
}

#[test]
fn a_payment_keeps_what_its_repetition_must_send_again() {
    let mut bench = Bench::linked();
    bench.wait(SignedDuration::new(0, 987_654_321));
    let id = bench.started();
    let payment = bench.payment(id);
    assert_eq!(payment.amount, usd(BALANCE_MINOR));
    assert_eq!(payment.account, "acct_1");
    assert!(payment.ach);
    assert_eq!(payment.checkout_ends_at.to_string(), "2026-11-22T13:00:00Z");
}

#[test]
fn ach_is_offered_for_dollars_and_us_accounts_only() {
    for (country, code, offered) in
        [("US", "USD", true), ("US", "EUR", false), ("DE", "USD", false), ("", "USD", false)]
    {
        let mut bench = Bench::linked();
        bench.file.invoice.balance.currency = Currency::parse(code).unwrap();
        assert_eq!(bench.file.ach_offered(country), offered, "{country} {code}");
    }
}

#[test]
fn a_receipt_is_noted_once() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &paid());
    let receipt = |key: &str| Receipt {
        key: key.to_owned(),
        method: "Visa card ending 4242".to_owned(),
        paid_at: instant("2026-11-22T12:00:00Z"),
    };
    let first = receipt("receipts/1.pdf");
    let change = bench.file.receipt_made(payment, first.clone(), &mut bench.moment).unwrap();
    bench.commit(change.unwrap());
    assert_eq!(bench.payment(payment).receipt, Some(first));
    let again = bench.file.receipt_made(payment, receipt("receipts/2.pdf"), &mut bench.moment);
    assert_eq!(again, Ok(None));
    let stranger = bench.moment.fresh_id();
    let unknown = bench.file.receipt_made(stranger, receipt("r"), &mut bench.moment);
    assert_eq!(unknown, Err(Refusal::UnknownPayment));
}
