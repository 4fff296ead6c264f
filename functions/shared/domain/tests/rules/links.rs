//! Links: alive to the second, replaced at once, spent by one outcome, mailed on request.
//! Must never find a dead link that still opens a door.
use domain::link::{CLOCK_GRAIN, INACTIVITY};
use domain::{Actor, Fact, LinkState, Refusal, Start, Status};
use jiff::SignedDuration;

use crate::bench::{Bench, opened, paid, processing};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A bench so long before its link's end (negative: after it).
fn before_the_end(time: SignedDuration) -> Bench {
    let mut bench = Bench::linked();
    let end = bench.file.link(bench.link()).unwrap().expires_at();
    bench.moment.now = end.saturating_sub(time).unwrap();
    bench
}

#[test]
fn faults_row_30_the_boundary_second_of_expiry() {
    for (left, alive) in [(SECOND, true), (SignedDuration::ZERO, false), (-SECOND, false)] {
        let mut bench = before_the_end(left);
        let read = bench.file.readable_link(bench.link(), bench.moment.now).map(|link| link.id);
        let dead = Err(Refusal::LinkExpired);
        assert_eq!(read, if alive { Ok(bench.link()) } else { dead }, "reading at {left:?}");
        let start = bench.start(bench.link());
        assert_eq!(matches!(start, Ok(Start::New(_, _))), alive, "paying at {left:?}");
        assert_eq!(start == Err(Refusal::LinkExpired), !alive, "paying at {left:?}");
    }
}

#[test]
fn faults_row_31_a_payment_begun_in_time_is_recorded_after_the_link_died() {
    let mut bench = before_the_end(SECOND);
    let payment = bench.started();
    bench.wait(SignedDuration::from_hours(2));
    assert!(bench.apply(payment, &paid()));
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.file.link(bench.link()).unwrap().state, LinkState::Spent);
}

#[test]
fn faults_row_32_a_link_that_ttl_has_not_deleted_yet_is_dead_all_the_same() {
    let mut bench = before_the_end(SignedDuration::from_hours(-48));
    assert_eq!(bench.start(bench.link()), Err(Refusal::LinkExpired));
}

#[test]
fn faults_row_32_a_link_that_ttl_deleted_early_can_be_issued_anew() {
    let mut bench = Bench::linked();
    let lost = bench.link();
    bench.file.links.clear();
    assert_eq!(bench.start(lost), Err(Refusal::LinkExpired));
    let change = bench.file.request_link(&mut bench.moment).unwrap();
    bench.commit(change);
    assert_ne!(bench.link(), lost);
    assert!(matches!(bench.start(bench.link()), Ok(Start::New(_, _))));
}

#[test]
fn faults_row_27_a_regeneration_before_the_payment_refuses_it() {
    let mut bench = Bench::linked();
    let old = bench.link();
    bench.regenerate();
    assert_eq!(bench.start(old), Err(Refusal::LinkReplaced));
    let read = bench.file.readable_link(old, bench.moment.now).map(|link| link.id);
    assert_eq!(read, Err(Refusal::LinkReplaced));
}

#[test]
fn faults_row_27_a_payment_before_the_regeneration_stands() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &paid());
    let new = bench.regenerate();
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.start(new), Err(Refusal::AlreadyPaid));
}

#[test]
fn a_link_is_replaced_forever_even_when_its_time_is_up() {
    let mut bench = Bench::linked();
    let old = bench.link();
    bench.regenerate();
    bench.wait(SignedDuration::from_hours(30 * 24));
    assert_eq!(bench.start(old), Err(Refusal::LinkReplaced));
}

#[test]
fn faults_row_33_after_the_outcome_a_link_shows_and_takes_nothing() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &paid());
    let link = bench.file.readable_link(bench.link(), bench.moment.now).unwrap();
    assert_eq!(link.state, LinkState::Spent);
    assert_eq!(bench.start(bench.link()), Err(Refusal::AlreadyPaid));
    bench.wait(INACTIVITY + CLOCK_GRAIN);
    let read = bench.file.readable_link(bench.link(), bench.moment.now).map(|link| link.id);
    assert_eq!(read, Err(Refusal::LinkExpired));
}

#[test]
fn after_the_outcome_a_link_is_readable_for_its_whole_time_again() {
    let mut bench = before_the_end(SECOND);
    let payment = bench.started();
    bench.apply(payment, &paid());
    bench.wait(INACTIVITY);
    assert!(bench.file.readable_link(bench.link(), bench.moment.now).is_ok());
}

/// No verb of today leads to these two; a later one might, and must meet the same refusals.
#[test]
fn a_link_that_is_not_the_current_one_or_is_spent_takes_nothing_whatever_the_rest_says() {
    let mut bench = Bench::linked();
    let link = bench.link();
    bench.file.links[0].state = LinkState::Spent;
    assert_eq!(bench.start(link), Err(Refusal::LinkSpent));
    bench.file.links[0].state = LinkState::Live;
    bench.file.invoice.link = None;
    assert_eq!(bench.start(link), Err(Refusal::LinkReplaced));
}

#[test]
fn a_link_of_another_invoice_is_as_good_as_none() {
    let mut bench = Bench::linked();
    let stranger = bench.moment.fresh_id();
    assert_eq!(bench.start(stranger), Err(Refusal::LinkExpired));
}

#[test]
fn the_clock_is_written_hourly_and_never_after_the_end() {
    let bench = Bench::linked();
    let link = bench.file.link(bench.link()).unwrap();
    let written = link.last_active_at;
    assert!(!link.clock_is_due(written + CLOCK_GRAIN - SECOND));
    assert!(link.clock_is_due(written + CLOCK_GRAIN));
    assert!(link.clock_is_due(link.expires_at() - SECOND));
    assert!(!link.clock_is_due(link.expires_at()));
}

#[test]
fn a_dead_links_holder_gets_the_same_link_while_it_lives_and_a_new_one_after() {
    for (left, same) in [(SECOND, true), (SignedDuration::ZERO, false)] {
        let mut bench = before_the_end(left);
        let link = bench.link();
        let change = bench.file.request_link(&mut bench.moment).unwrap();
        bench.commit(change);
        assert_eq!(bench.link() == link, same, "{left:?} before its end");
        assert_eq!(bench.count("LinkMailDue"), 1);
        let mailed = bench.entries.iter().find_map(|entry| match entry.fact {
            Fact::LinkMailDue { link, .. } => Some(link),
            _ => None,
        });
        assert_eq!(mailed, Some(bench.link()), "the mail carries the link that works");
    }
}

#[test]
fn a_paid_invoices_link_is_mailed_again_and_not_replaced() {
    let mut bench = Bench::linked();
    let link = bench.link();
    let payment = bench.started();
    bench.apply(payment, &paid());
    let change = bench.file.request_link(&mut bench.moment).unwrap();
    bench.commit(change);
    assert_eq!(bench.link(), link);
    assert_eq!(bench.file.link(link).unwrap().state, LinkState::Spent);
}

#[test]
fn a_mail_is_sent_on_request_once_in_fifteen_minutes() {
    let mut bench = Bench::linked();
    let change = bench.file.request_link(&mut bench.moment).unwrap();
    bench.commit(change);
    bench.wait(SignedDuration::from_mins(15) - SECOND);
    assert_eq!(bench.file.request_link(&mut bench.moment), Err(Refusal::TooSoon));
    bench.wait(SECOND);
    assert!(bench.file.request_link(&mut bench.moment).is_ok());
}

#[test]
fn an_operator_may_take_a_new_link_without_a_mail() {
    let mut bench = Bench::linked();
    let old = bench.link();
    let operator = Actor::Operator("operator-1".to_owned());
    let change = bench.file.regenerate(operator.clone(), false, &mut bench.moment);
    bench.commit(change);
    let entry = bench.entries.last().unwrap();
    let link = bench.link();
    assert_eq!(entry.fact, Fact::LinkRegenerated { link, replaced: old });
    assert_eq!(entry.actor, operator);
    assert_eq!(bench.count("LinkMailDue"), 0);
}

#[test]
fn a_new_link_leaves_a_bank_payment_and_its_status_alone() {
    let mut bench = Bench::linked();
    let payment = bench.started();
    bench.apply(payment, &opened());
    bench.apply(payment, &processing());
    let new = bench.regenerate();
    assert_eq!(bench.status(), Status::Processing);
    assert_eq!(bench.start(new), Err(Refusal::Processing));
    assert_eq!(bench.file.live_payment().unwrap().id, payment);
}
