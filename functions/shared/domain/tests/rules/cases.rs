//! What holds for plans, promises and disputes alike: one outcome per link, one case at a time.
//! Must never depend on a kind: those have files of their own.
use domain::review::{PlanVerdict, Reviewer};
use domain::submit::{Proposal, Reply, Submission};
use domain::{CaseState, LinkState, PaymentState, Refusal, Status};
use jiff::SignedDuration;
use ulid::Ulid;

use crate::bench::{Bench, opened, paid, processing};
use crate::case_bench::{document, operator};

type Kind = (fn(&Bench) -> Proposal, &'static str, Status);

const KINDS: [Kind; 3] = [
    (Bench::plan, "PlanSubmitted", Status::PlanSubmitted),
    (|bench| bench.promise(""), "PromiseMade", Status::Promised),
    (|bench| bench.dispute(""), "DisputeSubmitted", Status::Disputed),
];

#[test]
fn a_submission_spends_the_link_stops_the_reminders_and_is_on_the_timeline_once() {
    for (kind, fact, status) in KINDS {
        let bench = Bench::linked().submitted(kind);
        assert_eq!(bench.status(), status);
        assert_eq!(bench.count(fact), 1);
        assert_eq!(bench.file.link(bench.link()).unwrap().state, LinkState::Spent, "{fact}");
        assert_eq!(bench.file.invoice.cadence.next_at(), None, "{fact}: no reminder");
        assert_eq!(bench.file.invoice.case, Some(bench.case().id));
    }
}

#[test]
fn faults_row_28_of_two_submissions_through_one_link_one_is_accepted() {
    for (first, ..) in KINDS {
        for (second, ..) in KINDS {
            let mut bench = Bench::linked();
            let link = bench.link();
            let (first, second) = (first(&bench), second(&bench));
            assert_eq!(bench.send_through(link, first), Ok(true));
            assert_eq!(bench.send_through(link, second), Err(Refusal::LinkSpent));
            assert_eq!(bench.file.cases.len(), 1);
        }
    }
}

#[test]
fn faults_row_29_the_same_form_twice_is_one_submission_and_with_other_content_none() {
    for (kind, fact, _) in KINDS {
        let mut bench = Bench::linked();
        let (link, form) = (bench.link(), bench.moment.fresh_id());
        let proposal = kind(&bench);
        let sent = Submission { form, proposal, documents: vec![document("aa")] };
        assert_eq!(bench.send(link, &sent), Ok(true));
        // The same bytes under another key: a double click has stored them twice.
        let mut again = sent.clone();
        again.documents[0].id = Ulid(78);
        again.documents[0].key = "uploads/78".to_owned();
        assert_eq!(bench.send(link, &again), Ok(false));
        let other = Submission { documents: vec![document("bb")], ..sent };
        assert_eq!(bench.send(link, &other), Err(Refusal::FormReused));
        assert_eq!(bench.count(fact), 1);
    }
}

#[test]
fn faults_row_31_a_form_sent_after_the_link_died_is_refused() {
    for (kind, ..) in KINDS {
        let mut bench = Bench::linked();
        let (link, proposal) = (bench.link(), kind(&bench));
        let before = bench.file.clone();
        bench.moment.now = bench.file.link(link).unwrap().expires_at();
        assert_eq!(bench.send_through(link, proposal), Err(Refusal::LinkExpired));
        assert_eq!(bench.file, before);
    }
}

#[test]
fn faults_row_27_a_submission_through_a_replaced_link_is_refused() {
    for (kind, ..) in KINDS {
        let mut bench = Bench::linked();
        let (old, proposal) = (bench.link(), kind(&bench));
        bench.regenerate();
        assert_eq!(bench.send_through(old, proposal), Err(Refusal::LinkReplaced));
    }
}

#[test]
fn nothing_can_be_submitted_while_money_is_on_its_way_or_after_it_came() {
    for (kind, ..) in KINDS {
        for (event, refusal) in
            [(processing(), Refusal::Processing), (paid(), Refusal::AlreadyPaid)]
        {
            let mut bench = Bench::linked();
            let (link, proposal) = (bench.link(), kind(&bench));
            let payment = bench.started();
            bench.apply(payment, &opened());
            bench.apply(payment, &event);
            assert_eq!(bench.send_through(link, proposal), Err(refusal));
        }
    }
}

#[test]
fn an_open_checkout_is_to_be_ended_and_if_it_was_complete_the_money_counts() {
    for (kind, _, status) in KINDS {
        let mut bench = Bench::linked();
        let (link, proposal) = (bench.link(), kind(&bench));
        let payment = bench.started();
        bench.apply(payment, &opened());
        assert_eq!(bench.send_through(link, proposal), Ok(true));
        assert!(bench.payment(payment).cancel, "{status:?}");
        bench.apply(payment, &paid());
        assert_eq!(bench.payment(payment).state, PaymentState::Paid);
        assert_eq!(bench.status(), Status::Paid);
        assert!(bench.case().is_over(), "{status:?}: {:?}", bench.case().state);
        assert_eq!(bench.count("CaseClosed"), 1);
    }
}

#[test]
fn the_balance_is_checked_again_when_the_form_is_taken() {
    for (kind, ..) in KINDS {
        let mut bench = Bench::linked();
        let (link, proposal) = (bench.link(), kind(&bench));
        bench.file.invoice.balance.minor -= 1;
        assert_eq!(bench.send_through(link, proposal), Err(Refusal::AmountOutOfRange));
    }
}

#[test]
fn a_question_brings_a_fresh_link_and_the_answer_comes_back_through_it_once() {
    for (kind, _, status) in [KINDS[0], KINDS[2]] {
        let mut bench = Bench::linked().submitted(kind);
        let (first, case) = (bench.link(), bench.case().id);
        let question = "Which invoice was paid?".to_owned();
        let change = bench.file.ask(case, question, &operator(), &mut bench.moment).unwrap();
        bench.commit(change);
        assert_ne!(bench.link(), first);
        assert_eq!(bench.case().state, CaseState::Asked);
        assert_eq!(bench.status(), status, "it is still waiting");
        bench.wait(SignedDuration::from_hours(30));
        let form = bench.moment.fresh_id();
        let text = "Number 7, in May.".to_owned();
        let reply = Reply { form, text, documents: vec![document("cc")] };
        let (link, tenant) = (bench.link(), bench.tenant.clone());
        let change = bench.file.answer(link, &reply, &tenant, &mut bench.moment).unwrap();
        bench.commit(change.unwrap());
        assert_eq!(bench.case().state, CaseState::Submitted);
        assert_eq!(bench.case().all_documents().count(), 1);
        assert_eq!(bench.count("InformationAdded"), 1);
        let again = bench.file.answer(link, &reply, &tenant, &mut bench.moment);
        assert_eq!(again, Ok(None), "the same form twice");
        let other = Reply { form: bench.moment.fresh_id(), ..reply };
        let refused = bench.file.answer(link, &other, &tenant, &mut bench.moment);
        assert_eq!(refused, Err(Refusal::LinkSpent));
    }
}

#[test]
fn what_was_not_asked_cannot_be_answered() {
    let mut bench = Bench::linked();
    let reply = Reply { form: Ulid(5), text: "Hello".to_owned(), documents: Vec::new() };
    let link = bench.link();
    let answer = bench.file.answer(link, &reply, &bench.tenant, &mut bench.moment);
    assert_eq!(answer, Err(Refusal::NotAtThatStage));
}

#[test]
fn questions_are_bounded() {
    let mut bench = Bench::linked().submitted(Bench::plan);
    let case = bench.case().id;
    for turn in 0..=domain::case::QUESTIONS_MAX {
        let asked = bench.file.ask(case, "And?".to_owned(), &operator(), &mut bench.moment);
        if turn == domain::case::QUESTIONS_MAX {
            assert_eq!(asked, Err(Refusal::TooManyQuestions));
            return;
        }
        bench.commit(asked.unwrap());
        let form = bench.moment.fresh_id();
        let reply = Reply { form, text: "Yes.".to_owned(), documents: Vec::new() };
        let (link, tenant) = (bench.link(), bench.tenant.clone());
        let change = bench.file.answer(link, &reply, &tenant, &mut bench.moment).unwrap();
        bench.commit(change.unwrap());
    }
}

#[test]
fn a_case_is_given_to_an_operator_and_back() {
    let mut bench = Bench::linked().submitted(Bench::plan);
    let case = bench.case().id;
    let mut assign = |owner: Option<&str>| {
        let owner = owner.map(str::to_owned);
        let change = bench.file.assign(case, owner, &operator(), &mut bench.moment).unwrap();
        let news = change.is_some();
        if let Some(change) = change {
            bench.commit(change);
        }
        (news, bench.case().owner.clone())
    };
    assert_eq!(assign(Some("ann")), (true, Some("ann".to_owned())));
    assert_eq!(assign(Some("ann")), (false, Some("ann".to_owned())));
    assert_eq!(assign(None), (true, None));
}

#[test]
fn a_case_that_is_over_or_unknown_is_not_touched() {
    let mut bench = Bench::linked().submitted(Bench::plan);
    bench.decide_plan(PlanVerdict::Decline, &operator()).unwrap();
    let (over, by, now) = (bench.case().id, operator(), &mut bench.moment);
    for (case, refusal) in [(over, Refusal::NotAtThatStage), (Ulid(4), Refusal::UnknownCase)] {
        let note = || "Note".to_owned();
        let file = &bench.file;
        assert_eq!(file.assign(case, None, &by, now), Err(refusal));
        assert_eq!(file.ask(case, note(), &by, now), Err(refusal));
        let verdict = PlanVerdict::Approve;
        assert_eq!(file.decide_plan(case, verdict, note(), &by, now), Err(refusal));
        let verdict = domain::review::DisputeVerdict::Accept;
        assert_eq!(file.decide_dispute(case, verdict, note(), &by, now), Err(refusal));
        assert_eq!(file.case_step(case, now), None);
    }
}

#[test]
fn a_decision_for_another_kind_of_case_is_refused() {
    let mut plan = Bench::linked().submitted(Bench::plan);
    let accept = domain::review::DisputeVerdict::Accept;
    assert_eq!(plan.decide_dispute(accept), Err(Refusal::NotAtThatStage));
    let mut dispute = Bench::linked().submitted(|bench| bench.dispute(""));
    let by = Reviewer { may_exceed_limit: true, ..operator() };
    assert_eq!(dispute.decide_plan(PlanVerdict::Approve, &by), Err(Refusal::NotAtThatStage));
}
