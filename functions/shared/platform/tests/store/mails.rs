//! Marks of sent mails: one per cause and recipient, with its line on the timeline.
//! Must never hold an address.
use domain::fact::{LetterKind, mask};
use domain::{Actor, Entry, Fact};
use jiff::SignedDuration;
use platform::store::{Commit, MailClaim};
use ulid::Ulid;

use crate::invoices::{moment, one_linked, start_of_time};
use crate::table::Table;

#[tokio::test]
async fn faults_row_37_a_mail_is_marked_and_told_once_per_recipient() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let id = file.invoice.id;
    let to = mask("ap@acme.example");
    let fact = Fact::MailSent { letter: LetterKind::Cadence, to };
    let cause = Entry::new(&file.invoice, &mut moment, Actor::Portal, fact.clone());
    for (recipient, expected) in [(0, Commit::Done), (1, Commit::Done), (0, Commit::Lost)] {
        let entry = Entry::new(&file.invoice, &mut moment, Actor::Portal, fact.clone());
        let by = moment.fresh_id();
        let mine = store.claim_mail(&cause, recipient, by, moment.now).await.unwrap();
        let first = expected == Commit::Done;
        assert_eq!(mine, if first { MailClaim::Mine } else { MailClaim::Sent });
        assert_eq!(store.mark_mail_sent(cause.id, recipient, &entry).await.unwrap(), expected);
        let again = store.claim_mail(&cause, recipient, by, moment.now).await.unwrap();
        assert_eq!(again, MailClaim::Sent);
    }
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
async fn of_two_deliveries_at_once_one_sends_until_its_claim_has_run_out() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let fact = Fact::LinkOpened { link: Ulid(1) };
    let cause = Entry::new(&file.invoice, &mut moment, Actor::Portal, fact);
    let (one, other, now) = (Ulid(1), Ulid(2), moment.now);
    let second = SignedDuration::from_secs(1);
    for (by, seconds, mine) in [
        (one, 0, MailClaim::Mine),
        (other, 0, MailClaim::Busy),
        // Its own answer may have been lost.
        (one, 1, MailClaim::Mine),
        (other, 90, MailClaim::Busy),
        (other, 91, MailClaim::Mine),
        (one, 91, MailClaim::Busy),
    ] {
        let at = now + second * seconds;
        assert_eq!(store.claim_mail(&cause, 0, by, at).await.unwrap(), mine, "{seconds} s");
    }
    let second = store.claim_mail(&cause, 1, other, now).await.unwrap();
    assert_eq!(second, MailClaim::Mine, "each recipient by itself");
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
