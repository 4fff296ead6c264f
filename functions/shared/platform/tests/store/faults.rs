//! A table that does not answer as it should: a fault, told to the caller.
//! Must never pass for a race that somebody else has won.
use domain::{Actor, Entry, Fact};
use jiff::Timestamp;
use platform::Fault;
use platform::store::{InvoiceStore, Sweep};
use ulid::Ulid;

use crate::invoices::{HOUR, at, moment, one_linked, start_of_time};
use crate::queue::{CASE, dispute, disputes};
use crate::table::Table;

fn check<T: std::fmt::Debug>(what: &str, answer: Result<T, Fault>) {
    let fault = answer.expect_err(what);
    assert!(matches!(fault, Fault::Store { .. }), "{what}: {fault:?}");
}

#[tokio::test]
async fn a_table_that_is_not_there_is_a_fault_of_every_verb_and_no_lost_race() {
    let table = Table::start().await;
    let (whole, mut moment) = (table.store(), moment(0));
    let mut file = one_linked(&whole, &mut moment).await;
    let due = whole.due(Sweep::Expiry, Timestamp::MAX, 1).await.unwrap().remove(0);
    let store = InvoiceStore::new(table.client.clone(), "elsewhere".to_owned());
    let id = file.invoice.id;
    let change = file.regenerate(Actor::Portal, false, &mut moment);
    check("load", store.load(id).await);
    check("commit", store.commit(&change).await);
    check("create", store.create(&[(change.clone(), String::new())]).await);
    check("decide", store.decide(id, |_| Ok(None)).await.map(|_| ()));
    let fact = Fact::LinkOpened { link: Ulid(1) };
    let entry = Entry::new(&file.invoice, &mut moment, Actor::Payer, fact);
    check("append", store.append_once(&entry).await);
    check("entry", store.entry(id, entry.id).await);
    check("timeline", store.timeline(id).await);
    check("mark", store.mark_mail_sent(Ulid(1), 0, &entry).await);
    check("claim", store.claim_mail(&entry, 0, Ulid(1), moment.now).await);
    check("due", store.due(Sweep::Expiry, moment.now, 1).await);
    check("take out", store.take_out(&due).await);
    check("file again", store.file_again(&due, moment.now).await);
    check("digests", store.row_digests(&[id]).await);
    check("seller", store.tenant("northwind").await);
    check("quarantine", store.quarantine("evt_1", "why", "{}", start_of_time()).await);
    check("line", store.file_line(&dispute(CASE, 1, domain::CaseState::Submitted)).await);
    check("queue", store.queue(&disputes(platform::store::Shelf::Open), None).await);
    check("opening", store.note_opening(&file, &file.links[0], &mut moment).await);
    file.links[0].opened_at = Some(moment.now);
    check("clock", store.note_opening(&file, &file.links[0], &mut at(1, HOUR)).await);
    let link = &file.links[0];
    check("expiry", store.note_expiry(&file, link, &due, &mut moment).await);
}
