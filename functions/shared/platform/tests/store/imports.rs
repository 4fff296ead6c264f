//! Writing an import: every invoice once, a batch whole or not at all.
//! Must never touch an invoice that is there.
use domain::import::invoice_id;
use platform::store::Commit;
use ulid::Ulid;

use crate::invoices::{committed, imported, moment, one_linked, rows};
use crate::table::{Cost, Table};

#[tokio::test]
async fn an_import_repeated_writes_nothing_and_finds_what_is_there() {
    let table = Table::start().await;
    let (store, rows) = (table.store(), rows(30));
    let (mut first, mut again) = (moment(0), moment(1));
    let changes: Vec<_> = rows.iter().map(|row| imported(row, &mut first)).collect();
    assert_eq!(store.create(&changes).await.unwrap(), Commit::Done);
    let mut before = Vec::new();
    for row in &rows {
        before.push(table.items_of(row.invoice_id("northwind")).await);
    }
    let changes: Vec<_> = rows.iter().map(|row| imported(row, &mut again)).collect();
    assert_eq!(store.create(&changes).await.unwrap(), Commit::Lost);
    for (row, before) in rows.iter().zip(before) {
        assert_eq!(table.items_of(row.invoice_id("northwind")).await, before);
    }
    let ids: Vec<_> = rows.iter().map(|row| row.invoice_id("northwind")).collect();
    let digests = store.row_digests(&ids).await.unwrap();
    assert!(rows.iter().all(|row| digests[&row.invoice_id("northwind")] == row.digest()));
}

#[tokio::test]
async fn an_invoice_that_has_moved_on_is_not_overwritten_by_its_row() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let change = file.regenerate(domain::Actor::Portal, false, &mut moment);
    let file = committed(&store, file, change).await;
    let again = imported(&rows(1)[0], &mut moment);
    assert_eq!(store.create(&[again]).await.unwrap(), Commit::Lost);
    let found = store.load(file.invoice.id).await.unwrap().unwrap();
    assert_eq!(found.invoice, file.invoice);
}

#[tokio::test]
async fn a_batch_with_one_known_invoice_is_written_not_at_all() {
    let table = Table::start().await;
    let (store, rows, mut moment) = (table.store(), rows(3), moment(0));
    let known = imported(&rows[1], &mut moment);
    assert_eq!(store.create(&[known]).await.unwrap(), Commit::Done);
    let batch: Vec<_> = rows.iter().map(|row| imported(row, &mut moment)).collect();
    assert_eq!(store.create(&batch).await.unwrap(), Commit::Lost);
    let ids: Vec<_> = rows.iter().map(|row| row.invoice_id("northwind")).collect();
    let digests = store.row_digests(&ids).await.unwrap();
    assert_eq!(digests.keys().collect::<Vec<_>>(), [&ids[1]]);
}

#[tokio::test]
async fn digests_are_read_of_any_number_of_invoices_and_only_of_those_there() {
    let table = Table::start().await;
    let (store, rows, mut moment) = (table.store(), rows(120), moment(0));
    for batch in rows.chunks(30) {
        let changes: Vec<_> = batch.iter().map(|row| imported(row, &mut moment)).collect();
        assert_eq!(store.create(&changes).await.unwrap(), Commit::Done);
    }
    let asked: Vec<Ulid> =
        (0..250).map(|number| invoice_id("northwind", &format!("INV-{number}"))).collect();
    let reader = table.store();
    let digests = reader.row_digests(&asked).await.unwrap();
    assert_eq!(digests.len(), 120);
    assert_eq!(Cost::of(&reader).round_trips, 3, "a hundred in one request");
    assert!(reader.row_digests(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_same_number_of_another_tenant_is_another_invoice() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    one_linked(&store, &mut moment).await;
    let other = [invoice_id("southwind", "INV-0")];
    assert!(store.row_digests(&other).await.unwrap().is_empty());
    assert_eq!(store.load(other[0]).await.unwrap(), None);
}

#[tokio::test]
async fn an_empty_import_costs_nothing() {
    let table = Table::start().await;
    let store = table.store();
    assert_eq!(store.create(&[]).await.unwrap(), Commit::Done);
    assert_eq!(Cost::of(&store), Cost::NOTHING);
}

#[tokio::test]
async fn digests_that_the_table_leaves_unread_are_asked_for_again() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let rows = rows(50);
    // One answer holds 16 MB; fifty of these are more.
    for batch in rows.chunks(10) {
        let mut changes: Vec<_> = batch.iter().map(|row| imported(row, &mut moment)).collect();
        for (change, _) in &mut changes {
            change.invoice.customer = "x".repeat(350_000);
        }
        assert_eq!(store.create(&changes).await.unwrap(), Commit::Done);
    }
    let ids: Vec<_> = rows.iter().map(|row| row.invoice_id("northwind")).collect();
    let reader = table.store();
    let digests = reader.row_digests(&ids).await.unwrap();
    assert_eq!(digests.len(), 50);
    assert!(Cost::of(&reader).round_trips > 1, "not all came at once");
}
