//! A commit: all of a change or nothing of it, and only from the newest version.
//! Must never let two that read the same both write.
use domain::{Actor, PaymentEvent, PaymentState, Refusal};
use platform::Fault;
use platform::store::{Commit, Decided};
use tokio::task::JoinSet;
use ulid::Ulid;

use crate::invoices::{committed, moment, one_linked, opened, paid, sorted, started};
use crate::table::{Cost, Table};

#[tokio::test]
async fn a_commit_from_an_older_version_loses_and_writes_nothing() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (_, late) = started(&file, &mut moment);
    let first = file.regenerate(Actor::Portal, true, &mut moment);
    committed(&store, file.clone(), first).await;
    let before = table.items_of(file.invoice.id).await;
    let loser = table.store();
    assert_eq!(loser.commit(&late).await.unwrap(), Commit::Lost);
    assert_eq!(Cost::of(&loser).failed_conditions, 1);
    assert_eq!(table.items_of(file.invoice.id).await, before);
}

#[tokio::test]
async fn a_commit_to_an_invoice_that_is_not_there_makes_none() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let other = Table::start().await;
    let file = one_linked(&other.store(), &mut moment).await;
    let change = file.regenerate(Actor::Portal, false, &mut moment);
    assert_eq!(store.commit(&change).await.unwrap(), Commit::Lost);
    assert!(table.items_of(file.invoice.id).await.is_empty());
}

#[tokio::test]
async fn faults_row_12_of_many_that_start_a_payment_at_once_one_wins() {
    let table = Table::start().await;
    let store = table.store();
    let file = one_linked(&store, &mut moment(0)).await;
    let mut racers = JoinSet::new();
    for racer in 1..=32 {
        let (store, file) = (store.clone(), file.clone());
        racers.spawn(async move {
            let (payment, change) = started(&file, &mut moment(racer));
            (payment.id, store.commit(&change).await.unwrap())
        });
    }
    let answers = racers.join_all().await;
    let winners: Vec<_> =
        answers.iter().filter(|(_, commit)| *commit == Commit::Done).map(|(id, _)| *id).collect();
    assert_eq!(winners.len(), 1);
    let file = store.load(file.invoice.id).await.unwrap().unwrap();
    assert_eq!(file.payments.iter().map(|payment| payment.id).collect::<Vec<_>>(), winners);
    let timeline = store.timeline(file.invoice.id).await.unwrap();
    let starts = timeline.iter().filter(|entry| entry.fact.name() == "PaymentStarted").count();
    assert_eq!((starts, store.units().failed_conditions()), (1, 31));
}

#[tokio::test]
async fn faults_row_1_a_hundred_deliveries_of_one_webhook_pay_once() {
    let table = Table::start().await;
    let (store, mut first) = (table.store(), moment(0));
    let file = one_linked(&store, &mut first).await;
    let (payment, change) = started(&file, &mut first);
    let file = committed(&store, file, change).await;
    let (invoice, payment) = (file.invoice.id, payment.id);
    let mut committed = 0;
    for batch in 0..4_u128 {
        let mut deliveries = JoinSet::new();
        for delivery in 0..25_u128 {
            let store = store.clone();
            deliveries.spawn(async move {
                let mut moment = moment(1 + batch * 25 + delivery);
                let decide = |file: &domain::InvoiceFile| file.apply(payment, &paid(), &mut moment);
                store.decide(invoice, decide).await.unwrap()
            });
        }
        for answer in deliveries.join_all().await {
            match answer {
                Decided::Committed(_) => committed += 1,
                Decided::Unchanged(file) => {
                    assert_eq!(file.payment(payment).unwrap().state, PaymentState::Paid);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let timeline = store.timeline(invoice).await.unwrap();
    let settled = timeline.iter().filter(|entry| entry.fact.name() == "PaymentSettled").count();
    assert_eq!((committed, settled), (1, 1));
}

#[tokio::test]
async fn faults_row_27_a_regeneration_and_a_payment_at_once_leave_one_truth() {
    for round in 0..8 {
        let table = Table::start().await;
        let store = table.store();
        let file = one_linked(&store, &mut moment(0)).await;
        let (id, link) = (file.invoice.id, file.invoice.link.unwrap());
        let (mut one, mut two) = (moment(1 + round), moment(100 + round));
        let regenerate =
            store.decide(id, |file| Ok(Some(file.regenerate(Actor::Portal, true, &mut one))));
        let pay = store.decide(id, |file| {
            let tenant = crate::invoices::tenant();
            match file.start_payment(link, &tenant, &mut two)? {
                domain::Start::New(_, change) => Ok(Some(*change)),
                other => panic!("{other:?}"),
            }
        });
        let (regenerated, paid) = tokio::join!(regenerate, pay);
        assert!(matches!(regenerated.unwrap(), Decided::Committed(_)));
        let file = store.load(id).await.unwrap().unwrap();
        match paid.unwrap() {
            Decided::Committed(_) => assert!(file.payments[0].cancel, "its session is ended"),
            Decided::Refused(refusal, _) => {
                assert_eq!(refusal, Refusal::LinkReplaced);
                assert!(file.payments.is_empty());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_decision_answers_missing_refused_unchanged_or_committed() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let id = file.invoice.id;
    let missing = store.decide(Ulid(7), |_| Ok(None)).await.unwrap();
    assert!(matches!(missing, Decided::Missing));
    let refused = store.decide(id, |_| Err(Refusal::TooSoon)).await.unwrap();
    assert!(matches!(refused, Decided::Refused(Refusal::TooSoon, found) if *found == file));
    let unchanged = store.decide(id, |_| Ok(None)).await.unwrap();
    assert!(matches!(unchanged, Decided::Unchanged(found) if *found == file));
    let decide =
        |file: &domain::InvoiceFile| Ok(Some(file.regenerate(Actor::Portal, false, &mut moment)));
    let Decided::Committed(after) = store.decide(id, decide).await.unwrap() else {
        panic!("not committed")
    };
    assert_eq!(sorted(store.load(id).await.unwrap().unwrap()), sorted(*after));
}

#[tokio::test]
async fn a_decision_that_always_loses_gives_up_after_three_tries() {
    let table = Table::start().await;
    let store = table.store();
    let id = one_linked(&store, &mut moment(0)).await.invoice.id;
    let mut tries = 0;
    let fault = store
        .decide(id, |file| {
            tries += 1;
            let mut change = file.regenerate(Actor::Portal, false, &mut moment(1));
            change.invoice.version += 1;
            Ok(Some(change))
        })
        .await
        .unwrap_err();
    assert!(matches!(fault, Fault::Contended) && fault.is_retryable());
    assert_eq!(tries, 3);
}

#[tokio::test]
async fn faults_row_5_an_event_before_its_payment_is_refused_for_now_and_applied_later() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (payment, change) = started(&file, &mut moment);
    let id = file.invoice.id;
    let apply = |event: PaymentEvent| {
        let mut moment = moment.clone();
        store.decide(id, move |file| file.apply(payment.id, &event, &mut moment))
    };
    let early = apply(paid()).await.unwrap();
    assert!(matches!(early, Decided::Refused(Refusal::UnknownPayment, _)));
    committed(&store, file, change).await;
    assert!(matches!(apply(paid()).await.unwrap(), Decided::Committed(_)));
    assert!(matches!(apply(opened()).await.unwrap(), Decided::Unchanged(_)));
}
