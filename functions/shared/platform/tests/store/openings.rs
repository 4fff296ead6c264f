//! What opening a link writes: once at first, then hourly, and its end once.
//! Must never change what a link is good for.
use domain::link::{CLOCK_GRAIN, INACTIVITY};
use domain::{Actor, InvoiceFile, LinkState};
use jiff::SignedDuration;
use platform::store::{Commit, Decided, InvoiceStore, Sweep};
use tokio::task::JoinSet;
use ulid::Ulid;

use crate::invoices::{HOUR, at, committed, moment, one_linked, paid, start_of_time, started};
use crate::table::{Cost, Table};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

async fn reloaded(store: &InvoiceStore, invoice: Ulid) -> InvoiceFile {
    store.load(invoice).await.unwrap().unwrap()
}

async fn count(store: &InvoiceStore, invoice: Ulid, fact: &str) -> usize {
    let timeline = store.timeline(invoice).await.unwrap();
    timeline.iter().filter(|entry| entry.fact.name() == fact).count()
}

#[tokio::test]
async fn the_first_opening_is_told_once_however_many_come_together() {
    let table = Table::start().await;
    let store = table.store();
    let file = one_linked(&store, &mut moment(0)).await;
    let mut visitors = JoinSet::new();
    for visitor in 1..=16 {
        let (store, file) = (store.clone(), file.clone());
        visitors.spawn(async move {
            store.note_opening(&file, &file.links[0], &mut moment(visitor)).await.unwrap();
        });
    }
    visitors.join_all().await;
    assert_eq!(count(&store, file.invoice.id, "LinkOpened").await, 1);
    assert_eq!(store.units().failed_conditions(), 15);
}

#[tokio::test]
async fn faults_row_23_opening_writes_at_most_hourly_and_spends_nothing() {
    let table = Table::start().await;
    let store = table.store();
    let id = one_linked(&store, &mut moment(0)).await.invoice.id;
    let mut file = reloaded(&store, id).await;
    store.note_opening(&file, &file.links[0], &mut moment(1)).await.unwrap();
    for (minutes, writes) in [(0, 0), (1, 0), (59, 0), (60, 1), (61, 0), (119, 0), (120, 1)] {
        file = reloaded(&store, id).await;
        let visit = table.store();
        let mut moment = at(2, SignedDuration::from_mins(minutes));
        visit.note_opening(&file, &file.links[0], &mut moment).await.unwrap();
        let expected = Cost { round_trips: writes, write_halves: 2 * writes, ..Cost::NOTHING };
        assert_eq!(Cost::of(&visit), expected, "at minute {minutes}");
    }
    let after = reloaded(&store, id).await;
    assert_eq!(after.invoice, file.invoice);
    assert_eq!(after.links[0].state, LinkState::Live);
    assert_eq!(after.links[0].expires_at(), start_of_time() + 2 * HOUR + INACTIVITY + CLOCK_GRAIN);
    assert_eq!(count(&store, id, "LinkOpened").await, 1);
}

#[tokio::test]
async fn faults_row_23_a_machine_winds_the_clock_and_opens_nothing() {
    let table = Table::start().await;
    let store = table.store();
    let id = one_linked(&store, &mut moment(0)).await.invoice.id;
    for (minutes, writes) in [(0, 0), (59, 0), (60, 1), (61, 0), (120, 1)] {
        let file = reloaded(&store, id).await;
        let visit = table.store();
        let now = start_of_time() + SignedDuration::from_mins(minutes);
        visit.note_activity(&file, &file.links[0], now).await.unwrap();
        let expected = Cost { round_trips: writes, write_halves: 2 * writes, ..Cost::NOTHING };
        assert_eq!(Cost::of(&visit), expected, "at minute {minutes}");
    }
    let file = reloaded(&store, id).await;
    assert_eq!((file.links[0].opened_at, count(&store, id, "LinkOpened").await), (None, 0));
    // The person who comes later is the first to open it.
    store.note_opening(&file, &file.links[0], &mut at(9, 3 * HOUR)).await.unwrap();
    let file = reloaded(&store, id).await;
    assert_eq!(file.links[0].opened_at, Some(start_of_time() + 3 * HOUR));
    assert_eq!(count(&store, id, "LinkOpened").await, 1);
}

#[tokio::test]
async fn ttl_follows_the_clock_a_week_behind() {
    let table = Table::start().await;
    let store = table.store();
    let id = one_linked(&store, &mut moment(0)).await.invoice.id;
    // The link is hours old when it is first opened; that counts as well.
    for hours in [5, 6, 30] {
        let file = reloaded(&store, id).await;
        let mut moment = at(1, HOUR * hours);
        store.note_opening(&file, &file.links[0], &mut moment).await.unwrap();
        let link = &reloaded(&store, id).await.links[0];
        let items = table.items_of(id).await;
        let ttl_s = items.iter().find_map(|item| item.get("ttl_s")).unwrap().as_n().unwrap();
        let expected = link.expires_at() + SignedDuration::from_hours(7 * 24);
        assert_eq!(*ttl_s, expected.as_second().to_string(), "after {hours} hours");
    }
}

#[tokio::test]
async fn opening_a_link_that_ttl_deleted_does_not_bring_it_back() {
    let table = Table::start().await;
    let store = table.store();
    let file = one_linked(&store, &mut moment(0)).await;
    let id = file.invoice.id;
    store.note_opening(&file, &file.links[0], &mut moment(1)).await.unwrap();
    let file = reloaded(&store, id).await;
    table.delete_link(id, file.links[0].id).await;
    // The clock's write fails its condition, which is no fault: the page is shown all the same.
    store.note_opening(&file, &file.links[0], &mut at(2, HOUR)).await.unwrap();
    assert!(reloaded(&store, id).await.links.is_empty());
    // The same invoice as it looked before it was ever opened.
    let unopened = one_linked(&Table::start().await.store(), &mut moment(0)).await;
    store.note_opening(&unopened, &unopened.links[0], &mut at(3, HOUR)).await.unwrap();
    assert!(reloaded(&store, id).await.links.is_empty());
}

#[tokio::test]
async fn an_opening_never_undoes_a_regeneration_or_an_outcome() {
    let table = Table::start().await;
    let (store, mut first) = (table.store(), moment(0));
    let seen = one_linked(&store, &mut first).await;
    let (payment, change) = started(&seen, &mut first);
    let file = committed(&store, seen.clone(), change).await;
    let change = file.apply(payment.id, &paid(), &mut first).unwrap().unwrap();
    let file = committed(&store, file, change).await;
    store.note_opening(&seen, &seen.links[0], &mut at(1, HOUR)).await.unwrap();
    assert_eq!(reloaded(&store, file.invoice.id).await.links[0].state, LinkState::Spent);
    let file = reloaded(&store, file.invoice.id).await;
    let change = file.regenerate(Actor::Portal, false, &mut first);
    committed(&store, file.clone(), change).await;
    store.note_opening(&file, &file.links[0], &mut at(2, 3 * HOUR)).await.unwrap();
    let after = reloaded(&store, file.invoice.id).await;
    assert_eq!(after.link(seen.links[0].id).unwrap().state, LinkState::Replaced);
}

#[tokio::test]
async fn an_opening_between_a_load_and_a_commit_is_not_written_over() {
    let table = Table::start().await;
    let (store, mut first) = (table.store(), moment(0));
    let seen = one_linked(&store, &mut first).await;
    let id = seen.invoice.id;
    store.note_opening(&seen, &seen.links[0], &mut at(1, HOUR)).await.unwrap();
    let replace = |file: &InvoiceFile| file.regenerate(Actor::Portal, false, &mut moment(2));
    assert_eq!(store.commit(&replace(&seen)).await.unwrap(), Commit::Lost);
    let decided = store.decide(id, |file| Ok(Some(replace(file)))).await.unwrap();
    assert!(matches!(decided, Decided::Committed(_)));
    let after = reloaded(&store, id).await;
    let old = after.link(seen.links[0].id).unwrap();
    assert_eq!((old.state, old.opened_at), (LinkState::Replaced, Some(start_of_time() + HOUR)));
}

#[tokio::test]
async fn the_end_of_a_link_is_told_once_and_it_leaves_the_sweep() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let link = &file.links[0];
    moment.now = link.expires_at() + SECOND;
    let due = store.due(Sweep::Expiry, moment.now, 10).await.unwrap().remove(0);
    for _ in 0..2 {
        store.note_expiry(&file, link, &due, &mut moment).await.unwrap();
    }
    let timeline = store.timeline(file.invoice.id).await.unwrap();
    let ends: Vec<_> = timeline.iter().filter(|entry| entry.fact.name() == "LinkExpired").collect();
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0].at, link.expires_at(), "told as of when it died, not when it was found");
    assert!(store.due(Sweep::Expiry, moment.now, 10).await.unwrap().is_empty());
    assert_eq!(reloaded(&store, file.invoice.id).await.links, file.links);
}
