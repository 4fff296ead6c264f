//! Mistakes planted on purpose: each breaks the promise that is there for it.
//! Must never pass because another promise broke first: each test names its own.
#![cfg(test)]
use std::collections::BTreeSet;

use model::{Action, Bounds, Bug, Portal, State, properties};
use stateright::{Checker, HasDiscoveries, Model};

/// One payer and one payment, and requests that meet.
const MEETING: Bounds = Bounds { payers: 1, payments: 1, links: 2, at_once: 2, ticks: 0 };
/// Two payers, and requests that meet.
const TWO_PAYERS: Bounds = Bounds { payers: 2, payments: 2, links: 1, at_once: 2, ticks: 0 };
/// Two payments, and one request after the other.
const IN_TURN: Bounds = Bounds { payers: 1, payments: 2, links: 2, at_once: 1, ticks: 0 };
/// Time enough for a link to die.
const LONG: Bounds = Bounds { payers: 1, payments: 1, links: 1, at_once: 1, ticks: 3 };

/// Plants `bug`, looks for a state in which `promise` is broken, and prints a way there that
/// is about as short as can be.
fn caught(bug: Bug, bounds: Bounds, promise: &'static str) -> Vec<Action> {
    let portal = Portal { bug: Some(bug), bounds };
    let enough = HasDiscoveries::AllOf(BTreeSet::from([promise]));
    let checker = portal.checker().finish_when(enough).spawn_bfs().join();
    let path = checker.discovery(promise);
    let path = path.unwrap_or_else(|| panic!("{bug:?} does not break: {promise}"));
    println!("{bug:?} breaks: {promise}; {} states", checker.unique_state_count());
    let mut trace = Vec::new();
    for (place, (state, action)) in path.into_vec().into_iter().enumerate() {
        let Some(action) = action else { continue };
        println!("{:>4}. {}", place + 1, told(&state, action));
        trace.push(action);
    }
    trace
}

/// What happens, with the step that a running request takes.
fn told(state: &State, action: Action) -> String {
    let Action::Run(slot) = action else { return format!("{action:?}") };
    let step = state.running[slot.place()].map(|process| process.step);
    step.map_or_else(String::new, |step| format!("{slot:?}: {step:?}"))
}

#[test]
fn a_session_created_without_asking_about_the_last_is_caught() {
    caught(Bug::SessionWithoutAsking, TWO_PAYERS, properties::ONE_SESSION);
}

#[test]
fn a_webhook_marked_as_seen_before_it_is_applied_is_caught() {
    let trace = caught(Bug::MarkBeforeApply, MEETING, properties::ACKNOWLEDGED);
    assert!(trace.iter().any(|action| matches!(action, Action::Vanish(_))), "it takes a crash");
}

#[test]
fn a_webhook_acknowledged_before_the_commit_is_caught() {
    let trace = caught(Bug::AcknowledgeBeforeCommit, MEETING, properties::ACKNOWLEDGED);
    assert!(trace.iter().any(|action| matches!(action, Action::Vanish(_))), "it takes a crash");
}

#[test]
fn a_new_link_written_without_a_condition_is_caught() {
    caught(Bug::RegenerateWithoutCondition, MEETING, properties::STAYS_PAID);
}

#[test]
fn a_complete_session_taken_as_cancelled_is_caught() {
    caught(Bug::CompleteTakenAsCancelled, MEETING, properties::RECORDED);
}

#[test]
fn expiry_checked_before_the_transaction_only_is_caught() {
    caught(Bug::ExpiryCheckedBeforeOnly, MEETING, properties::NO_TRESPASS);
}

#[test]
fn a_second_outcome_through_a_spent_link_is_caught() {
    caught(Bug::SpentLinkAccepted, TWO_PAYERS, properties::ONE_OUTCOME);
}

#[test]
fn trusting_ttl_is_caught() {
    let trace = caught(Bug::TtlTrusted, LONG, properties::NO_TRESPASS);
    assert!(trace.contains(&Action::Tick), "it takes time");
}

#[test]
fn a_late_processing_that_undoes_paid_is_caught() {
    caught(Bug::LateProcessingUndoesPaid, MEETING, properties::STAYS_PAID);
}

#[test]
fn a_second_payment_that_is_not_flagged_is_caught() {
    caught(Bug::SecondPaymentNotFlagged, IN_TURN, properties::FLAGGED);
}

#[test]
fn a_plan_that_leaves_the_session_open_is_caught() {
    caught(Bug::SubmissionLeavesSessionOpen, MEETING, properties::NO_ORPHAN);
}

#[test]
fn an_old_not_found_that_ends_an_open_session_is_caught() {
    caught(Bug::OldNotFoundEndsOpen, TWO_PAYERS, properties::ONE_SESSION);
}

#[test]
fn an_old_not_found_that_loses_a_payment_is_caught() {
    caught(Bug::OldNotFoundEndsOpen, TWO_PAYERS, properties::RECORDED);
}
