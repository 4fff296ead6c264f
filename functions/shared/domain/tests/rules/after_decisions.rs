//! What a decision leaves behind: reminders, open sessions and what was credited.
//! Must never leave an invoice that nobody asks for, nor dun for what a person looks at.
use domain::review::{DisputeVerdict, PlanVerdict};
use domain::submit::{Proposal, Reply};
use domain::{LinkState, PaymentState, Status};
use jiff::SignedDuration;

use crate::bench::{Bench, opened, paid_with, usd};
use crate::case_bench::operator;

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Every reminder is out before the payer sends it.
fn sent_after_all_reminders(what: impl Fn(&Bench) -> Proposal) -> Bench {
    let mut bench = Bench::linked();
    let proposal = what(&bench);
    for _ in 0..2 {
        bench.wait(WEEK);
        let step = bench.file.cadence_step(&mut bench.moment).unwrap();
        bench.commit(step);
    }
    assert_eq!(bench.file.invoice.cadence.next_at(), None, "all reminders are out");
    assert_eq!(bench.send_through(bench.link(), proposal), Ok(true));
    bench
}

/// Money came that does not match: a person has to look at it.
fn under_review(bench: &mut Bench) {
    let odd = bench.planted(PaymentState::Open);
    bench.apply(odd, &paid_with(Some(usd(1))));
    assert_eq!(bench.status(), Status::UnderReview);
}

#[test]
fn what_was_decided_against_the_payer_is_asked_for_again_a_week_after_the_letter() {
    let mut declined = sent_after_all_reminders(Bench::plan);
    declined.decide_plan(PlanVerdict::Decline, &operator()).unwrap();
    let mut rejected = sent_after_all_reminders(|bench| bench.dispute(""));
    rejected.decide_dispute(DisputeVerdict::Reject).unwrap();
    for bench in [declined, rejected] {
        assert_eq!(bench.status(), Status::Open);
        let next = bench.file.invoice.cadence.next_at();
        assert_eq!(next, Some(bench.moment.now.saturating_add(WEEK).unwrap()));
    }
}

#[test]
fn a_plan_declined_while_a_person_looks_at_what_came_brings_no_reminders() {
    let mut bench = Bench::linked().submitted(Bench::plan);
    under_review(&mut bench);
    bench.decide_plan(PlanVerdict::Decline, &operator()).unwrap();
    assert_eq!(bench.status(), Status::UnderReview);
    assert_eq!(bench.file.invoice.cadence.next_at(), None);
}

#[test]
fn a_dispute_decided_while_a_person_looks_at_what_came_ends_the_open_session() {
    let mut bench = Bench::linked().submitted(|bench| bench.dispute("450.00"));
    let rest = bench.started();
    bench.apply(rest, &opened());
    under_review(&mut bench);
    bench.decide_dispute(DisputeVerdict::Reject).unwrap();
    assert_eq!(bench.status(), Status::UnderReview);
    assert!(bench.payment(rest).cancel, "it was for an amount that is not due any more");
}

#[test]
fn a_dispute_over_a_part_ends_the_open_session_with_one_write() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &opened());
    let bench = bench.submitted(|bench| bench.dispute("450.00"));
    assert!(bench.payment(payment).cancel);
}

#[test]
fn a_credit_is_never_more_than_what_is_left() {
    let mut bench = Bench::linked().submitted(|bench| bench.dispute(""));
    bench.file.invoice.balance = usd(30_000);
    bench.decide_dispute(DisputeVerdict::Accept).unwrap();
    assert_eq!(bench.file.invoice.balance, usd(0));
    assert_eq!(bench.file.invoice.credited_minor, 30_000);
    assert_eq!(bench.case().decision.as_ref().unwrap().credited, Some(usd(30_000)));
}

#[test]
fn an_answer_brings_a_link_for_what_is_not_disputed_and_none_if_all_is() {
    for (amount, has_rest) in [("450.00", true), ("", false)] {
        let mut bench = Bench::linked().submitted(|bench| bench.dispute(amount));
        let (case, text) = (bench.case().id, "Which one?".to_owned());
        let change = bench.file.ask(case, text, &operator(), &mut bench.moment).unwrap();
        bench.commit(change);
        let (asked_through, tenant) = (bench.link(), bench.tenant.clone());
        let form = bench.moment.fresh_id();
        let reply = Reply { form, text: "That one.".to_owned(), documents: Vec::new() };
        let change = bench.file.answer(asked_through, &reply, &tenant, &mut bench.moment).unwrap();
        bench.commit(change.unwrap());
        assert_eq!(bench.file.link(asked_through).unwrap().state, LinkState::Spent, "{amount:?}");
        assert_eq!(bench.link() != asked_through, has_rest, "{amount:?}");
        if has_rest {
            bench.pays_what_is_due();
            assert_eq!(bench.file.invoice.balance, usd(45_000));
        }
    }
}
