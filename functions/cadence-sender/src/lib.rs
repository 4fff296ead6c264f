//! On a schedule: the cadence steps that are due go on the timeline, each with a link that
//! lives; the mailer sends them from there. Must never send a mail itself: a step that is
//! committed is sent at least once, a step that is not is not sent at all.
use domain::Moment;
use platform::Fault;
use platform::store::{Decided, InvoiceStore, Sweep};
use platform::worker;

/// Invoices per bucket and run; the next run, a minute later, goes on.
const LIMIT: i32 = 100;

/// One run.
///
/// # Errors
/// [`Fault`] if the index does not answer; single invoices that fail stay due.
pub async fn send_due(store: &InvoiceStore, mut moment: Moment) -> Result<worker::Sweep, Fault> {
    let due = store.due(Sweep::Cadence, moment.now, LIMIT).await?;
    let mut sweep = worker::Sweep { due: due.len(), ..worker::Sweep::default() };
    for due in &due {
        match store.decide(due.invoice, |file| Ok(file.cadence_step(&mut moment))).await {
            Ok(Decided::Committed(_)) => sweep.done += 1,
            // The index was behind: paid, paused or stepped meanwhile.
            Ok(Decided::Unchanged(_) | Decided::Missing | Decided::Refused(..)) => {}
            Err(fault) => {
                tracing::error!(%fault, invoice = %due.invoice, "cadence step not taken");
                sweep.failed += 1;
            }
        }
    }
    Ok(sweep)
}
