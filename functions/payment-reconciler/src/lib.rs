//! On a schedule: learns from Stripe what no webhook has told, and applies it as the webhook
//! would. Must never conclude anything from silence.
//!
//! What happened to bank payments is asked once for each connected account that has one under
//! way ([`follow`]); whatever else can still become money is asked about one by one ([`ask`]).
use std::collections::BTreeMap;

use domain::Moment;
use futures_util::stream::{self, StreamExt as _};
use platform::store::{InvoiceStore, Sweep, Watch};
use platform::stripe::Stripe;
use platform::{Fault, worker};

mod ask;
mod follow;
mod watch;

use ask::{Asked, AtBank};

/// Payments per bucket and run.
const LIMIT: i32 = 100;
/// Requests to Stripe that wait at the same time.
const AT_ONCE: usize = 8;

/// One run.
///
/// # Errors
/// [`Fault`] if the table does not answer; single payments that fail stay due, and events that
/// fail are read again.
pub async fn reconcile(
    store: &InvoiceStore,
    stripe: &Stripe,
    mut moment: Moment,
) -> Result<worker::Sweep, Fault> {
    let now = moment.now;
    let mut watches = store.watches().await?;
    watches.retain(|watch| watch::is_live(watch, now));
    let mut sweep = worker::Sweep::default();

    let follow = |watch| follow::follow(store, stripe, watch, moment.apart());
    for followed in at_once(watches.iter().map(follow)).await {
        note(&mut sweep, 1, &followed);
    }
    let due = store.due(Sweep::Payment, now, LIMIT).await?;
    let ask = |due| ask::ask(store, stripe, due, moment.apart());
    let mut waiting: BTreeMap<String, Vec<AtBank<'_>>> = BTreeMap::new();
    for asked in at_once(due.iter().map(ask)).await {
        match asked {
            Ok(Asked::AtBank(payment)) => {
                waiting.entry(payment.account.clone()).or_default().push(payment);
            }
            Ok(Asked::Done) => note(&mut sweep, 1, &Ok(())),
            Err(fault) => note(&mut sweep, 1, &Err(fault)),
        }
    }
    for (account, payments) in &waiting {
        let known = watches.iter().find(|watch| watch.account == *account);
        let left = leave(store, known, account, payments, &moment).await;
        note(&mut sweep, payments.len(), &left);
    }
    Ok(sweep)
}

/// Leaves bank payments to the watch of their account: only once there is one may they wait long.
async fn leave(
    store: &InvoiceStore,
    known: Option<&Watch>,
    account: &str,
    payments: &[AtBank<'_>],
    moment: &Moment,
) -> Result<(), Fault> {
    watch::keep(store, known, account, moment.now).await?;
    for payment in payments {
        store.file_again(payment.due, payment.ask_again_at).await?;
    }
    Ok(())
}

/// All of them, a few at a time.
async fn at_once<F: Future>(work: impl Iterator<Item = F>) -> Vec<F::Output> {
    // Collected first: a stream that makes its futures by a borrowing closure is not `Send`.
    let work: Vec<_> = work.collect();
    stream::iter(work).buffer_unordered(AT_ONCE).collect().await
}

fn note(sweep: &mut worker::Sweep, count: usize, done: &Result<(), Fault>) {
    sweep.due += count;
    match done {
        Ok(()) => sweep.done += count,
        Err(fault) => {
            tracing::error!(%fault, count, "not reconciled");
            sweep.failed += count;
        }
    }
}
