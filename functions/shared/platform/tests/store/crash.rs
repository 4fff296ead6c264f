//! The process stops in the middle: after any of its awaits, on any of its writes.
//! Must never leave half a change, nor one that the next delivery cannot make good.
use std::pin::pin;
use std::task::Poll;

use domain::{InvoiceFile, PaymentState};
use platform::store::{Decided, InvoiceStore};
use ulid::Ulid;

use crate::invoices::{committed, moment, one_linked, paid, started};
use crate::table::Table;

/// More polls than a decision takes; the test fails if it is ever reached.
pub(crate) const POLLS_MAX: usize = 200;

/// Polls a future so often and then drops it, as a process that is stopped would.
pub(crate) async fn stopped_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

async fn deliver(store: &InvoiceStore, invoice: Ulid, payment: Ulid, seed: u128) -> Decided {
    let mut moment = moment(seed);
    let decide = |file: &InvoiceFile| file.apply(payment, &paid(), &mut moment);
    store.decide(invoice, decide).await.unwrap()
}

#[tokio::test]
async fn faults_row_6_a_stop_at_any_await_is_made_good_by_the_next_delivery() {
    for polls in 0.. {
        assert!(polls < POLLS_MAX, "a decision that never ends");
        let table = Table::start().await;
        let (store, mut first) = (table.store(), moment(0));
        let file = one_linked(&store, &mut first).await;
        let (payment, change) = started(&file, &mut first);
        let file = committed(&store, file, change).await;
        let invoice = file.invoice.id;
        let victim = table.store();
        let ended = stopped_after(polls, deliver(&victim, invoice, payment.id, 1)).await;
        deliver(&store, invoice, payment.id, 2).await;
        let file = store.load(invoice).await.unwrap().unwrap();
        assert_eq!(file.payment(payment.id).unwrap().state, PaymentState::Paid, "{polls} polls");
        let timeline = store.timeline(invoice).await.unwrap();
        let settled = timeline.iter().filter(|entry| entry.fact.name() == "PaymentSettled").count();
        assert_eq!(settled, 1, "{polls} polls");
        if ended.is_some() {
            assert!(polls > 2, "it was stopped at its read and at its write before");
            return;
        }
    }
}
