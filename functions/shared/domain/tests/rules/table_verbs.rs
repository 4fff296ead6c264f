//! Every status and every verb of a link, answered by name.
//! Must never leave a pair out: a new status or verb is a new cell to fill in.
use domain::{Change, PaymentState, Start, Status};
use jiff::SignedDuration;

use crate::bench::{Bench, opened, paid, paid_with, processing, usd};

/// The invoice in that status, reached as it is in life.
fn bench_in(status: Status) -> Bench {
    let mut bench = Bench::linked();
    let event = match status {
        Status::Open => return bench,
        Status::Processing => processing(),
        Status::UnderReview => paid_with(Some(usd(1))),
        Status::Paid => paid(),
        Status::PlanSubmitted
        | Status::PlanActive
        | Status::Promised
        | Status::Disputed
        | Status::Closed => return Bench::in_case(status),
    };
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &event);
    assert_eq!(bench.status(), status);
    bench
}

fn said(change: &Change) -> String {
    let names: Vec<_> = change.entries.iter().map(|entry| entry.fact.name()).collect();
    names.join(" ")
}

fn start(bench: &mut Bench) -> String {
    match bench.file.start_payment(bench.link(), &bench.tenant, &mut bench.moment) {
        Ok(Start::New(_, change)) => said(&change),
        Ok(Start::Resume(_)) => "Resume".to_owned(),
        Ok(Start::End(_)) => "End".to_owned(),
        Err(refusal) => format!("{refusal:?}"),
    }
}

fn regenerate(bench: &mut Bench) -> String {
    said(&bench.file.regenerate(domain::Actor::Portal, true, &mut bench.moment))
}

fn request_link(bench: &mut Bench) -> String {
    bench
        .file
        .request_link(&mut bench.moment)
        .map_or_else(|refusal| format!("{refusal:?}"), |change| said(&change))
}

fn cadence_step(bench: &mut Bench) -> String {
    bench.wait(SignedDuration::from_hours(7 * 24));
    bench
        .file
        .cadence_step(&mut bench.moment)
        .map_or_else(|| "nothing".to_owned(), |change| said(&change))
}

fn readable(bench: &mut Bench) -> String {
    bench
        .file
        .readable_link(bench.link(), bench.moment.now)
        .map_or_else(|refusal| format!("{refusal:?}"), |link| format!("{:?}", link.state))
}

fn check(verb: fn(&mut Bench) -> String, expected: [(Status, &str); 9]) {
    for (status, answer) in expected {
        assert_eq!(verb(&mut bench_in(status)), answer, "{status:?}");
    }
}

#[test]
fn a_payment_starts_only_on_an_open_invoice_with_a_link_that_is_not_spent() {
    check(
        start,
        [
            (Status::Open, "PaymentStarted"),
            (Status::Processing, "Processing"),
            (Status::UnderReview, "UnderReview"),
            (Status::Paid, "AlreadyPaid"),
            (Status::PlanSubmitted, "LinkSpent"),
            (Status::PlanActive, "LinkSpent"),
            (Status::Promised, "LinkSpent"),
            (Status::Disputed, "LinkSpent"),
            (Status::Closed, "NothingDue"),
        ],
    );
}

#[test]
fn regenerating_always_gives_a_new_link() {
    check(
        regenerate,
        [
            (Status::Open, "LinkRegenerated LinkMailDue"),
            (Status::Processing, "LinkRegenerated LinkMailDue"),
            (Status::UnderReview, "LinkRegenerated LinkMailDue"),
            (Status::Paid, "LinkRegenerated LinkMailDue"),
            (Status::PlanSubmitted, "LinkRegenerated LinkMailDue"),
            (Status::PlanActive, "LinkRegenerated LinkMailDue"),
            (Status::Promised, "LinkRegenerated LinkMailDue"),
            (Status::Disputed, "LinkRegenerated LinkMailDue"),
            (Status::Closed, "LinkRegenerated LinkMailDue"),
        ],
    );
}

#[test]
fn the_holder_of_a_dead_link_always_gets_the_current_one_mailed() {
    check(
        request_link,
        [
            (Status::Open, "LinkMailDue"),
            (Status::Processing, "LinkMailDue"),
            (Status::UnderReview, "LinkMailDue"),
            (Status::Paid, "LinkMailDue"),
            (Status::PlanSubmitted, "LinkRegenerated LinkMailDue"),
            (Status::PlanActive, "LinkRegenerated LinkMailDue"),
            (Status::Promised, "LinkRegenerated LinkMailDue"),
            (Status::Disputed, "LinkRegenerated LinkMailDue"),
            (Status::Closed, "LinkMailDue"),
        ],
    );
}

#[test]
fn only_an_open_invoice_is_dunned() {
    check(
        cadence_step,
        [
            (Status::Open, "CadenceStepDue"),
            (Status::Processing, "nothing"),
            (Status::UnderReview, "nothing"),
            (Status::Paid, "nothing"),
            (Status::PlanSubmitted, "nothing"),
            (Status::PlanActive, "nothing"),
            (Status::Promised, "nothing"),
            (Status::Disputed, "nothing"),
            (Status::Closed, "nothing"),
        ],
    );
}

#[test]
fn the_link_stays_readable_whatever_became_of_the_invoice() {
    check(
        readable,
        [
            (Status::Open, "Live"),
            (Status::Processing, "Live"),
            (Status::UnderReview, "Live"),
            (Status::Paid, "Spent"),
            (Status::PlanSubmitted, "Spent"),
            (Status::PlanActive, "Spent"),
            (Status::Promised, "Spent"),
            (Status::Disputed, "Spent"),
            (Status::Closed, "Spent"),
        ],
    );
}

/// What pressing "Pay now" gives while a payment in that state is on file.
#[test]
fn a_payment_that_can_become_money_is_resumed_and_no_other_is_started() {
    for (state, answer) in [
        (PaymentState::Starting, "Resume"),
        (PaymentState::Open, "Resume"),
        (PaymentState::Expired, "PaymentStarted"),
        (PaymentState::Failed, "PaymentStarted"),
    ] {
        let mut bench = Bench::linked();
        let payment = bench.started();
        match state {
            PaymentState::Starting => {}
            PaymentState::Open => assert!(bench.apply(payment, &opened())),
            PaymentState::Expired => {
                assert!(bench.apply(payment, &domain::PaymentEvent::CheckoutExpired));
            }
            PaymentState::Failed => assert!(bench.apply(payment, &crate::bench::failed())),
            PaymentState::Processing | PaymentState::Mismatched | PaymentState::Paid => {
                panic!("the invoice itself refuses; see the status table")
            }
        }
        assert_eq!(start(&mut bench), answer, "{state:?}");
    }
}
