//! Marks of sent mails: one per cause and recipient, with its line on the timeline.
//! Must never hold an address.
use domain::fact::{LetterKind, mask};
use domain::{Actor, Entry, Fact};
use jiff::SignedDuration;
use platform::store::Commit;
use ulid::Ulid;

use crate::invoices::{moment, one_linked, start_of_time};
use crate::table::Table;

#[tokio::test]
async fn faults_row_37_a_mail_is_marked_and_told_once_per_recipient() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (id, cause) = (file.invoice.id, Ulid(77));
    let to = mask("ap@acme.example");
    let fact = Fact::MailSent { letter: LetterKind::Cadence, to };
    for (recipient, expected) in [(0, Commit::Done), (1, Commit::Done), (0, Commit::Lost)] {
        let entry = Entry::new(&file.invoice, &mut moment, Actor::Portal, fact.clone());
        let known = store.mail_was_sent(id, cause, recipient).await.unwrap();
        assert_eq!(known, expected == Commit::Lost);
        assert_eq!(store.mark_mail_sent(cause, recipient, &entry).await.unwrap(), expected);
        assert!(store.mail_was_sent(id, cause, recipient).await.unwrap());
    }
    assert!(!store.mail_was_sent(id, cause, 2).await.unwrap());
    assert!(!store.mail_was_sent(id, Ulid(78), 0).await.unwrap());
    let timeline = store.timeline(id).await.unwrap();
    let told = timeline.iter().filter(|entry| entry.fact == fact).count();
    assert_eq!(told, 2);
    let marks: Vec<_> = table
        .items_of(id)
        .await
        .into_iter()
        .filter(|item| item["sk"].as_s().unwrap().starts_with("M#"))
        .collect();
    assert_eq!(marks.len(), 2);
    let end = start_of_time() + SignedDuration::from_hours(60 * 24);
    for mark in &marks {
        let ttl_s = mark["ttl_s"].as_n().unwrap();
        assert_eq!(*ttl_s, end.as_second().to_string(), "a mark stays for sixty days");
    }
    assert!(!format!("{marks:?}").contains("acme"), "no address in a mark");
}

#[tokio::test]
async fn marks_and_timeline_do_not_weigh_on_the_view() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let view = table.store();
    view.load(file.invoice.id).await.unwrap();
    for cause in 0..40 {
        let fact = Fact::MailSent { letter: LetterKind::Cadence, to: "x".repeat(400) };
        let entry = Entry::new(&file.invoice, &mut moment, Actor::Portal, fact);
        store.mark_mail_sent(Ulid(cause), 0, &entry).await.unwrap();
    }
    let later = table.store();
    assert_eq!(later.load(file.invoice.id).await.unwrap().unwrap(), file);
    assert_eq!(later.units().read_halves(), view.units().read_halves());
}
