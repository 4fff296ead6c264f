//! What happened to the bank payments of an account, by the list of its events.
//! Must never move on past what could not be applied.
use domain::Moment;
use platform::statement::{self, Applied, Meaning};
use platform::store::{InvoiceStore, Watch};
use platform::stripe::{EventQuery, Stripe};
use platform::stripe_event::Event;
use platform::{Fault, log};

use crate::{at_once, watch};

/// What ends the wait for a bank. Source: Stripe, "Fulfill orders", delayed methods; seen 2026-11.
const KINDS: [&str; 2] =
    ["checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"];
/// Pages of one run and account; the next run goes on from there.
const PAGES_MAX: usize = 20;

/// Reads and applies what is new.
///
/// # Errors
/// [`Fault`] if Stripe or the table does not answer, or if an event could not be applied: it is
/// read again by the next run.
pub(crate) async fn follow(
    store: &InvoiceStore,
    stripe: &Stripe,
    watch: &Watch,
    mut moment: Moment,
) -> Result<(), Fault> {
    let (since_s, to_s) = watch::seconds(watch, moment.now);
    let mut stopped_at = watch.stopped.as_ref().map(|stopped| stopped.event.clone());
    let mut faults = Vec::new();
    for _ in 0..PAGES_MAX {
        let after = stopped_at.as_deref();
        let query = EventQuery { kinds: &KINDS, since_s, until_s: to_s, after };
        let page = stripe.events(&watch.account, query).await?;
        let apply = |event| apply(store, stripe, &watch.account, event, moment.apart());
        let applied = at_once(page.data.iter().map(apply)).await;
        faults.extend(applied.into_iter().filter_map(Result::err));
        let last = page.data.last().map(|event| event.id.clone());
        stopped_at = last.filter(|_| page.has_more);
        if stopped_at.is_none() {
            break;
        }
    }
    store.move_watch(watch, &watch::after(watch, to_s, stopped_at, faults.len())).await?;
    faults.into_iter().next().map_or(Ok(()), Err)
}

async fn apply(
    store: &InvoiceStore,
    stripe: &Stripe,
    account: &str,
    event: &Event,
    mut moment: Moment,
) -> Result<(), Fault> {
    // What is strange or foreign was put aside when the webhook brought it, or is another stack's.
    let Meaning::Statement(statement) = statement::read(stripe, event, Some(account)).await? else {
        return Ok(());
    };
    let applied = statement::apply(store, &statement, account, &mut moment).await?;
    if applied == Applied::Committed {
        log::count("PaymentReconciled", 1);
    }
    Ok(())
}
