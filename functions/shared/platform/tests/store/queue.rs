//! The queues: whichever way lines come in, the newest of each case stays, in one place.
//! Must never show one tenant's cases to another.
use domain::case::SlaState;
use domain::queue::{Queue, QueueLine};
use domain::{CaseKind, CaseState};
use jiff::SignedDuration;
use platform::store::{Commit, InvoiceStore, OwnedBy, QueueQuery, Shelf};
use tokio::task::JoinSet;
use ulid::Ulid;

use crate::invoices::{moment, start_of_time, usd};
use crate::table::Table;

pub(crate) const CASE: Ulid = Ulid(1 << 90);

pub(crate) fn dispute(case: Ulid, version: u64, state: CaseState) -> QueueLine {
    let submitted_at = start_of_time();
    QueueLine {
        case,
        invoice: Ulid(7),
        tenant: "northwind".to_owned(),
        version,
        kind: CaseKind::Dispute,
        reference: "D-7F3K9Q2M4X".to_owned(),
        number: "INV-1".to_owned(),
        customer: "Acme".to_owned(),
        amount: usd(1_250),
        state,
        owner: None,
        submitted_at,
        needs_approval: None,
        adherence_percent: None,
        is_behind: false,
        next_due: None,
        reason: Some("already_paid".to_owned()),
        sla: Some(SlaState::Open),
        late_at: Some(submitted_at + SignedDuration::from_hours(48)),
        documents: 1,
        missing: vec!["proof_of_payment".to_owned()],
    }
}

fn promise(case: Ulid) -> QueueLine {
    QueueLine {
        kind: CaseKind::Promise,
        next_due: Some("2026-12-01".parse().unwrap()),
        reason: None,
        sla: None,
        late_at: None,
        missing: Vec::new(),
        ..dispute(case, 1, CaseState::Active)
    }
}

fn wanted(queue: Queue, shelf: Shelf) -> QueueQuery {
    QueueQuery {
        tenant: "northwind".to_owned(),
        queue,
        shelf,
        owner: None,
        reason: None,
        sla: None,
        kind: None,
        limit: 50,
    }
}

pub(crate) fn disputes(shelf: Shelf) -> QueueQuery {
    wanted(Queue::Disputes, shelf)
}

pub(crate) async fn filed(store: &InvoiceStore, lines: &[QueueLine]) {
    for line in lines {
        assert_eq!(store.file_line(line).await.unwrap(), Commit::Done);
    }
}

async fn found(store: &InvoiceStore, wanted: &QueueQuery) -> Vec<QueueLine> {
    let page = store.queue(wanted, None).await.unwrap();
    assert_eq!(page.next, None);
    page.lines
}

/// Everything in both halves of the queue.
async fn both(store: &InvoiceStore) -> (Vec<QueueLine>, Vec<QueueLine>) {
    (found(store, &disputes(Shelf::Open)).await, found(store, &disputes(Shelf::Closed)).await)
}

/// Every order of `0..count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![Vec::new()] };
    let shorter = orders(last);
    let inserted = |order: Vec<usize>| {
        (0..=order.len()).map(move |place| {
            let mut order = order.clone();
            order.insert(place, last);
            order
        })
    };
    shorter.into_iter().flat_map(inserted).collect()
}

#[tokio::test]
async fn faults_row_35_in_any_order_and_twice_the_newest_line_stays_in_one_place() {
    let table = Table::start().await;
    let store = table.store();
    let states = [CaseState::Submitted, CaseState::Asked, CaseState::Submitted];
    let mut cases = moment(0);
    for newest in [CaseState::Accepted, CaseState::Asked] {
        let all: Vec<_> = states.into_iter().chain([newest]).collect();
        for order in orders(all.len()) {
            let case = cases.fresh_id();
            let line = |at: &usize| dispute(case, *at as u64 + 3, all[*at]);
            for at in order.iter().chain(&order) {
                store.file_line(&line(at)).await.unwrap();
            }
            let (open, closed) = both(&store).await;
            let found: Vec<_> = open.iter().chain(&closed).filter(|one| one.case == case).collect();
            assert_eq!(found, [&line(&3)], "in the order {order:?}");
            let is_open = open.iter().any(|one| one.case == case);
            assert_eq!(is_open, newest == CaseState::Asked, "in the order {order:?}");
        }
    }
}

#[tokio::test]
async fn an_older_line_changes_nothing_and_says_so() {
    let table = Table::start().await;
    let store = table.store();
    let newer = dispute(CASE, 5, CaseState::Accepted);
    filed(&store, &[dispute(CASE, 4, CaseState::Submitted), newer.clone(), newer.clone()]).await;
    let older = dispute(CASE, 4, CaseState::Submitted);
    assert_eq!(store.file_line(&older).await.unwrap(), Commit::Lost);
    assert_eq!(both(&store).await, (Vec::new(), vec![newer]));
}

#[tokio::test]
async fn filed_by_many_at_once_the_newest_line_stays() {
    let table = Table::start().await;
    let store = table.store();
    let mut filers = JoinSet::new();
    for version in 1..=16_u64 {
        let store = store.clone();
        let state = if version % 3 == 0 { CaseState::Rejected } else { CaseState::Submitted };
        filers.spawn(async move { store.file_line(&dispute(CASE, version, state)).await.unwrap() });
    }
    filers.join_all().await;
    let newest = dispute(CASE, 16, CaseState::Submitted);
    assert_eq!(both(&store).await, (vec![newest], Vec::new()));
}

#[tokio::test]
async fn a_line_reads_back_whole_and_is_due_for_no_sweep() {
    let table = Table::start().await;
    let store = table.store();
    let mut line = dispute(CASE, 1, CaseState::Submitted);
    line.owner = Some("operator-1".to_owned());
    let plan = QueueLine {
        kind: CaseKind::Plan,
        needs_approval: Some(true),
        adherence_percent: Some(75),
        is_behind: true,
        ..promise(Ulid(CASE.0 + 1))
    };
    filed(&store, &[line.clone(), plan.clone()]).await;
    assert_eq!(found(&store, &disputes(Shelf::Open)).await, [line]);
    assert_eq!(found(&store, &wanted(Queue::Plans, Shelf::Open)).await, [plan]);
    for item in table.items("QUEUE#northwind#disputes#open").await {
        assert!(!item.contains_key("due_bucket") && !item.contains_key("ttl_s"), "{item:?}");
    }
}

#[tokio::test]
async fn filters_find_their_own_and_nothing_else() {
    let table = Table::start().await;
    let store = table.store();
    let line = |place: u128| dispute(Ulid(CASE.0 + place), 1, CaseState::Submitted);
    let owned = QueueLine { owner: Some("operator-1".to_owned()), ..line(1) };
    let late = QueueLine { sla: Some(SlaState::Late), ..line(2) };
    let risky = QueueLine { sla: Some(SlaState::AtRisk), ..line(3) };
    let other = QueueLine { reason: Some("other".to_owned()), ..line(4) };
    filed(&store, &[other.clone(), risky.clone(), late.clone(), owned.clone()]).await;
    let all = disputes(Shelf::Open);
    let by_owner = |owner| QueueQuery { owner: Some(owner), ..all.clone() };
    let by_sla = |sla| QueueQuery { sla: Some(sla), ..all.clone() };
    let by_reason = |reason: &str| QueueQuery { reason: Some(reason.to_owned()), ..all.clone() };
    for (wanted, expected) in [
        (all.clone(), vec![&owned, &late, &risky, &other]),
        (by_owner(OwnedBy::Operator("operator-1".to_owned())), vec![&owned]),
        (by_owner(OwnedBy::Operator("operator-2".to_owned())), vec![]),
        (by_owner(OwnedBy::Nobody), vec![&late, &risky, &other]),
        (by_sla(SlaState::Open), vec![&owned, &other]),
        (by_sla(SlaState::AtRisk), vec![&risky]),
        (by_sla(SlaState::Late), vec![&late]),
        (by_reason("other"), vec![&other]),
        (by_reason("OTHER"), vec![]),
        (
            QueueQuery { owner: Some(OwnedBy::Nobody), ..by_reason("already_paid") },
            vec![&late, &risky],
        ),
        (disputes(Shelf::Closed), vec![]),
    ] {
        assert_eq!(found(&store, &wanted).await.iter().collect::<Vec<_>>(), expected, "{wanted:?}");
    }
}

#[tokio::test]
async fn plans_and_promises_share_a_queue_and_are_told_apart() {
    let table = Table::start().await;
    let store = table.store();
    let promised = promise(CASE);
    let planned = QueueLine { kind: CaseKind::Plan, ..promise(Ulid(CASE.0 + 1)) };
    filed(&store, &[promised.clone(), planned.clone()]).await;
    let all = wanted(Queue::Plans, Shelf::Open);
    assert_eq!(found(&store, &all).await, [promised.clone(), planned.clone()]);
    for (kind, line) in [(CaseKind::Promise, promised), (CaseKind::Plan, planned)] {
        let wanted = QueueQuery { kind: Some(kind), ..all.clone() };
        assert_eq!(found(&store, &wanted).await, [line]);
    }
    assert!(found(&store, &disputes(Shelf::Open)).await.is_empty());
}

#[tokio::test]
async fn faults_row_54_another_tenants_cases_are_not_in_the_queue() {
    let table = Table::start().await;
    let store = table.store();
    let ours = dispute(CASE, 1, CaseState::Submitted);
    let theirs = QueueLine { tenant: "southwind".to_owned(), ..ours.clone() };
    filed(&store, &[ours.clone(), theirs.clone()]).await;
    assert_eq!(found(&store, &disputes(Shelf::Open)).await, [ours]);
    let southwind = QueueQuery { tenant: "southwind".to_owned(), ..disputes(Shelf::Open) };
    assert_eq!(found(&store, &southwind).await, [theirs]);
    let stranger = QueueQuery { tenant: String::new(), ..southwind };
    assert!(found(&store, &stranger).await.is_empty());
}
