//! Every event in every state of a payment and every status of its invoice, by name.
//! Must never leave a cell out: what a cell says is what the payer and the books get.
use domain::{Amount, PaymentEvent, PaymentState, Status};

use crate::bench::{
    BALANCE_MINOR, Bench, bank_refused, chargeback_closed, chargeback_opened, declined, failed,
    opened, paid, paid_with, processing, refunded, usd,
};

const STATES: [PaymentState; 7] = [
    PaymentState::Starting,
    PaymentState::Open,
    PaymentState::Expired,
    PaymentState::Processing,
    PaymentState::Failed,
    PaymentState::Mismatched,
    PaymentState::Paid,
];

/// The events with the fact they tell and their row of the table, a cell per state above: the
/// state afterwards, a dot where the event says nothing new, a star where it only is noted.
fn table() -> [(PaymentEvent, &'static str, &'static str); 12] {
    let ended = PaymentEvent::CheckoutExpired;
    let missing = PaymentEvent::CheckoutMissing;
    let short = paid_with(Some(usd(BALANCE_MINOR - 1)));
    [
        (opened(), "", "Open . . . . . ."),
        (ended, "CheckoutExpired", "Expired Expired . . . . ."),
        (missing, "CheckoutExpired", "Expired . . . . . ."),
        (processing(), "PaymentProcessing", "Processing Processing Processing . . . ."),
        (paid(), "PaymentSettled", "Paid Paid Paid Paid Paid . ."),
        (short, "PaymentMismatched", "Mismatched Mismatched Mismatched Mismatched Mismatched . ."),
        (failed(), "PaymentFailed", "Failed Failed Failed Failed . . ."),
        (declined("ch_1"), "PaymentDeclined", "* * * * * * *"),
        (bank_refused(), "PaymentDeclined", "* * * * * * *"),
        (refunded(1), "PaymentRefunded", "* * * * * * *"),
        (chargeback_opened(), "ChargebackOpened", "* * * * * * *"),
        (chargeback_closed(false), "ChargebackClosed", "* * * * * * *"),
    ]
}

/// An invoice in that status, brought there by a payment other than the one under test.
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
    let other = bench.started();
    bench.apply(other, &event);
    bench
}

const STATUSES: [Status; 9] = [
    Status::Open,
    Status::Processing,
    Status::UnderReview,
    Status::Paid,
    Status::PlanSubmitted,
    Status::PlanActive,
    Status::Promised,
    Status::Disputed,
    Status::Closed,
];

#[test]
fn every_event_in_every_state_and_status_gives_what_the_table_says() {
    for (event, fact, cells) in table() {
        for status in STATUSES {
            for (state, cell) in STATES.into_iter().zip(cells.split(' ')) {
                check_cell(&event, fact, status, (state, cell));
            }
        }
    }
}

fn check_cell(
    event: &PaymentEvent,
    fact: &str,
    status: Status,
    (state, cell): (PaymentState, &str),
) {
    let mut bench = bench_in(status);
    let id = bench.planted(state);
    let said = bench.entries.len();
    let news = bench.apply(id, event);
    let case = format!("{event:?} in {state:?}, invoice {status:?}");
    let now = bench.payment(id).state;
    match cell {
        "." => assert!(!news && now == state, "{case}: {now:?}"),
        "*" => assert!(news && now == state, "{case}: {now:?}"),
        expected => assert_eq!(format!("{now:?}"), expected, "{case}"),
    }
    // Money for an invoice with nothing left to pay is a second payment, whatever else it is.
    let nothing_left = matches!(status, Status::Paid | Status::Closed);
    let duplicate = nothing_left && fact == "PaymentSettled" && news;
    let fact = if duplicate { "PaymentDuplicated" } else { fact };
    assert_eq!(bench.payment(id).duplicate, duplicate, "{case}");
    let told: Vec<_> = bench.entries[said..].iter().map(|entry| entry.fact.name()).collect();
    let mut expected = if news && !fact.is_empty() { vec![fact] } else { vec![] };
    if fact == "PaymentSettled" && news {
        expected.extend(what_it_means_for_the_case(status));
    }
    assert_eq!(told, expected, "{case}");
    assert!(!bench.apply(id, event), "{case}: a repetition says nothing new");
}

/// All of the balance is paid, so an open case has come to its end.
fn what_it_means_for_the_case(status: Status) -> Vec<&'static str> {
    match status {
        Status::PlanActive => [vec!["InstalmentPaid"; 4], vec!["CaseClosed"]].concat(),
        Status::PlanSubmitted | Status::Promised | Status::Disputed => vec!["CaseClosed"],
        Status::Open | Status::Processing | Status::UnderReview | Status::Paid | Status::Closed => {
            Vec::new()
        }
    }
}

/// The invoice's status after an event of another open payment.
#[test]
fn the_status_moves_only_towards_the_money() {
    let nobody_asked_for: Option<Amount> = None;
    for (event, expected) in [
        (opened(), STATUSES),
        (PaymentEvent::CheckoutExpired, STATUSES),
        (PaymentEvent::CheckoutMissing, STATUSES),
        (processing(), moved(Status::Processing, &[Status::UnderReview])),
        (paid(), moved(Status::Paid, &[])),
        (paid_with(nobody_asked_for), moved(Status::UnderReview, &[])),
        (failed(), STATUSES),
        (declined("ch_1"), STATUSES),
        (bank_refused(), STATUSES),
        (refunded(1), STATUSES),
        (chargeback_opened(), STATUSES),
        (chargeback_closed(true), STATUSES),
    ] {
        for (before, after) in STATUSES.into_iter().zip(expected) {
            let mut bench = bench_in(before);
            let id = bench.planted(PaymentState::Open);
            bench.apply(id, &event);
            assert_eq!(bench.status(), after, "{event:?} while {before:?}");
        }
    }
}

/// Every status becomes `to`, except those where nothing is left to pay, and `kept`.
fn moved(to: Status, kept: &[Status]) -> [Status; 9] {
    STATUSES.map(|status| {
        let stays = matches!(status, Status::Paid | Status::Closed) || kept.contains(&status);
        if stays { status } else { to }
    })
}

#[test]
fn an_event_of_a_payment_that_is_not_ours_changes_nothing_and_may_come_again() {
    let mut bench = Bench::linked();
    for (event, _, _) in table() {
        let stranger = bench.moment.fresh_id();
        let answer = bench.file.apply(stranger, &event, &mut bench.moment);
        assert_eq!(answer, Err(domain::Refusal::UnknownPayment), "{event:?}");
    }
}
