//! Any sequence of payments, submissions, decisions and time: what holds after every step.
//! Must never assume that people do things in an order that makes sense.
use std::collections::HashMap;

use domain::form::{Contact, PlanForm};
use domain::review::{DisputeVerdict, PlanVerdict};
use domain::schedule::Instalment;
use domain::submit::{Proposal, Reply};
use domain::{Amount, CaseState, LinkState, PaymentEvent, PaymentState, Start, Status};
use jiff::SignedDuration;
use proptest::prelude::*;
use ulid::Ulid;

use crate::bench::{BALANCE_MINOR, Bench, failed, opened, paid_with, processing, usd};
use crate::case_bench::{controller, operator};

/// One step; indices are taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    Start { link: usize },
    Tell { payment: usize, event: usize },
    Submit { link: usize, kind: usize },
    Decide { how: usize },
    Ask,
    Answer { link: usize },
    Clock,
    Cadence,
    Regenerate,
    Wait { hours: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0usize..3).prop_map(|link| Step::Start { link }),
        6 => (0usize..4, 0usize..64).prop_map(|(payment, event)| Step::Tell { payment, event }),
        3 => (0usize..3, 0usize..5).prop_map(|(link, kind)| Step::Submit { link, kind }),
        3 => (0usize..5).prop_map(|how| Step::Decide { how }),
        1 => Just(Step::Ask),
        2 => (0usize..3).prop_map(|link| Step::Answer { link }),
        3 => Just(Step::Clock),
        1 => Just(Step::Cadence),
        1 => Just(Step::Regenerate),
        3 => prop_oneof![0i64..30, 100i64..900].prop_map(|hours| Step::Wait { hours }),
    ];
    prop::collection::vec(step, 1..40)
}

fn newest_link(bench: &Bench, back: usize) -> Ulid {
    let mut links: Vec<Ulid> = bench.file.links.iter().map(|link| link.id).collect();
    links.sort_unstable();
    links[links.len() - 1 - back % links.len()]
}

fn proposal(bench: &Bench, kind: usize) -> Proposal {
    let left = bench.file.invoice.balance;
    let half = Amount { minor: (left.minor / 2).max(1), ..left };
    let contact = Contact {
        name: "Ada Ashdown".to_owned(),
        email: "ada@acme.example".to_owned(),
        phone: None,
    };
    let day = |days: i64| bench.limits().today.checked_add(jiff::Span::new().days(days)).unwrap();
    match kind {
        0 => {
            let rest = Amount { minor: left.minor - half.minor, ..left };
            let instalments = vec![
                Instalment { due: day(5), amount: half },
                Instalment { due: day(40), amount: rest },
            ];
            Proposal::Plan(PlanForm { instalments, reason: "Slow".to_owned(), contact })
        }
        1 | 2 => {
            let amount = if kind == 1 { left } else { half };
            let form = domain::form::PromiseForm { date: day(6), amount, contact, note: None };
            Proposal::Promise(form)
        }
        _ => Proposal::Dispute(domain::form::DisputeForm {
            reason: "other".to_owned(),
            amount: if kind == 3 { left } else { half },
            description: "Not as agreed.".to_owned(),
            contact,
        }),
    }
}

fn take(bench: &mut Bench, step: &Step) {
    match *step {
        Step::Start { link } => {
            let link = newest_link(bench, link);
            if let Ok(Start::New(payment, _)) = bench.start(link) {
                assert_eq!(bench.file.amount_due(), Ok(payment.amount));
            }
        }
        Step::Tell { payment, event } => {
            let mut ids: Vec<Ulid> = bench.file.payments.iter().map(|payment| payment.id).collect();
            ids.sort_unstable();
            if let Some(id) = ids.get(payment % ids.len().max(1)).copied() {
                let amount = bench.payment(id).amount;
                let events = [
                    opened(),
                    PaymentEvent::CheckoutExpired,
                    processing(),
                    failed(),
                    paid_with(Some(amount)),
                    paid_with(Some(amount)),
                    paid_with(Some(usd(1))),
                ];
                bench.apply(id, &events[event % events.len()]);
            }
        }
        Step::Submit { link, kind } => {
            if bench.file.invoice.balance.minor > 1 {
                let (link, what) = (newest_link(bench, link), proposal(bench, kind));
                let _ = bench.send_through(link, what);
            }
        }
        Step::Decide { how } => decide(bench, how),
        Step::Ask => {
            let Some(case) = bench.file.open_case().map(|case| case.id) else { return };
            let text = "What?".to_owned();
            if let Ok(change) = bench.file.ask(case, text, &operator(), &mut bench.moment) {
                bench.commit(change);
            }
        }
        Step::Answer { link } => {
            let form = bench.moment.fresh_id();
            let reply = Reply { form, text: "That.".to_owned(), documents: Vec::new() };
            let (link, tenant) = (newest_link(bench, link), bench.tenant.clone());
            if let Ok(Some(change)) = bench.file.answer(link, &reply, &tenant, &mut bench.moment) {
                bench.commit(change);
            }
        }
        Step::Clock => {
            let Some(case) = bench.file.invoice.case else { return };
            if let Some(change) = bench.file.case_step(case, &mut bench.moment) {
                bench.commit(change);
            }
        }
        Step::Cadence => {
            if let Some(change) = bench.file.cadence_step(&mut bench.moment) {
                bench.commit(change);
            }
        }
        Step::Regenerate => {
            bench.regenerate();
        }
        Step::Wait { hours } => bench.wait(SignedDuration::from_hours(hours)),
    }
}

fn decide(bench: &mut Bench, how: usize) {
    if bench.file.cases.is_empty() {
        return;
    }
    let half = usd((bench.case().amount().minor / 2).max(1));
    let _ = match how {
        0 => bench.decide_plan(PlanVerdict::Approve, &controller()),
        1 => bench.decide_plan(PlanVerdict::Decline, &operator()),
        2 => bench.decide_dispute(DisputeVerdict::Accept),
        3 => bench.decide_dispute(DisputeVerdict::PartlyAccept(half)),
        _ => bench.decide_dispute(DisputeVerdict::Reject),
    };
}

/// What is true of every invoice, whatever it went through.
fn holds(bench: &Bench) -> Result<(), TestCaseError> {
    let (file, invoice) = (&bench.file, &bench.file.invoice);
    prop_assert!(invoice.balance.minor >= 0);
    prop_assert_eq!(file.billed(), usd(BALANCE_MINOR), "left, paid and credited add up");
    let open: Vec<_> =
        file.cases.iter().filter(|case| !case.is_over()).map(|case| case.id).collect();
    let known: Vec<_> = invoice.case.into_iter().collect();
    prop_assert_eq!(&open, &known, "one open case at most, and the invoice knows it");
    let nothing_left = invoice.balance.minor == 0;
    prop_assert_eq!(matches!(invoice.status, Status::Paid | Status::Closed), nothing_left);
    prop_assert!(!nothing_left || open.is_empty(), "nothing is left to plan or to dispute");
    let live = file.links.iter().filter(|link| link.state == LinkState::Live);
    let mut live = live.map(|link| Some(link.id));
    prop_assert!(live.all(|link| link == invoice.link), "one live link at a time");
    let dunned = invoice.cadence.next_at().is_some();
    let on_hold = matches!(invoice.status, Status::Processing | Status::UnderReview);
    prop_assert!(!(dunned && (on_hold || nothing_left)), "{:?} and reminded", invoice.status);
    outcomes(bench)?;
    if let Some(case) = file.open_case() {
        let resting = case.status();
        prop_assert!(on_hold || Some(invoice.status) == resting, "{:?}", invoice.status);
        prop_assert!(!dunned || case.is_behind(), "nobody is dunned who has answered");
    }
    Ok(())
}

/// At most one submission or answer came through a link, and none after its money.
fn outcomes(bench: &Bench) -> Result<(), TestCaseError> {
    let mut through: HashMap<Ulid, usize> = HashMap::new();
    for case in &bench.file.cases {
        *through.entry(case.link).or_default() += 1;
        let paid_before = bench.file.payments.iter().any(|payment| {
            payment.link == case.link
                && payment.state == PaymentState::Paid
                && payment.settled_at.is_some_and(|at| at < case.submitted_at)
        });
        prop_assert!(!paid_before, "a link that had carried money carried a case");
        let decided = matches!(
            case.state,
            CaseState::Declined
                | CaseState::Accepted
                | CaseState::PartlyAccepted
                | CaseState::Rejected
        );
        prop_assert!(!decided || case.decision.is_some(), "a decision says who and why");
    }
    prop_assert!(through.values().all(|count| *count == 1), "one submission through one link");
    Ok(())
}

proptest! {
    #[test]
    fn no_sequence_of_payments_and_cases_breaks_the_books(steps in steps()) {
        let mut bench = Bench::linked();
        for step in &steps {
            take(&mut bench, step);
            holds(&bench)?;
        }
        prop_assert!(bench.entries.is_sorted_by_key(|entry| entry.id));
    }
}
