//! On a schedule: a bounded page of links that may have died; each dead one gets its line on
//! the timeline, once. Must never make a link dead: the clock does, here it is only noted.
use domain::{LinkState, Moment};
use platform::Fault;
use platform::store::{Due, InvoiceStore, Sweep};
use platform::worker;

/// Links per bucket and run; the next run goes on.
const LIMIT: i32 = 100;

/// One run.
///
/// # Errors
/// [`Fault`] if the index does not answer; single links that fail stay due.
pub async fn sweep(store: &InvoiceStore, mut moment: Moment) -> Result<worker::Sweep, Fault> {
    let due = store.due(Sweep::Expiry, moment.now, LIMIT).await?;
    let mut sweep = worker::Sweep { due: due.len(), ..worker::Sweep::default() };
    for due in &due {
        match note(store, due, &mut moment).await {
            Ok(()) => sweep.done += 1,
            Err(fault) => {
                tracing::error!(%fault, link = %due.id, "expiry not noted");
                sweep.failed += 1;
            }
        }
    }
    Ok(sweep)
}

async fn note(store: &InvoiceStore, due: &Due, moment: &mut Moment) -> Result<(), Fault> {
    let Some(file) = store.load(due.invoice).await? else { return store.take_out(due).await };
    let Some(link) = file.link(due.id) else { return store.take_out(due).await };
    match link.state {
        // Opened since it was filed: it lives, and is looked at again when it may be dead.
        LinkState::Live | LinkState::Spent if !link.is_expired(moment.now) => {
            store.file_again(due, link.expires_at()).await
        }
        LinkState::Live => store.note_expiry(&file, link, due, moment).await,
        // Its end came with its outcome or its successor, and the index was behind.
        LinkState::Spent | LinkState::Replaced => store.take_out(due).await,
    }
}
