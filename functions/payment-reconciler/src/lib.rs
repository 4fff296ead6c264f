//! On a schedule: asks Stripe about payments that can still become money, and applies its
//! answer as the webhook would. Must never conclude anything from silence.
use domain::{InvoiceFile, Moment};
use jiff::SignedDuration;
use platform::store::{Decided, Due, InvoiceStore, Sweep};
use platform::stripe::Stripe;
use platform::{Fault, checkout, worker};

/// Payments per bucket and run.
const LIMIT: i32 = 25;
/// A payment is asked about this often while it lives. With a run every five minutes, what
/// was paid is recorded within 15 even if no webhook comes.
const ASK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(9);

/// One run.
///
/// # Errors
/// [`Fault`] if the index does not answer; single payments that fail stay due.
pub async fn reconcile(
    store: &InvoiceStore,
    stripe: &Stripe,
    mut moment: Moment,
) -> Result<worker::Sweep, Fault> {
    let due = store.due(Sweep::Payment, moment.now, LIMIT).await?;
    let mut sweep = worker::Sweep { due: due.len(), ..worker::Sweep::default() };
    for due in &due {
        match ask(store, stripe, due, &mut moment).await {
            Ok(()) => sweep.done += 1,
            Err(fault) => {
                tracing::error!(%fault, payment = %due.id, "payment not reconciled");
                sweep.failed += 1;
            }
        }
    }
    Ok(sweep)
}

async fn ask(
    store: &InvoiceStore,
    stripe: &Stripe,
    due: &Due,
    moment: &mut Moment,
) -> Result<(), Fault> {
    let Some(file) = store.load(due.invoice).await? else { return store.take_out(due).await };
    let Some(payment) = file.payment(due.id).filter(|payment| payment.is_live()) else {
        return store.take_out(due).await;
    };
    let event = if payment.cancel && payment.can_be_cancelled() {
        Some(checkout::end(stripe, payment).await?)
    } else {
        checkout::ask(stripe, payment, moment.now).await?
    };
    if let Some(event) = event {
        let apply = |file: &InvoiceFile| file.apply(due.id, &event, moment);
        if let Decided::Committed(_) = store.decide_on(file, apply).await? {
            platform::log::count("PaymentReconciled", 1);
            return Ok(());
        }
    }
    let again = moment.now.saturating_add(ASK_AGAIN_AFTER).unwrap_or(moment.now);
    store.file_again(due, again).await
}
