//! A plan, from its approval to its last instalment, kept and not kept.
//! Must never read a clock: each test says when it is. The seller is in New York.
use domain::case::Matter;
use domain::form::PlanForm;
use domain::review::PlanVerdict;
use domain::schedule::Instalment;
use domain::submit::Proposal;
use domain::{Amount, Case, CaseState, LinkState, Refusal, Status};
use proptest::prelude::*;

use crate::bench::{BALANCE_MINOR, Bench, failed, opened, processing, usd};
use crate::case_bench::{controller, date, operator};

fn plan(case: &Case) -> &domain::case::Plan {
    match &case.matter {
        Matter::Plan(plan) => plan,
        other => panic!("not a plan: {other:?}"),
    }
}

#[test]
fn a_plan_is_paid_instalment_by_instalment_each_through_its_own_link() {
    let mut bench = Bench::with_plan();
    assert_eq!(bench.status(), Status::PlanActive);
    let mut links = vec![bench.link()];
    for (number, notice) in [
        "2026-11-28T14:00:00Z",
        "2026-12-29T14:00:00Z",
        "2027-01-29T14:00:00Z",
        "2027-02-26T14:00:00Z",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(bench.clock(notice), "instalment {} falls due at nine", number + 1);
        assert_eq!(bench.count("InstalmentDue"), number + 1);
        assert!(!bench.clock(notice), "once");
        assert!(!links.contains(&bench.link()), "a link of its own");
        links.push(bench.link());
        assert_eq!(bench.file.amount_due(), Ok(usd(31_250)));
        bench.pays_what_is_due();
        assert_eq!(bench.count("InstalmentPaid"), number + 1);
        assert_eq!(bench.file.link(bench.link()).unwrap().state, LinkState::Spent);
        assert_eq!(bench.file.billed(), usd(BALANCE_MINOR));
    }
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.case().state, CaseState::Completed);
    assert_eq!(plan(bench.case()).adherence_percent(date("2027-03-02")), Some(100));
    assert_eq!(bench.count("CadenceStepDue"), 1, "nobody was reminded");
}

#[test]
fn the_link_of_an_instalment_comes_three_days_before_at_nine_of_the_sellers_clock() {
    let mut bench = Bench::with_plan();
    assert!(!bench.clock("2026-11-28T13:59:59Z"));
    assert!(bench.clock("2026-11-28T14:00:00Z"));
}

#[test]
fn a_missed_instalment_brings_reminders_back_and_its_payment_ends_them() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    assert!(!bench.clock("2026-12-02T04:59:59Z"), "the day is not over in New York");
    assert!(bench.clock("2026-12-02T05:00:00Z"));
    assert_eq!(bench.count("InstalmentMissed"), 1);
    assert_eq!(bench.status(), Status::PlanActive);
    assert!(plan(bench.case()).is_behind());
    assert_eq!(plan(bench.case()).adherence_percent(date("2026-12-02")), Some(0));
    let step = bench.file.cadence_step(&mut bench.moment).unwrap();
    bench.commit(step);
    assert_eq!(bench.count("CadenceStepDue"), 2);
    bench.pays_what_is_due();
    assert_eq!(bench.file.invoice.cadence.next_at(), None, "the plan is back on its way");
    assert_eq!(bench.status(), Status::PlanActive);
    // The next one falls due as agreed.
    assert!(bench.clock("2026-12-29T14:00:00Z"));
    bench.pays_what_is_due();
    assert_eq!(plan(bench.case()).adherence_percent(date("2027-01-02")), Some(50));
}

#[test]
fn an_instalment_a_bank_is_moving_is_not_missed_unless_it_fails() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    assert_eq!(bench.status(), Status::Processing);
    assert!(!bench.clock("2026-12-03T12:00:00Z"));
    assert_eq!(bench.count("InstalmentMissed"), 0);
    bench.apply(payment, &failed());
    assert_eq!(bench.status(), Status::PlanActive);
    assert!(bench.clock("2026-12-03T12:05:00Z"));
    assert_eq!(bench.count("InstalmentMissed"), 1);
}

#[test]
fn after_several_missed_instalments_each_payment_brings_the_link_of_the_next() {
    let mut bench = Bench::with_plan();
    bench.clock("2027-03-15T12:00:00Z");
    assert_eq!(bench.count("InstalmentMissed"), 4);
    for left in (0..4).rev() {
        let step = bench.file.cadence_step(&mut bench.moment).expect("a reminder with a link");
        bench.commit(step);
        bench.pays_what_is_due();
        assert_eq!(bench.file.invoice.balance, usd(31_250 * left));
    }
    assert_eq!(bench.status(), Status::Paid);
}

#[test]
fn nothing_is_missed_nor_reminded_of_while_a_person_looks_at_what_came() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &crate::bench::paid_with(Some(usd(1))));
    assert_eq!(bench.status(), Status::UnderReview);
    assert!(!bench.clock("2026-12-03T12:00:00Z"));
    assert_eq!(bench.file.invoice.cadence.next_at(), None);
}

#[test]
fn a_plan_over_the_limit_needs_the_controller_and_may_be_declined_by_anyone() {
    let over = || {
        let mut bench = Bench::linked();
        bench.tenant.policy.approval_limit = 1_000;
        bench.submitted(Bench::plan)
    };
    let mut bench = over();
    assert!(plan(bench.case()).needs_approval);
    let refused = bench.decide_plan(PlanVerdict::Approve, &operator());
    assert_eq!(refused, Err(Refusal::NeedsController));
    assert_eq!(bench.status(), Status::PlanSubmitted);
    assert_eq!(bench.decide_plan(PlanVerdict::Approve, &controller()), Ok(()));
    assert_eq!(over().decide_plan(PlanVerdict::Decline, &operator()), Ok(()));
}

#[test]
fn the_limit_itself_needs_no_controller() {
    let mut bench = Bench::linked();
    bench.tenant.policy.approval_limit = 1_250;
    let bench = bench.submitted(Bench::plan);
    assert!(!plan(bench.case()).needs_approval);
}

#[test]
fn a_declined_plan_opens_the_invoice_again_with_a_new_link() {
    let mut bench = Bench::linked().submitted(Bench::plan);
    let old = bench.link();
    bench.decide_plan(PlanVerdict::Decline, &operator()).unwrap();
    assert_eq!(bench.status(), Status::Open);
    assert_ne!(bench.link(), old);
    assert!(bench.file.link(bench.link()).unwrap().is_live(bench.moment.now));
    assert_eq!(bench.file.invoice.case, None);
    // The letter brings the link; the next reminder is a week later.
    let next = bench.file.invoice.cadence.next_at().unwrap();
    assert_eq!(next.duration_since(bench.moment.now).as_hours(), 7 * 24);
    bench.pays_what_is_due();
    assert_eq!(bench.status(), Status::Paid);
}

#[test]
fn a_plan_agreed_late_does_not_begin_with_arrears() {
    let mut bench = Bench::linked().submitted(Bench::plan);
    bench.moment.now = "2026-12-20T15:00:00Z".parse().unwrap();
    bench.decide_plan(PlanVerdict::Approve, &operator()).unwrap();
    let dues: Vec<String> =
        plan(bench.case()).instalments.iter().map(|one| one.due.to_string()).collect();
    assert_eq!(dues, ["2026-12-23", "2027-01-01", "2027-02-01", "2027-03-01"]);
}

#[test]
fn money_for_the_whole_invoice_completes_the_plan() {
    let mut bench = Bench::linked();
    let early = bench.started();
    bench.apply(early, &opened());
    let mut bench = bench.submitted(Bench::plan);
    bench.decide_plan(PlanVerdict::Approve, &operator()).unwrap();
    bench.apply(early, &crate::bench::paid());
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.case().state, CaseState::Completed);
    assert_eq!(bench.count("InstalmentPaid"), 4);
}

#[test]
fn money_before_a_plan_is_decided_settles_it_and_completes_nothing() {
    let mut bench = Bench::linked();
    let early = bench.started();
    let mut bench = bench.submitted(Bench::plan);
    bench.apply(early, &crate::bench::paid());
    assert_eq!((bench.status(), bench.case().state), (Status::Paid, CaseState::Settled));
    assert_eq!((bench.count("InstalmentPaid"), bench.count("CaseClosed")), (0, 1));
}

#[test]
fn money_beyond_what_is_left_is_looked_at_by_a_person() {
    let mut bench = Bench::with_plan();
    bench.clock("2026-11-28T14:00:00Z");
    bench.pays_what_is_due();
    let old = bench.planted(domain::PaymentState::Open);
    bench.apply(old, &crate::bench::paid());
    assert_eq!(bench.status(), Status::UnderReview);
    assert_eq!(bench.count("PaymentMismatched"), 1);
}

proptest! {
    /// However a plan is cut, its payments add up to the balance, and the last one ends it.
    #[test]
    fn any_plan_paid_in_full_pays_the_invoice(cuts in prop::collection::btree_set(1i64..BALANCE_MINOR, 1..11)) {
        let mut bench = Bench::linked();
        let mut from = 0;
        let mut instalments = Vec::new();
        for (cut, week) in cuts.iter().copied().chain([BALANCE_MINOR]).zip(0i64..) {
            let due = date("2026-12-01").checked_add(jiff::Span::new().weeks(week)).unwrap();
            instalments.push(Instalment { due, amount: usd(cut - from) });
            from = cut;
        }
        let Proposal::Plan(form) = bench.plan() else { unreachable!() };
        let form = PlanForm { instalments: instalments.clone(), ..form };
        let link = bench.link();
        prop_assert_eq!(bench.send_through(link, Proposal::Plan(form)), Ok(true));
        bench.decide_plan(PlanVerdict::Approve, &operator()).unwrap();
        let mut paid = 0;
        for one in &instalments {
            let notice = one.due.at(3, 0, 0, 0).in_tz("America/New_York").unwrap().timestamp();
            prop_assert!(bench.clock(&notice.to_string()));
            // Stripe's minimum is the form's business; here any amount is paid.
            let due = bench.file.amount_due().unwrap();
            prop_assert_eq!(due, one.amount);
            let payment = bench.planted(domain::PaymentState::Open);
            bench.retarget(payment, due);
            bench.apply(payment, &crate::bench::paid_with(Some(due)));
            paid += due.minor;
            prop_assert_eq!(bench.file.invoice.balance, Amount { minor: BALANCE_MINOR - paid, ..due });
        }
        prop_assert_eq!(bench.status(), Status::Paid);
        prop_assert_eq!(bench.case().state, CaseState::Completed);
    }
}
