//! Which bank payments of an account something has happened to, by the list of its events.
//! Must never trust an event for what happened: the payment's own session is asked.
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use platform::Fault;
use platform::store::Watch;
use platform::stripe::{EventPage, EventQuery, Happened};
use platform::stripe_event::About;

use crate::{Run, at_once, watch};

/// What ends the wait for a bank. Source: Stripe, "Fulfill orders", delayed methods, and
/// "PaymentIntent lifecycle"; seen 2026-11.
const KINDS: [&str; 3] = [
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.canceled",
];
/// Pages of one run and account, far more than a run has time for. How far it came is noted
/// after each.
const PAGES_MAX: usize = 100;

/// Reads what is new, and asks about it. Notes the account in `followed` if nothing failed.
pub(crate) async fn follow(run: &Run<'_>, watch: &Watch, followed: &Mutex<BTreeSet<String>>) {
    let account = &watch.account;
    match read_on(run, watch.clone()).await {
        Ok(true) => {
            let mut followed = followed.lock().unwrap_or_else(PoisonError::into_inner);
            followed.insert(account.clone());
        }
        Ok(false) => tracing::error!(account, "events of an account not read to their end"),
        Err(fault) => tracing::error!(%fault, account, "events of an account not read"),
    }
}

/// Whether the list was read to its end, and everything in it done.
async fn read_on(run: &Run<'_>, mut watch: Watch) -> Result<bool, Fault> {
    for _ in 0..PAGES_MAX {
        let (since_s, until_s) = watch::seconds(&watch, run.now);
        let after = watch.stopped.as_ref().map(|stopped| stopped.event.as_str());
        let query = EventQuery { kinds: &KINDS, since_s, until_s, after };
        let page = match run.stripe.events(&watch.account, query).await {
            // A place that Stripe does not know any more is none: the list begins anew.
            Err(fault @ Fault::StripeRefused { .. }) if watch.stopped.is_some() => {
                run.store.move_watch(&watch, &watch::anew(&watch)).await?;
                return Err(fault);
            }
            page => page?,
        };
        let failed = ask_about(run, &watch, &page).await;
        let last = page.data.last().filter(|_| page.has_more).map(|event| event.id.clone());
        let next = watch::after(&watch, until_s, last, failed);
        run.store.move_watch(&watch, &next).await?;
        if next.stopped.is_none() {
            let has_failed = failed || watch.stopped.is_some_and(|stopped| stopped.failed);
            return Ok(!has_failed);
        }
        watch = next;
    }
    Ok(false)
}

/// Whether anything failed.
async fn ask_about(run: &Run<'_>, watch: &Watch, page: &EventPage) -> bool {
    let asked = at_once(page.data.iter().map(|event| ask(run, &watch.account, event))).await;
    asked.contains(&false)
}

/// Whether it is done; if not, it is logged.
async fn ask(run: &Run<'_>, account: &str, event: &Happened) -> bool {
    let Some(about) = event.about() else { return true };
    let asked = try_ask(run, account, about).await;
    if let Err(fault) = &asked {
        let (event, payment) = (&event.id, about.payment);
        tracing::error!(%fault, account, event, %payment, "payment not reconciled");
    }
    asked.is_ok()
}

async fn try_ask(run: &Run<'_>, account: &str, about: About) -> Result<(), Fault> {
    // Another stack's invoice, or something that the webhook has told already.
    let Some(file) = run.store.load(about.invoice).await? else { return Ok(()) };
    let payment = file.payment(about.payment).filter(|payment| payment.is_live());
    match payment.filter(|payment| payment.account == account) {
        Some(payment) => run.settle(&file, payment).await.map(|_| ()),
        None => Ok(()),
    }
}
