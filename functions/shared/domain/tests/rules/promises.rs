//! A promise, kept and not kept.
//! Must never read a clock: each test says when it is. The seller is in New York.
use domain::{CaseState, Refusal, Status};

use crate::bench::{Bench, failed, opened, processing, usd};

fn promised(amount: &str) -> Bench {
    Bench::linked().submitted(|bench| bench.promise(amount))
}

#[test]
fn the_link_comes_the_day_before_and_the_payment_keeps_the_promise() {
    let mut bench = promised("");
    let spent = bench.link();
    assert!(!bench.clock("2026-11-30T13:59:59Z"));
    assert!(bench.clock("2026-11-30T14:00:00Z"));
    assert_eq!(bench.count("PromiseDue"), 1);
    assert_ne!(bench.link(), spent);
    bench.pays_what_is_due();
    assert_eq!(bench.case().state, CaseState::Kept);
    assert_eq!(bench.status(), Status::Paid);
}

#[test]
fn a_promise_is_missed_when_its_day_is_over_and_the_reminders_come_back() {
    let mut bench = promised("");
    bench.clock("2026-11-30T14:00:00Z");
    assert!(!bench.clock("2026-12-02T04:59:59Z"), "the day is not over in New York");
    assert!(bench.clock("2026-12-02T05:00:00Z"));
    assert_eq!(bench.case().state, CaseState::Missed);
    assert_eq!(bench.status(), Status::Open);
    assert!(bench.file.cadence_step(&mut bench.moment).is_some());
    assert!(!bench.clock("2026-12-03T05:00:00Z"), "once");
    assert_eq!(bench.count("PromiseMissed"), 1);
    bench.pays_what_is_due();
    assert_eq!(bench.case().state, CaseState::Missed, "late money does not rewrite it");
}

#[test]
fn a_promise_over_a_part_leaves_the_rest_to_be_paid() {
    let mut bench = promised("500.00");
    bench.clock("2026-11-30T14:00:00Z");
    assert_eq!(bench.file.amount_due(), Ok(usd(50_000)));
    bench.pays_what_is_due();
    assert_eq!(bench.case().state, CaseState::Kept);
    assert_eq!(bench.status(), Status::Open);
    assert_eq!(bench.file.invoice.balance, usd(75_000));
    let next = bench.file.invoice.cadence.next_at().unwrap();
    assert_eq!(next.duration_since(bench.moment.now).as_hours(), 7 * 24, "not in the same hour");
    bench.moment.now = next;
    let step = bench.file.cadence_step(&mut bench.moment).unwrap();
    bench.commit(step);
    bench.pays_what_is_due();
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.file.billed(), usd(125_000));
}

#[test]
fn a_bank_payment_on_its_way_keeps_the_promise_open_until_it_is_known() {
    let mut bench = promised("");
    bench.clock("2026-11-30T14:00:00Z");
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    assert!(!bench.clock("2026-12-03T12:00:00Z"));
    bench.apply(payment, &failed());
    assert_eq!(bench.status(), Status::Promised);
    assert!(bench.clock("2026-12-03T12:05:00Z"));
    assert_eq!(bench.case().state, CaseState::Missed);
}

#[test]
fn a_promise_waits_for_no_decision() {
    let mut bench = promised("");
    let verdict = domain::review::PlanVerdict::Approve;
    let refused = bench.decide_plan(verdict, &crate::case_bench::controller());
    assert_eq!(refused, Err(Refusal::NotAtThatStage));
    let case = bench.case().id;
    let by = crate::case_bench::operator();
    let asked = bench.file.ask(case, "When?".to_owned(), &by, &mut bench.moment);
    assert_eq!(asked, Err(Refusal::NotAtThatStage));
}

#[test]
fn less_than_was_promised_does_not_keep_the_promise() {
    let mut bench = promised("500.00");
    let early = bench.planted(domain::PaymentState::Open);
    bench.retarget(early, usd(49_999));
    bench.apply(early, &crate::bench::paid_with(Some(usd(49_999))));
    assert_eq!(bench.file.invoice.balance, usd(75_001));
    assert_eq!((bench.status(), bench.case().state), (Status::Promised, CaseState::Active));
    assert_eq!(bench.count("CaseClosed"), 0);
    bench.clock("2026-11-30T14:00:00Z");
    bench.pays_what_is_due();
    assert_eq!(bench.case().state, CaseState::Kept);
}
