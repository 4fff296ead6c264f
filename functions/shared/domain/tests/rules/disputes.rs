//! A dispute: what of the balance it holds, its deadline, and every way it is decided.
//! Must never read a clock: each test says when it is. The seller is in New York.
use domain::case::{Matter, SlaState};
use domain::review::DisputeVerdict;
use domain::{CaseState, LinkState, Refusal, Status};

use crate::bench::{Bench, opened, processing, usd};
use crate::case_bench::operator;

fn disputed(amount: &str) -> Bench {
    Bench::linked().submitted(|bench| bench.dispute(amount))
}

fn sla(bench: &Bench) -> SlaState {
    match &bench.case().matter {
        Matter::Dispute(dispute) => dispute.sla,
        other => panic!("not a dispute: {other:?}"),
    }
}

#[test]
fn nothing_is_to_be_paid_while_all_is_disputed() {
    let mut bench = disputed("");
    assert_eq!(bench.file.amount_due(), Err(Refusal::WaitingForDecision));
    let fresh = bench.regenerate();
    assert_eq!(bench.start(fresh), Err(Refusal::WaitingForDecision));
}

#[test]
fn what_is_not_disputed_is_paid_through_a_link_of_its_own() {
    let mut bench = Bench::linked();
    let first = bench.link();
    let dispute = bench.dispute("450.00");
    assert_eq!(bench.send_through(first, dispute), Ok(true));
    assert_ne!(bench.link(), first);
    assert_eq!(bench.file.link(first).unwrap().state, LinkState::Spent, "read-only, not gone");
    assert!(bench.file.readable_link(first, bench.moment.now).is_ok());
    assert_eq!(bench.start(first), Err(Refusal::LinkSpent));
    assert_eq!(bench.file.amount_due(), Ok(usd(80_000)));
    bench.pays_what_is_due();
    assert_eq!(bench.status(), Status::Disputed);
    assert_eq!(bench.file.invoice.balance, usd(45_000));
    assert_eq!(bench.file.amount_due(), Err(Refusal::WaitingForDecision));
}

#[test]
fn every_decision_leaves_the_invoice_as_the_table_says() {
    let part = DisputeVerdict::PartlyAccept(usd(20_000));
    for (disputed_text, rest_paid, verdict, state, left_minor, status) in [
        ("", false, DisputeVerdict::Accept, CaseState::Accepted, 0, Status::Closed),
        ("", false, part, CaseState::PartlyAccepted, 105_000, Status::Open),
        ("", false, DisputeVerdict::Reject, CaseState::Rejected, 125_000, Status::Open),
        ("450.00", false, DisputeVerdict::Accept, CaseState::Accepted, 80_000, Status::Open),
        ("450.00", true, DisputeVerdict::Accept, CaseState::Accepted, 0, Status::Paid),
        ("450.00", true, part, CaseState::PartlyAccepted, 25_000, Status::Open),
        ("450.00", true, DisputeVerdict::Reject, CaseState::Rejected, 45_000, Status::Open),
    ] {
        let mut bench = disputed(disputed_text);
        if rest_paid {
            bench.pays_what_is_due();
        }
        let before = bench.link();
        bench.decide_dispute(verdict).unwrap();
        let told = format!("{disputed_text:?} {rest_paid} {verdict:?}");
        assert_eq!(bench.case().state, state, "{told}");
        assert_eq!(bench.file.invoice.balance, usd(left_minor), "{told}");
        assert_eq!(bench.status(), status, "{told}");
        assert_eq!(bench.file.billed(), usd(125_000), "{told}");
        if status == Status::Open {
            assert_ne!(bench.link(), before, "{told}: a new link");
            assert!(bench.file.link(bench.link()).unwrap().is_live(bench.moment.now));
            bench.pays_what_is_due();
            assert_eq!(bench.status(), Status::Paid, "{told}");
        } else {
            assert_eq!(bench.file.invoice.cadence.next_at(), None, "{told}");
        }
    }
}

#[test]
fn a_part_is_less_than_what_is_disputed_and_more_than_nothing() {
    for minor in [i64::MIN, -1, 0, 45_000, 45_001, i64::MAX] {
        let mut bench = disputed("450.00");
        let refused = bench.decide_dispute(DisputeVerdict::PartlyAccept(usd(minor)));
        assert_eq!(refused, Err(Refusal::AmountOutOfRange), "{minor}");
    }
}

#[test]
fn the_deadline_is_two_business_days_and_the_schedule_moves_its_state() {
    // The bench begins on Sunday 22 November 2026; Thursday 26 is Thanksgiving there, which
    // does not matter: Monday and Tuesday are the two days.
    let mut bench = disputed("");
    assert_eq!(sla(&bench), SlaState::Open);
    assert!(!bench.clock("2026-11-24T04:59:59Z"));
    assert!(bench.clock("2026-11-24T05:00:00Z"));
    assert_eq!(sla(&bench), SlaState::AtRisk);
    assert!(bench.clock("2026-11-25T05:00:00Z"));
    assert_eq!(sla(&bench), SlaState::Late);
    assert!(!bench.clock("2026-12-25T05:00:00Z"), "late is late");
    assert_eq!(bench.count("SlaMoved"), 2);
}

#[test]
fn the_deadline_rests_while_the_payer_is_asked_and_begins_anew_with_the_answer() {
    let mut bench = disputed("");
    let case = bench.case().id;
    let text = "Which one?".to_owned();
    let change = bench.file.ask(case, text, &operator(), &mut bench.moment).unwrap();
    bench.commit(change);
    assert!(!bench.clock("2026-11-27T12:00:00Z"));
    let form = bench.moment.fresh_id();
    let text = "That one.".to_owned();
    let reply = domain::submit::Reply { form, text, documents: Vec::new() };
    let (link, tenant) = (bench.link(), bench.tenant.clone());
    let change = bench.file.answer(link, &reply, &tenant, &mut bench.moment).unwrap();
    bench.commit(change.unwrap());
    assert!(!bench.clock("2026-12-01T04:59:59Z"));
    assert!(bench.clock("2026-12-01T05:00:00Z"));
    assert_eq!(sla(&bench), SlaState::AtRisk);
}

#[test]
fn a_decision_while_a_bank_moves_the_rest_waits_for_that_money() {
    let mut bench = disputed("450.00");
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    bench.decide_dispute(DisputeVerdict::Reject).unwrap();
    assert_eq!(bench.status(), Status::Processing);
    bench.apply(payment, &crate::bench::paid_with(Some(usd(80_000))));
    assert_eq!(bench.status(), Status::Open);
    assert_eq!(bench.file.invoice.balance, usd(45_000));
}

#[test]
fn money_never_eats_into_what_is_disputed_unless_it_is_all_of_it() {
    for (minor, expected) in
        [(80_000, Status::Disputed), (80_001, Status::UnderReview), (125_000, Status::Paid)]
    {
        let mut bench = Bench::linked();
        let early = bench.planted(domain::PaymentState::Open);
        bench.retarget(early, usd(minor));
        let mut bench = bench.submitted(|bench| bench.dispute("450.00"));
        bench.apply(early, &crate::bench::paid_with(Some(usd(minor))));
        assert_eq!(bench.status(), expected, "{minor}");
    }
}

#[test]
fn a_decision_while_a_bank_moves_the_rest_never_leaves_an_invoice_that_nobody_asks_for() {
    let mut bench = Bench::linked();
    for _ in 0..2 {
        bench.wait(jiff::SignedDuration::from_hours(7 * 24));
        let step = bench.file.cadence_step(&mut bench.moment).unwrap();
        bench.commit(step);
    }
    assert_eq!(bench.file.invoice.cadence.next_at(), None, "all reminders are out");
    let mut bench = bench.submitted(|bench| bench.dispute("450.00"));
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    bench.decide_dispute(DisputeVerdict::Reject).unwrap();
    bench.apply(payment, &crate::bench::paid_with(Some(usd(80_000))));
    assert_eq!(bench.status(), Status::Open);
    let step = bench.file.cadence_step(&mut bench.moment).expect("the rest is asked for at once");
    bench.commit(step);
    assert_eq!(bench.file.amount_due(), Ok(usd(45_000)));
    bench.pays_what_is_due();
    assert_eq!(bench.status(), Status::Paid);
}

#[test]
fn a_question_is_answered_also_while_a_bank_moves_the_rest() {
    let mut bench = disputed("450.00");
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    let (case, text) = (bench.case().id, "Which one?".to_owned());
    let change = bench.file.ask(case, text, &operator(), &mut bench.moment).unwrap();
    bench.commit(change);
    let form = bench.moment.fresh_id();
    let reply = domain::submit::Reply { form, text: "That.".to_owned(), documents: Vec::new() };
    let (link, tenant) = (bench.link(), bench.tenant.clone());
    let change = bench.file.answer(link, &reply, &tenant, &mut bench.moment).unwrap();
    bench.commit(change.unwrap());
    assert_eq!(bench.status(), Status::Processing, "the money is still on its way");
    assert_eq!(bench.case().state, CaseState::Submitted);
}

#[test]
fn regenerating_shuts_out_whoever_holds_an_older_link() {
    let mut bench = Bench::linked();
    let first = bench.link();
    let dispute = bench.dispute("450.00");
    bench.send_through(first, dispute).unwrap();
    let rest = bench.link();
    let newest = bench.regenerate();
    for old in [first, rest] {
        let refused = bench.file.readable_link(old, bench.moment.now);
        assert_eq!(refused.err(), Some(Refusal::LinkReplaced));
    }
    assert!(bench.file.readable_link(newest, bench.moment.now).is_ok());
}

#[test]
fn a_part_leaves_what_can_be_paid_also_once_a_bank_payment_under_way_has_come() {
    let mut bench = disputed("450.00");
    let payment = bench.started();
    bench.apply(payment, &processing());
    for (minor, expected) in [(44_951, Err(Refusal::AmountOutOfRange)), (44_950, Ok(()))] {
        let decided = bench.decide_dispute(DisputeVerdict::PartlyAccept(usd(minor)));
        assert_eq!(decided, expected, "{minor}");
    }
    // A Checkout for all of it, opened before the dispute, turned out to be on its way.
    let mut bench = Bench::linked();
    let payment = bench.started();
    let dispute = bench.dispute("450.00");
    bench.send_through(bench.link(), dispute).unwrap();
    bench.apply(payment, &processing());
    assert_eq!(bench.decide_dispute(DisputeVerdict::PartlyAccept(usd(20_000))), Ok(()));
}

#[test]
fn a_part_never_leaves_less_than_can_be_paid() {
    let mut bench = disputed("");
    for (minor, expected) in [(124_951, Err(Refusal::AmountOutOfRange)), (124_950, Ok(()))] {
        assert_eq!(
            bench.decide_dispute(DisputeVerdict::PartlyAccept(usd(minor))),
            expected,
            "{minor}"
        );
    }
}
