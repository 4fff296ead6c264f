//! One payment that can still become money: what does Stripe say of it, and when to ask again?
//! Must never leave a payment filed as it was found: it would be in the way of all others.
use std::collections::BTreeSet;

use domain::PaymentState;
use jiff::SignedDuration;
use platform::Fault;
use platform::store::Due;

use crate::{Run, watch};

/// A payment is asked about this often while its Checkout is open, and while nobody follows the
/// events of its account. With a run every five minutes, what was paid is recorded within 15
/// even if no webhook comes.
const ASK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(9);
/// While the payer has small deposits to confirm: that is told by no event.
const ASK_DEPOSITS_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// What failed is tried by the next run.
const TRY_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(4);
/// What Stripe refuses needs a person: an account that was disconnected, a key without leave.
const REFUSED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Payments that were left together are asked about apart, within so many seconds.
const SPREAD_S: u128 = 2 * 3_600;

/// Whether it is done; if not, it is logged, and filed for another try.
pub(crate) async fn ask(run: &Run<'_>, due: &Due, followed: &BTreeSet<String>) -> bool {
    let Err(fault) = try_ask(run, due, followed).await else { return true };
    tracing::error!(%fault, payment = %due.id, "payment not reconciled");
    let after = match fault {
        Fault::StripeRefused { .. } => REFUSED_AGAIN_AFTER,
        _ => TRY_AGAIN_AFTER,
    };
    if let Err(fault) = run.store.file_again(due, run.later(after)).await {
        tracing::error!(%fault, payment = %due.id, "payment not filed again");
    }
    false
}

async fn try_ask(run: &Run<'_>, due: &Due, followed: &BTreeSet<String>) -> Result<(), Fault> {
    let file = run.store.load(due.invoice).await?;
    let payment = file.as_ref().and_then(|file| file.payment(due.id));
    let (Some(file), Some(payment)) = (&file, payment.filter(|payment| payment.is_live())) else {
        return run.store.take_out(due).await;
    };
    if run.settle(file, payment).await? {
        return Ok(());
    }
    let mut after = ASK_AGAIN_AFTER;
    if payment.state == PaymentState::Processing {
        watch::keep(run, &payment.account).await?;
        // Only what this run has followed is followed without fail.
        if followed.contains(&payment.account) {
            after = match payment.verify_url {
                Some(_) => ASK_DEPOSITS_AFTER,
                None => watched_after(due),
            };
        }
    }
    run.store.file_again(due, run.later(after)).await
}

fn watched_after(due: &Due) -> SignedDuration {
    let apart_s = i64::try_from(due.id.0 % SPREAD_S).unwrap_or_default();
    watch::ASK_WATCHED_AFTER.saturating_sub(SignedDuration::from_secs(apart_s))
}
