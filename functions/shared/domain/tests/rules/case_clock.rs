//! When the clock looks at a case again, and what it says then.
//! Must never look at what only people move.
use domain::{Fact, Status};

use crate::bench::Bench;

fn next(bench: &Bench) -> Option<String> {
    bench.file.case_looked_at_next(bench.case().id).map(|at| at.to_string())
}

#[test]
fn the_clock_looks_when_something_falls_due_and_never_at_what_waits_for_a_person() {
    for (status, at) in [
        (Status::PlanSubmitted, None),
        (Status::PlanActive, Some("2026-11-28T14:00:00Z")),
        (Status::Promised, Some("2026-11-30T14:00:00Z")),
        (Status::Disputed, Some("2026-11-24T05:00:00Z")),
        (Status::Closed, None),
    ] {
        assert_eq!(next(&Bench::in_case(status)).as_deref(), at, "{status:?}");
    }
    let bench = Bench::with_plan();
    assert_eq!(bench.file.case_looked_at_next(bench.file.invoice.id), None, "no such case");
}

#[test]
fn a_plan_is_looked_at_when_its_instalment_is_due_and_again_when_its_day_is_over() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    assert_eq!(next(&bench).as_deref(), Some("2026-12-02T05:00:00Z"));
    bench.clock("2026-12-02T05:00:00Z");
    assert_eq!(next(&bench).as_deref(), Some("2027-01-02T05:00:00Z"), "the next one's end");
}

#[test]
fn instalments_are_counted_from_one_whatever_becomes_of_them() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    bench.pays_what_is_due();
    bench.clock("2026-12-29T14:00:00Z");
    bench.clock("2027-01-02T05:00:00Z");
    let numbers: Vec<_> = bench
        .entries
        .iter()
        .filter_map(|entry| match entry.fact {
            Fact::InstalmentDue { number, .. }
            | Fact::InstalmentPaid { number, .. }
            | Fact::InstalmentMissed { number, .. } => Some((entry.fact.name(), number)),
            _ => None,
        })
        .collect();
    let expected = [
        ("InstalmentDue", 1),
        ("InstalmentPaid", 1),
        ("InstalmentDue", 2),
        ("InstalmentMissed", 2),
    ];
    assert_eq!(numbers, expected);
}

#[test]
fn a_missed_promise_is_kept_as_it_was_made() {
    let mut bench = Bench::in_case(Status::Promised);
    bench.clock("2026-11-30T14:00:00Z");
    let before = bench.case().matter.clone();
    bench.clock("2026-12-02T05:00:00Z");
    assert_eq!(bench.count("PromiseMissed"), 1);
    assert_eq!(bench.case().matter, before);
}

#[test]
fn reminders_begin_anew_when_an_instalment_is_missed_and_rest_when_one_falls_due() {
    let mut bench = Bench::with_plan();
    assert!(bench.clock("2026-11-28T14:00:00Z"), "the first falls due");
    assert_eq!(bench.file.invoice.cadence.next_at(), None, "nobody is reminded of a kept plan");
    assert!(bench.clock("2026-12-02T05:00:00Z"), "its day is over");
    let cadence = &bench.file.invoice.cadence;
    assert_eq!((cadence.next_step, cadence.next_at()), (0, Some(bench.moment.now)));
}
