//! What people quote and read: numbers of cases and receipts, facts by name, masked addresses.
//! Must never let two things be called the same.
use domain::fact::{LetterKind, mask};
use domain::{Actor, Entry, Fact, Status};
use ulid::Ulid;

use crate::bench::{Bench, paid, usd};

#[test]
fn a_cases_number_says_its_kind_and_the_end_of_its_id() {
    for (status, kind) in
        [(Status::PlanSubmitted, "PL"), (Status::Promised, "PR"), (Status::Disputed, "DI")]
    {
        let bench = Bench::in_case(status);
        let id = bench.case().id.to_string();
        assert_eq!(bench.case().reference(), format!("{kind}-{}", &id[16..]));
    }
}

#[test]
fn a_receipts_number_is_the_end_of_its_payments_id() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &paid());
    let number = bench.payment(payment).receipt_number();
    assert_eq!(number, format!("R-{}", &payment.to_string()[16..]));
}

#[test]
fn a_fact_about_a_case_names_it_and_no_other_fact_does() {
    for status in [Status::PlanActive, Status::Promised, Status::Closed] {
        let bench = Bench::in_case(status);
        let about: Vec<_> =
            bench.entries.iter().filter(|entry| entry.fact.case().is_some()).collect();
        assert!(about.iter().all(|entry| entry.fact.case() == Some(bench.case().id)));
        let told = about.first().map(|entry| entry.fact.name());
        let expected = match status {
            Status::PlanActive => "PlanSubmitted",
            Status::Promised => "PromiseMade",
            _ => "DisputeSubmitted",
        };
        assert_eq!(told, Some(expected));
        let first = &bench.entries.first().unwrap().fact;
        assert_eq!((first.name(), first.case()), ("InvoiceImported", None));
    }
}

#[test]
fn the_alarm_goes_off_for_what_somebody_has_to_act_on_and_for_nothing_else() {
    let (payment, amount, to) = (Ulid(1), usd(1), mask("ada@acme.example"));
    let code = "insufficient_funds".to_owned();
    let (expected, received, total) = (amount, None, amount);
    for (fact, alarms) in [
        (Fact::MailFailed { letter: LetterKind::Cadence, to: to.clone() }, true),
        (Fact::PaymentMismatched { payment, expected, received, stripe_payment: None }, true),
        (Fact::PaymentDuplicated { payment, amount, stripe_payment: None }, true),
        (Fact::ChargebackOpened { payment, dispute: "dp_1".to_owned() }, true),
        (Fact::ChargebackClosed { payment, dispute: "dp_1".to_owned(), won: false }, true),
        (Fact::ChargebackClosed { payment, dispute: "dp_1".to_owned(), won: true }, false),
        (Fact::MailSent { letter: LetterKind::Cadence, to }, false),
        (Fact::PaymentSettled { payment, amount, stripe_payment: None }, false),
        (Fact::PaymentFailed { payment, code }, false),
        (Fact::PaymentRefunded { payment, total, stripe_payment: None }, false),
    ] {
        assert_eq!(fact.needs_operator(), alarms, "{fact:?}");
    }
}

#[test]
fn an_entry_is_stamped_with_its_invoice_and_the_moment() {
    let mut bench = Bench::linked();
    let (invoice, fact) = (&bench.file.invoice, Fact::PaymentProcessing { payment: Ulid(1) });
    let entry = Entry::new(invoice, &mut bench.moment, Actor::Stripe, fact.clone());
    assert_eq!((entry.invoice, entry.tenant), (invoice.id, "northwind".to_owned()));
    assert_eq!((entry.at, entry.fact), (bench.moment.now, fact));
}

#[test]
fn a_masked_address_keeps_its_first_letter_and_its_host() {
    for (address, shown) in [
        ("ada@acme.example", "a•••@acme.example"),
        ("a@b.example", "a•••@b.example"),
        ("élan@acme.example", "é•••@acme.example"),
        ("\"a@b\"@c.example", "\"•••@c.example"),
        ("nobody", "n•••@"),
        ("", "•••@"),
    ] {
        assert_eq!(mask(address), shown);
    }
}
