//! On a schedule: learns from Stripe what no webhook has told, and applies it as the webhook
//! would. Must never conclude anything from silence.
//!
//! A payment whose Checkout may be open is asked about every few minutes ([`ask`]). One that is
//! with a bank, for days, is asked about when the events of its account say that something has
//! happened to it ([`follow`]), and now and then all the same.
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::{InvoiceFile, Moment, Payment};
use futures_util::stream::{self, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use platform::store::{Decided, InvoiceStore, Sweep, Watch};
use platform::stripe::Stripe;
use platform::{Fault, checkout, log, worker};

mod ask;
mod follow;
mod watch;

/// Payments per bucket and run.
const LIMIT: i32 = 100;
/// Requests to Stripe that wait at the same time.
const AT_ONCE: usize = 8;
/// Accounts are followed for so long, so that the rest of the minute that the function has is
/// left for single payments. Whoever is not reached comes first in the next run.
const FOLLOW_MAX: Duration = Duration::from_secs(20);

/// One run.
struct Run<'a> {
    store: &'a InvoiceStore,
    stripe: &'a Stripe,
    now: Timestamp,
    /// Lent to one decision at a time, so that no two have the same identifiers.
    moment: Mutex<Moment>,
    watches: Vec<Watch>,
}

/// One run.
///
/// # Errors
/// [`Fault`] if the table does not answer; what fails by itself is tried again by a later run.
pub async fn reconcile(
    store: &InvoiceStore,
    stripe: &Stripe,
    moment: Moment,
) -> Result<worker::Sweep, Fault> {
    let now = moment.now;
    let mut watches = store.watches().await?;
    watches.retain(|watch| watch::is_live(watch, now));
    watches.sort_by_key(|watch| watch.since_s);
    let run = Run { store, stripe, now, moment: Mutex::new(moment), watches };

    let followed = Mutex::new(BTreeSet::new());
    let following = run.watches.iter().map(|watch| follow::follow(&run, watch, &followed));
    let in_time = tokio::time::timeout(FOLLOW_MAX, at_once(following)).await;
    if in_time.is_err() {
        tracing::error!("not all accounts were followed in time");
    }
    let followed = followed.into_inner().unwrap_or_else(PoisonError::into_inner);

    let due = store.due(Sweep::Payment, now, LIMIT).await?;
    let asked = at_once(due.iter().map(|due| ask::ask(&run, due, &followed))).await;
    let failed = asked.iter().filter(|done| !**done).count() + run.watches.len() - followed.len();
    let due = due.len() + run.watches.len();
    Ok(worker::Sweep { due, done: due - failed, failed })
}

impl Run<'_> {
    /// Asks Stripe what has become of a payment, and applies it; whether that changed anything.
    async fn settle(&self, file: &InvoiceFile, payment: &Payment) -> Result<bool, Fault> {
        let event = if payment.cancel && payment.can_be_cancelled() {
            Some(checkout::end(self.stripe, payment).await?)
        } else {
            checkout::ask(self.stripe, payment, self.now).await?
        };
        let Some(event) = event else { return Ok(false) };
        let apply = |file: &InvoiceFile| {
            let mut moment = self.moment.lock().unwrap_or_else(PoisonError::into_inner);
            file.apply(payment.id, &event, &mut moment)
        };
        let decided = self.store.decide_on(file.clone(), apply).await?;
        let is_news = matches!(decided, Decided::Committed(_));
        if is_news {
            log::count("PaymentReconciled", 1);
        }
        Ok(is_news)
    }

    fn later(&self, by: SignedDuration) -> Timestamp {
        self.now.saturating_add(by).unwrap_or(self.now)
    }
}

/// All of them, a few at a time.
async fn at_once<F: Future>(work: impl Iterator<Item = F>) -> Vec<F::Output> {
    // Collected first: a stream that makes its futures by a borrowing closure is not `Send`.
    let work: Vec<_> = work.collect();
    stream::iter(work).buffer_unordered(AT_ONCE).collect().await
}
