//! What operators do about an invoice: an owner, a link mailed again, a notice closed.
//! Must never touch the money, the link or the status.
use domain::desk::open_notices;
use domain::fact::LinkMailReason;
use domain::{Actor, Amount, Change, Entry, Fact, LinkState, Refusal, Status};
use jiff::SignedDuration;

use crate::bench::{Bench, paid, paid_with, usd};

const OPERATOR: &str = "operator-1";

/// Commits, and holds that nothing a payer sees has changed.
fn commit(bench: &mut Bench, change: Change) {
    let standing = |bench: &Bench| {
        let invoice = &bench.file.invoice;
        (invoice.status, invoice.balance, invoice.cadence.clone(), bench.file.links.clone())
    };
    let before = standing(bench);
    let by = Actor::Operator(OPERATOR.to_owned());
    assert!(change.entries.iter().all(|entry| entry.actor == by), "{:?}", change.entries);
    bench.commit(change);
    assert_eq!(standing(bench), before);
}

fn assign(bench: &mut Bench, owner: Option<&str>) -> bool {
    let owner = owner.map(str::to_owned);
    let change = bench.file.assign_owner(owner, OPERATOR, &mut bench.moment);
    let is_new = change.is_some();
    if let Some(change) = change {
        commit(bench, change);
    }
    is_new
}

fn last(bench: &Bench) -> &Fact {
    &bench.entries.last().unwrap().fact
}

#[test]
fn an_invoice_has_one_owner_and_saying_it_again_writes_nothing() {
    let mut bench = Bench::linked();
    for (owner, is_new) in [
        (None, false),
        (Some("operator-1"), true),
        (Some("operator-1"), false),
        (Some("operator-2"), true),
        (None, true),
        (None, false),
    ] {
        assert_eq!(assign(&mut bench, owner), is_new, "{owner:?}");
        assert_eq!(bench.file.invoice.owner.as_deref(), owner);
        if is_new {
            let owner = owner.map(str::to_owned);
            assert_eq!(last(&bench), &Fact::InvoiceAssigned { owner });
        }
    }
    assert_eq!(bench.count("InvoiceAssigned"), 3);
}

#[test]
fn an_owner_stays_whatever_becomes_of_the_invoice() {
    let mut bench = Bench::linked();
    assign(&mut bench, Some("operator-2"));
    let payment = bench.started();
    bench.apply(payment, &paid());
    assert_eq!(bench.status(), Status::Paid);
    assert_eq!(bench.file.invoice.owner.as_deref(), Some("operator-2"));
    assert!(assign(&mut bench, None), "a paid invoice may be given back");
}

#[test]
fn the_link_that_lives_is_mailed_again_and_stays_the_same() {
    let mut bench = Bench::linked();
    let link = bench.link();
    let change = bench.file.mail_link(OPERATOR, &mut bench.moment).unwrap();
    commit(&mut bench, change);
    assert_eq!(last(&bench), &Fact::LinkMailDue { link, reason: LinkMailReason::Resent });
    assert_eq!(bench.link(), link);
}

#[test]
fn two_clicks_mail_one_link_and_a_minute_later_it_may_be_mailed_again() {
    let mut bench = Bench::linked();
    let change = bench.file.mail_link(OPERATOR, &mut bench.moment).unwrap();
    commit(&mut bench, change);
    let second = SignedDuration::from_secs(1);
    bench.wait(SignedDuration::from_mins(1) - second);
    assert_eq!(bench.file.mail_link(OPERATOR, &mut bench.moment), Err(Refusal::TooSoon));
    // A dead link's holder has this mail in the inbox already.
    assert_eq!(bench.file.request_link(&mut bench.moment), Err(Refusal::TooSoon));
    bench.wait(second);
    assert!(bench.file.mail_link(OPERATOR, &mut bench.moment).is_ok());
}

#[test]
fn a_link_that_can_carry_nothing_is_neither_shown_nor_mailed() {
    let refused = |bench: &mut Bench| {
        assert_eq!(bench.file.live_link(bench.moment.now), None);
        assert_eq!(bench.file.mail_link(OPERATOR, &mut bench.moment), Err(Refusal::LinkExpired));
    };
    refused(&mut Bench::imported());
    let mut spent = Bench::linked();
    let payment = spent.started();
    spent.apply(payment, &paid());
    assert_eq!(spent.file.link(spent.link()).unwrap().state, LinkState::Spent);
    refused(&mut spent);
    let mut dying = Bench::linked();
    let end = dying.file.link(dying.link()).unwrap().expires_at();
    dying.moment.now = end - SignedDuration::from_secs(1);
    assert_eq!(dying.file.live_link(dying.moment.now).map(|link| link.id), Some(dying.link()));
    dying.moment.now = end;
    refused(&mut dying);
}

/// An invoice to which another amount came than was asked for.
fn mismatched() -> Bench {
    let mut bench = Bench::linked();
    let payment = bench.started();
    let received: Option<Amount> = Some(usd(1));
    bench.apply(payment, &paid_with(received));
    assert_eq!(bench.count("PaymentMismatched"), 1);
    bench
}

fn notice(bench: &Bench) -> Entry {
    let found = bench.entries.iter().find(|entry| entry.fact.needs_operator());
    found.unwrap().clone()
}

#[test]
fn a_notice_is_open_until_an_operator_closes_it() {
    let mut bench = mismatched();
    let notice = notice(&bench);
    assert_eq!(open_notices(&bench.entries), [notice.id]);
    let change = bench.file.close_notice(&notice, OPERATOR, &mut bench.moment).unwrap();
    commit(&mut bench, change);
    let what = "PaymentMismatched".to_owned();
    assert_eq!(last(&bench), &Fact::NoticeClosed { notice: notice.id, what });
    assert!(open_notices(&bench.entries).is_empty());
    assert!(!last(&bench).needs_operator(), "closing one is no new one");
}

#[test]
fn closing_one_notice_leaves_the_others_open() {
    let mut bench = mismatched();
    let first = notice(&bench);
    let other = Entry { id: bench.moment.fresh_id(), ..first.clone() };
    bench.entries.push(other.clone());
    assert_eq!(open_notices(&bench.entries), [first.id, other.id]);
    let change = bench.file.close_notice(&first, OPERATOR, &mut bench.moment).unwrap();
    commit(&mut bench, change);
    assert_eq!(open_notices(&bench.entries), [other.id]);
}

#[test]
fn only_what_needs_an_operator_and_is_of_this_invoice_can_be_closed() {
    let mut bench = mismatched();
    for entry in bench.entries.clone() {
        let change = bench.file.close_notice(&entry, OPERATOR, &mut bench.moment);
        assert_eq!(change.is_some(), entry.fact.needs_operator(), "{:?}", entry.fact);
    }
    let stranger = Entry { invoice: bench.moment.fresh_id(), ..notice(&bench) };
    assert_eq!(bench.file.close_notice(&stranger, OPERATOR, &mut bench.moment), None);
}
