//! One payment that can still become money: what does Stripe say of it?
use domain::{InvoiceFile, Moment, Payment, PaymentState};
use jiff::{SignedDuration, Timestamp};
use platform::store::{Decided, Due, InvoiceStore};
use platform::stripe::Stripe;
use platform::{Fault, checkout};

use crate::watch;

/// A payment is asked about this often while its Checkout is open. With a run every five
/// minutes, what was paid is recorded within 15 even if no webhook comes.
const ASK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(9);
/// While the payer has small deposits to confirm: that is not told by any event.
const ASK_DEPOSITS_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// What asking came to.
pub(crate) enum Asked<'d> {
    /// It is applied, or filed for later.
    Done,
    /// The bank has it, and nothing is written yet.
    AtBank(AtBank<'d>),
}

/// A payment whose bank has not answered.
pub(crate) struct AtBank<'d> {
    pub(crate) due: &'d Due,
    pub(crate) account: String,
    pub(crate) ask_again_at: Timestamp,
}

pub(crate) async fn ask<'d>(
    store: &InvoiceStore,
    stripe: &Stripe,
    due: &'d Due,
    mut moment: Moment,
) -> Result<Asked<'d>, Fault> {
    let file = store.load(due.invoice).await?;
    let payment = file.as_ref().and_then(|file| file.payment(due.id));
    let (Some(file), Some(payment)) = (&file, payment.filter(|payment| payment.is_live())) else {
        store.take_out(due).await?;
        return Ok(Asked::Done);
    };
    let event = if payment.cancel && payment.can_be_cancelled() {
        Some(checkout::end(stripe, payment).await?)
    } else {
        checkout::ask(stripe, payment, moment.now).await?
    };
    if let Some(event) = event {
        let apply = |file: &InvoiceFile| file.apply(due.id, &event, &mut moment);
        if let Decided::Committed(_) = store.decide_on(file.clone(), apply).await? {
            platform::log::count("PaymentReconciled", 1);
            return Ok(Asked::Done);
        }
    }
    if payment.state == PaymentState::Processing {
        return Ok(Asked::AtBank(at_bank(due, payment, moment.now)));
    }
    store.file_again(due, later(moment.now, ASK_AGAIN_AFTER)).await?;
    Ok(Asked::Done)
}

fn at_bank<'d>(due: &'d Due, payment: &Payment, now: Timestamp) -> AtBank<'d> {
    let after = match payment.verify_url {
        Some(_) => ASK_DEPOSITS_AFTER,
        None => watch::ASK_WATCHED_AFTER,
    };
    AtBank { due, account: payment.account.clone(), ask_again_at: later(now, after) }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(now)
}
