//! The index of what is due: found in time and not before, and only while it is filed.
//! Must never make an item of its own, nor bring one back.
use domain::{Actor, InvoiceFile, PaymentEvent};
use jiff::{SignedDuration, Timestamp};
use platform::store::{Due, InvoiceStore, Sweep};
use ulid::Ulid;

use crate::invoices::{HOUR, committed, linked, moment, one_linked, paid, rows, started};
use crate::table::Table;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const FAR: Timestamp = Timestamp::MAX;

async fn ids(store: &InvoiceStore, sweep: Sweep, now: Timestamp) -> Vec<Ulid> {
    store.due(sweep, now, 100).await.unwrap().into_iter().map(|due| due.id).collect()
}

/// What comes up for the first time at `at`, to the second.
async fn check_due_at(store: &InvoiceStore, sweep: Sweep, at: Timestamp, id: Ulid) {
    assert!(!ids(store, sweep, at - SECOND).await.contains(&id), "{sweep:?} a second early");
    assert!(ids(store, sweep, at).await.contains(&id), "{sweep:?} in time");
}

async fn only(store: &InvoiceStore, sweep: Sweep) -> Due {
    let mut due = store.due(sweep, FAR, 100).await.unwrap();
    assert_eq!(due.len(), 1, "{due:?}");
    due.remove(0)
}

#[tokio::test]
async fn each_sweep_finds_its_own_in_time_and_not_before() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (payment, change) = started(&file, &mut moment);
    let entry = change.entries[0].clone();
    let file = committed(&store, file, change).await;
    let (now, id) = (moment.now, file.invoice.id);
    check_due_at(&store, Sweep::Cadence, now + 7 * 24 * HOUR, id).await;
    check_due_at(&store, Sweep::Expiry, file.links[0].expires_at(), file.links[0].id).await;
    check_due_at(&store, Sweep::Payment, now + 600 * SECOND, payment.id).await;
    check_due_at(&store, Sweep::Outbox, now + 300 * SECOND, entry.id).await;
    let found = store.due(Sweep::Payment, FAR, 100).await.unwrap();
    assert_eq!((found.len(), found[0].invoice), (1, id), "nothing of another sweep");
}

#[tokio::test]
async fn what_a_commit_settles_is_due_no_more() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (payment, change) = started(&file, &mut moment);
    let file = committed(&store, file, change).await;
    let change = file.apply(payment.id, &paid(), &mut moment).unwrap().unwrap();
    let file = committed(&store, file, change).await;
    assert!(ids(&store, Sweep::Cadence, FAR).await.is_empty(), "a paid invoice is not dunned");
    assert!(ids(&store, Sweep::Payment, FAR).await.is_empty(), "nothing to ask Stripe");
    assert!(ids(&store, Sweep::Expiry, FAR).await.is_empty(), "a spent link's end is no news");
    let old = file.invoice.link.unwrap();
    let change = file.regenerate(Actor::Portal, false, &mut moment);
    let file = committed(&store, file, change).await;
    let live = ids(&store, Sweep::Expiry, FAR).await;
    assert_eq!(live, [file.invoice.link.unwrap()], "the replaced link {old} has ended");
}

#[tokio::test]
async fn a_payment_is_asked_about_again_after_each_change_until_it_is_over() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (payment, change) = started(&file, &mut moment);
    let file = committed(&store, file, change).await;
    moment.now += HOUR;
    let processing = PaymentEvent::Processing {
        session: "cs_test_1".to_owned(),
        stripe_payment: None,
        verify: domain::Verify::NotNeeded,
    };
    let change = file.apply(payment.id, &processing, &mut moment).unwrap().unwrap();
    committed(&store, file, change).await;
    check_due_at(&store, Sweep::Payment, moment.now + 600 * SECOND, payment.id).await;
}

#[tokio::test]
async fn an_invoice_is_due_for_its_first_mail_at_once() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let (change, description) = crate::invoices::imported(&rows(1)[0], &mut moment);
    store.create(&[(change.clone(), description)]).await.unwrap();
    check_due_at(&store, Sweep::Cadence, moment.now, change.invoice.id).await;
}

#[tokio::test]
async fn a_sweep_takes_the_oldest_first_and_a_bounded_page_of_each_bucket() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let mut files: Vec<InvoiceFile> = Vec::new();
    for row in rows(40) {
        files.extend(linked(&store, &[row], &mut moment).await);
        moment.now += SECOND;
    }
    let all = store.due(Sweep::Expiry, FAR, 100).await.unwrap();
    assert_eq!(all.len(), 40);
    let page = store.due(Sweep::Expiry, FAR, 2).await.unwrap();
    assert_eq!(page.len(), 8, "two of each of four buckets");
    for bucket in 0..4 {
        let in_bucket = |due: &&Due| due.invoice.0 % 4 == bucket;
        let oldest: Vec<_> = files
            .iter()
            .filter(|file| file.invoice.id.0 % 4 == bucket)
            .map(|file| file.links[0].id)
            .take(2)
            .collect();
        let found: Vec<_> = page.iter().filter(in_bucket).map(|due| due.id).collect();
        assert_eq!(found, oldest);
    }
}

#[tokio::test]
async fn what_is_filed_again_comes_up_at_its_new_time() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let due = only(&store, Sweep::Expiry).await;
    let later = file.links[0].expires_at() + HOUR;
    store.file_again(&due, later).await.unwrap();
    check_due_at(&store, Sweep::Expiry, later, due.id).await;
    assert_eq!(store.load(file.invoice.id).await.unwrap().unwrap(), file, "nothing else moves");
}

#[tokio::test]
async fn what_is_taken_out_stays_out_and_is_not_filed_again() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let due = only(&store, Sweep::Expiry).await;
    store.take_out(&due).await.unwrap();
    store.take_out(&due).await.unwrap();
    store.file_again(&due, moment.now).await.unwrap();
    assert!(ids(&store, Sweep::Expiry, FAR).await.is_empty());
    assert_eq!(store.units().failed_conditions(), 2);
    assert_eq!(store.load(file.invoice.id).await.unwrap().unwrap(), file, "the link is there");
}

#[tokio::test]
async fn what_was_filed_anew_since_it_was_found_keeps_its_new_time() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    one_linked(&store, &mut moment).await;
    let found = only(&store, Sweep::Expiry).await;
    let (sooner, later) = (moment.now, moment.now + HOUR);
    store.file_again(&found, sooner).await.unwrap();
    // Another run that found it before.
    store.file_again(&found, later).await.unwrap();
    store.take_out(&found).await.unwrap();
    check_due_at(&store, Sweep::Expiry, sooner, found.id).await;
}

#[tokio::test]
async fn faults_row_32_a_sweep_does_not_bring_back_what_ttl_deleted() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let due = only(&store, Sweep::Expiry).await;
    table.delete_link(file.invoice.id, due.id).await;
    store.file_again(&due, moment.now).await.unwrap();
    store.take_out(&due).await.unwrap();
    assert!(store.load(file.invoice.id).await.unwrap().unwrap().links.is_empty());
}

#[tokio::test]
async fn a_published_entry_leaves_the_outbox_and_stays_on_the_timeline() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let timeline = store.timeline(file.invoice.id).await.unwrap();
    for entry in &timeline {
        store.take_out(&Due::entry(entry.invoice, entry.id)).await.unwrap();
    }
    assert!(ids(&store, Sweep::Outbox, FAR).await.is_empty());
    assert_eq!(store.timeline(file.invoice.id).await.unwrap(), timeline);
}
