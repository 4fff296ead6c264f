//! What the common work costs, in DynamoDB's own units; the figures are printed.
//! Must never grow unseen: a figure here is a promise of the README.
use domain::import::Row;
use domain::{InvoiceFile, Link, LinkState};
use jiff::{SignedDuration, Timestamp};
use platform::store::{Decided, Due, InvoiceStore, Sweep};

use crate::invoices::HOUR;
use crate::invoices::{
    at, committed, imported, linked, moment, one_linked, opened, paid, rows, started, tenant,
};
use crate::table::{Cost, Table};

fn print(work: &str, cost: Cost) {
    println!("{work}: {cost}");
}

/// An invoice with a payment under way, as heavy as that gets in practice.
async fn in_checkout(table: &Table) -> InvoiceFile {
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (payment, change) = started(&file, &mut moment);
    let file = committed(&store, file, change).await;
    let change = file.apply(payment.id, &opened(), &mut moment).unwrap().unwrap();
    committed(&store, file, change).await
}

#[tokio::test]
async fn a_view_is_one_round_trip_and_one_read_unit() {
    let table = Table::start().await;
    let file = in_checkout(&table).await;
    let view = table.store();
    let found = view.load(file.invoice.id).await.unwrap().unwrap();
    let once = Cost { round_trips: 1, read_halves: 2, ..Cost::NOTHING };
    print("view", Cost::of(&view));
    assert_eq!(Cost::of(&view), once);
    // The opening that comes with it writes nothing within the hour.
    view.note_opening(&found, &found.links[0], &mut moment(1)).await.unwrap();
    let reader = table.store();
    let found = reader.load(file.invoice.id).await.unwrap().unwrap();
    reader.note_opening(&found, &found.links[0], &mut moment(2)).await.unwrap();
    assert_eq!(Cost::of(&reader), once);
    let hourly = table.store();
    hourly.note_opening(&found, &found.links[0], &mut at(3, HOUR)).await.unwrap();
    print("clock, hourly at most", Cost::of(&hourly));
    assert_eq!(Cost::of(&hourly), Cost { round_trips: 1, write_halves: 2, ..Cost::NOTHING });
}

#[tokio::test]
async fn connecting_costs_one_read_that_finds_nothing() {
    let store = Table::start().await.store();
    store.connect().await;
    assert_eq!(Cost::of(&store), Cost { round_trips: 1, read_halves: 2, ..Cost::NOTHING });
}

#[tokio::test]
async fn a_view_costs_by_four_kilobytes_and_not_by_the_number_of_items() {
    let table = Table::start().await;
    for (description_bytes, read_halves) in [(0, 2), (2_000, 2), (5_000, 4), (32 * 1024, 18)] {
        let mut row = rows(1).remove(0);
        row.number = format!("INV-{description_bytes}");
        row.description = "x".repeat(description_bytes);
        let file = linked(&table.store(), &[row], &mut moment(0)).await.remove(0);
        let view = table.store();
        view.load(file.invoice.id).await.unwrap();
        let expected = Cost { round_trips: 1, read_halves, ..Cost::NOTHING };
        assert_eq!(Cost::of(&view), expected, "{description_bytes} bytes");
    }
}

#[tokio::test]
async fn a_first_opening_costs_one_transaction() {
    let table = Table::start().await;
    let file = one_linked(&table.store(), &mut moment(0)).await;
    let store = table.store();
    store.note_opening(&file, &file.links[0], &mut moment(1)).await.unwrap();
    print("first opening", Cost::of(&store));
    assert_eq!(Cost::of(&store), Cost { round_trips: 1, write_halves: 10, ..Cost::NOTHING });
}

#[tokio::test]
async fn a_payment_start_and_its_webhook_are_a_read_and_a_transaction_each() {
    let table = Table::start().await;
    let file = one_linked(&table.store(), &mut moment(0)).await;
    let (id, link) = (file.invoice.id, file.invoice.link.unwrap());
    let start = table.store();
    let mut one = at(1, HOUR);
    let decided = start
        .decide(id, |file| match file.start_payment(link, &tenant(), &mut one)? {
            domain::Start::New(_, change) => Ok(Some(*change)),
            other => panic!("{other:?}"),
        })
        .await
        .unwrap();
    let Decided::Committed(file) = decided else { panic!("not started") };
    print("payment start", Cost::of(&start));
    assert_eq!(
        Cost::of(&start),
        Cost { round_trips: 2, read_halves: 2, write_halves: 16, ..Cost::NOTHING }
    );
    let payment = file.payments[0].id;
    let (store, mut two) = (table.store(), at(2, HOUR));
    let open = |file: &InvoiceFile| file.apply(payment, &opened(), &mut two);
    assert!(matches!(store.decide_on(*file, open).await.unwrap(), Decided::Committed(_)));
    print("session opened", Cost::of(&store));
    assert_eq!(Cost::of(&store), Cost { round_trips: 1, write_halves: 8, ..Cost::NOTHING });
    let store = table.store();
    let mut pay = |file: &InvoiceFile| file.apply(payment, &paid(), &mut two);
    assert!(matches!(store.decide(id, &mut pay).await.unwrap(), Decided::Committed(_)));
    print("webhook: paid", Cost::of(&store));
    // Two of these units: an invoice that is over moves in the index of the list. One: its link is
    // taken out of the sweep, which nobody has to do later.
    let cost = Cost { round_trips: 2, read_halves: 2, write_halves: 28, ..Cost::NOTHING };
    assert_eq!(Cost::of(&store), cost);
    let again = table.store();
    assert!(matches!(again.decide(id, &mut pay).await.unwrap(), Decided::Unchanged(_)));
    assert_eq!(Cost::of(&again), Cost { round_trips: 1, read_halves: 2, ..Cost::NOTHING });
}

#[tokio::test]
async fn an_import_costs_its_writes_and_one_round_trip_for_thirty() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let changes: Vec<_> = rows(30).iter().map(|row| imported(row, &mut moment)).collect();
    store.create(&changes).await.unwrap();
    print("import of 30", Cost::of(&store));
    assert_eq!(Cost::of(&store).round_trips, 1);
}

/// Does what the expiry sweep does, and says what it read and wrote.
async fn sweep(store: &InvoiceStore, after: SignedDuration) -> usize {
    let mut moment = at(1 << 20, after);
    let due = store.due(Sweep::Expiry, moment.now, 100).await.unwrap();
    for due in &due {
        let file = store.load(due.invoice).await.unwrap().unwrap();
        let link = dead(&file, due);
        store.note_expiry(&file, link, due, &mut moment).await.unwrap();
    }
    due.len()
}

fn dead<'f>(file: &'f InvoiceFile, due: &Due) -> &'f Link {
    let link = file.link(due.id).unwrap();
    assert_eq!(link.state, LinkState::Live);
    link
}

/// Stores invoices with that many live links each. No verb gives an invoice more than one;
/// they stand for as many invoices, which the index cannot tell and the test need not wait for.
async fn live_links(store: &InvoiceStore, invoices: &[Row], each: usize) {
    let mut moment = at(1, 24 * HOUR);
    for file in linked(store, invoices, &mut moment).await {
        let mut change = file.request_link(&mut moment).unwrap();
        for _ in 1..each {
            change.links.push(Link { id: moment.fresh_id(), ..file.links[0].clone() });
        }
        committed(store, file, change).await;
    }
}

/// The cost of sweeping five expired links among that many live ones.
async fn sweep_among(invoices: usize, links_each: usize) -> Cost {
    let table = Table::start().await;
    let rows = rows(5 + invoices);
    let (dying, living) = rows.split_at(5);
    linked(&table.store(), dying, &mut moment(0)).await;
    live_links(&table.store(), living, links_each).await;
    let now = 7 * 24 * HOUR + 2 * HOUR;
    let store = table.store();
    assert_eq!(sweep(&store, now).await, 5);
    let idle = table.store();
    assert_eq!(sweep(&idle, now).await, 0);
    let live = table.store().due(Sweep::Expiry, Timestamp::MAX, 1_000).await.unwrap().len();
    print(&format!("sweep of 5 expired links among {live} live"), Cost::of(&store));
    print(&format!("sweep of nothing among {live} live"), Cost::of(&idle));
    assert_eq!(live, invoices * links_each);
    assert_eq!(Cost::of(&idle), Cost { round_trips: 4, read_halves: 4, ..Cost::NOTHING });
    Cost::of(&store)
}

#[tokio::test]
async fn a_sweep_costs_what_is_due_and_not_what_lives() {
    let few = sweep_among(10, 1).await;
    let many = sweep_among(20, 50).await;
    assert_eq!(few, many);
    assert_eq!(few.read_halves, 4 + 5 * 2, "four buckets, and each dead link's file");
    assert_eq!(few.write_halves, 5 * (4 + 4), "its line on the timeline, and leaving the index");
}

#[tokio::test]
async fn a_link_found_alive_is_filed_again_for_three_write_units() {
    let table = Table::start().await;
    let file = one_linked(&table.store(), &mut moment(0)).await;
    let store = table.store();
    let due = store.due(Sweep::Expiry, file.links[0].expires_at(), 10).await.unwrap().remove(0);
    let filing = table.store();
    filing.file_again(&due, file.links[0].expires_at() + HOUR).await.unwrap();
    print("link filed again", Cost::of(&filing));
    assert_eq!(Cost::of(&filing), Cost { round_trips: 1, write_halves: 6, ..Cost::NOTHING });
}
