//! The cadence: each step once, when due, with a link that works.
//! Must never dun who has paid or is paying.
use domain::cadence::CadenceState;
use domain::{Fact, PaymentEvent};
use jiff::{SignedDuration, Timestamp};

use crate::bench::{Bench, failed, paid, processing};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// The steps that are due at that time since the import, and the bench after them.
fn steps_at(bench: &mut Bench, since_import: SignedDuration) -> Vec<u8> {
    bench.moment.now = bench.file.invoice.imported_at.saturating_add(since_import).unwrap();
    let mut steps = Vec::new();
    while let Some(change) = bench.file.cadence_step(&mut bench.moment) {
        assert!(steps.len() < 3, "there are three steps: {steps:?}");
        for entry in &change.entries {
            if let Fact::CadenceStepDue { step, link } = entry.fact {
                steps.push(step);
                assert_eq!(Some(link), change.invoice.link, "the mail carries the current link");
            }
        }
        bench.commit(change);
        let link = bench.file.link(bench.link()).unwrap();
        assert!(link.is_live(bench.moment.now), "the link in the mail works");
    }
    steps
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[test]
fn steps_are_due_at_import_after_seven_and_after_fourteen_days_to_the_second() {
    let mut bench = Bench::imported();
    assert_eq!(steps_at(&mut bench, SignedDuration::ZERO), [0]);
    assert_eq!(steps_at(&mut bench, days(7) - SECOND), []);
    assert_eq!(steps_at(&mut bench, days(7)), [1]);
    assert_eq!(steps_at(&mut bench, days(14) - SECOND), []);
    assert_eq!(steps_at(&mut bench, days(14)), [2]);
    assert_eq!(bench.file.invoice.cadence.state, CadenceState::Closed);
    assert_eq!(steps_at(&mut bench, days(400)), []);
}

#[test]
fn the_first_mail_makes_the_first_link() {
    let mut bench = Bench::imported();
    assert_eq!(bench.file.invoice.link, None);
    steps_at(&mut bench, SignedDuration::ZERO);
    assert_eq!(bench.file.links.len(), 1);
    let names: Vec<_> = bench.entries.iter().map(|entry| entry.fact.name()).collect();
    assert_eq!(names, ["InvoiceImported", "LinkIssued", "CadenceStepDue"]);
}

#[test]
fn a_later_mail_carries_the_same_link_while_it_lives() {
    let mut bench = Bench::linked();
    let link = bench.link();
    steps_at(&mut bench, days(7));
    assert_eq!(bench.link(), link);
}

#[test]
fn a_later_mail_carries_a_new_link_if_the_old_one_died() {
    let mut bench = Bench::linked();
    let link = bench.link();
    steps_at(&mut bench, days(7));
    steps_at(&mut bench, days(14));
    assert_ne!(bench.link(), link);
}

#[test]
fn a_sweep_that_was_away_for_weeks_sends_the_latest_step_and_no_heap_of_mails() {
    let mut bench = Bench::imported();
    assert_eq!(steps_at(&mut bench, days(60)), [2]);
    let mut bench = Bench::linked();
    assert_eq!(steps_at(&mut bench, days(13)), [1]);
    assert_eq!(steps_at(&mut bench, days(14)), [2]);
}

#[test]
fn no_mail_goes_out_while_a_bank_payment_is_on_its_way() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &processing());
    assert_eq!(steps_at(&mut bench, days(7)), []);
    assert_eq!(bench.file.invoice.cadence.next_at(), None::<Timestamp>);
    bench.apply(payment, &failed());
    assert_eq!(steps_at(&mut bench, days(8)), [1]);
}

#[test]
fn no_mail_goes_out_once_paid() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &paid());
    assert_eq!(steps_at(&mut bench, days(30)), []);
}

#[test]
fn an_abandoned_checkout_does_not_stop_the_mails() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &PaymentEvent::CheckoutExpired);
    assert_eq!(steps_at(&mut bench, days(7)), [1]);
}
