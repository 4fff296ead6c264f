//! A queue's line of a case, and the date that counts while one is open.
//! Must never leave a case in the open half that nobody has to look after.
use domain::case::Matter;
use domain::queue::{Queue, QueueLine};
use domain::review::{DisputeVerdict, PlanVerdict};
use domain::{CaseKind, CaseState, Status};

use crate::bench::{BALANCE_MINOR, Bench, failed, opened, processing, usd};
use crate::case_bench::{date, operator};

fn line(bench: &Bench) -> QueueLine {
    QueueLine::of(&bench.file, bench.case(), bench.moment.now)
}

#[test]
fn a_line_is_open_until_its_case_is_over() {
    for (state, is_open) in [
        (CaseState::Submitted, true),
        (CaseState::Asked, true),
        (CaseState::Active, true),
        (CaseState::Declined, false),
        (CaseState::Accepted, false),
        (CaseState::PartlyAccepted, false),
        (CaseState::Rejected, false),
        (CaseState::Completed, false),
        (CaseState::Kept, false),
        (CaseState::Missed, false),
        (CaseState::Settled, false),
    ] {
        let line = QueueLine { state, ..line(&Bench::in_case(Status::Disputed)) };
        assert_eq!(line.is_open(), is_open, "{state:?}");
    }
}

#[test]
fn a_plans_line_says_what_is_due_next_and_whether_it_is_kept() {
    let mut bench = Bench::with_plan();
    let plan = line(&bench);
    assert_eq!((plan.kind, plan.kind.queue()), (CaseKind::Plan, Queue::Plans));
    assert_eq!((plan.amount, plan.state), (usd(BALANCE_MINOR), CaseState::Active));
    assert_eq!((plan.needs_approval, plan.adherence_percent), (Some(false), None));
    assert_eq!((plan.is_behind, plan.next_due), (false, Some(date("2026-12-01"))));
    assert_eq!((plan.reason, plan.sla, plan.late_at), (None, None, None));
    bench.clock("2026-12-02T05:00:00Z");
    let behind = line(&bench);
    assert_eq!((behind.is_behind, behind.adherence_percent), (true, Some(0)));
    let step = bench.file.cadence_step(&mut bench.moment).unwrap();
    bench.commit(step);
    bench.pays_what_is_due();
    let caught_up = line(&bench);
    assert_eq!((caught_up.is_behind, caught_up.next_due), (false, Some(date("2027-01-01"))));
}

#[test]
fn an_instalment_counts_for_a_plans_record_from_the_day_after_it_was_due() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    let percent = |bench: &Bench, today: &str| match &bench.case().matter {
        Matter::Plan(plan) => plan.adherence_percent(date(today)),
        other => panic!("not a plan: {other:?}"),
    };
    assert_eq!(percent(&bench, "2026-12-01"), None, "its day is not over");
    assert_eq!(percent(&bench, "2026-12-02"), Some(0));
    bench.pays_what_is_due();
    assert_eq!(percent(&bench, "2026-11-28"), Some(100), "paid counts at once");
    assert_eq!(percent(&bench, "2027-01-02"), Some(50));
    assert_eq!(percent(&bench, "2027-02-02"), Some(33), "whole percents, never rounded up");
}

#[test]
fn a_promises_line_says_its_day_and_a_disputes_its_reason_and_deadline() {
    let promise = line(&Bench::in_case(Status::Promised));
    assert_eq!((promise.kind, promise.kind.queue()), (CaseKind::Promise, Queue::Plans));
    assert_eq!((promise.next_due, promise.needs_approval), (Some(date("2026-12-01")), None));
    let bench = Bench::in_case(Status::Disputed);
    let dispute = line(&bench);
    assert_eq!((dispute.kind, dispute.kind.queue()), (CaseKind::Dispute, Queue::Disputes));
    assert_eq!((dispute.reason.as_deref(), dispute.next_due), (Some("duplicate"), None));
    assert_eq!(dispute.late_at, Some("2026-11-25T05:00:00Z".parse().unwrap()));
    assert_eq!((dispute.reference, dispute.is_behind), (bench.case().reference(), false));
}

#[test]
fn the_date_that_counts_is_an_agreed_one_and_otherwise_the_invoices() {
    let own = date("2026-11-30");
    let proposed = Bench::in_case(Status::PlanSubmitted);
    assert_eq!(proposed.file.due_date(), own, "a plan that nobody has agreed to");
    let mut planned = Bench::with_plan();
    assert_eq!(planned.file.due_date(), date("2026-12-01"));
    planned.clock("2026-11-28T14:00:00Z");
    planned.pays_what_is_due();
    assert_eq!(planned.file.due_date(), date("2027-01-01"), "the next one");
    assert_eq!(Bench::in_case(Status::Promised).file.due_date(), date("2026-12-01"));
    assert_eq!(Bench::in_case(Status::Disputed).file.due_date(), own);
    let mut declined = proposed;
    declined.decide_plan(PlanVerdict::Decline, &operator()).unwrap();
    assert_eq!(declined.file.due_date(), own);
}

#[test]
fn a_bank_payment_that_fails_brings_the_reminders_of_a_plan_in_arrears_back() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-12-02T05:00:00Z");
    let step = bench.file.cadence_step(&mut bench.moment).unwrap();
    bench.commit(step);
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    assert_eq!(bench.file.invoice.cadence.next_at(), None, "nobody is dunned who is paying");
    bench.apply(payment, &failed());
    assert_eq!(bench.status(), Status::PlanActive);
    assert!(bench.file.invoice.cadence.next_at().is_some());
}

#[test]
fn a_decision_is_kept_with_who_made_it_when_and_what_was_credited() {
    let mut bench = Bench::in_case(Status::Disputed);
    bench.decide_dispute(DisputeVerdict::PartlyAccept(usd(25_000))).unwrap();
    let decision = bench.case().decision.as_ref().unwrap();
    assert_eq!((decision.by.as_str(), decision.at), ("operator-1", bench.moment.now));
    assert_eq!((decision.note.as_str(), decision.credited), ("We have looked.", Some(usd(25_000))));
}
