//! From the queues of plans and of disputes: whatever happens to a case, its line in the
//! operators' queue is made anew. Must never take the line from the message: it may be old.
use domain::queue::{Queue, QueueLine};
use domain::{Entry, Moment};
use platform::Fault;
use platform::store::InvoiceStore;

/// Files the line of the case that an entry is about, as the case is now. So entries may come
/// twice, late or in any order: each writes what is true, and the store keeps the newest.
///
/// # Errors
/// [`Fault`]: the message goes back to the queue. [`Fault::Item`] if there is no such case: it
/// ends in the dead-letter queue, for an engineer.
pub async fn file(
    store: &InvoiceStore,
    queue: Queue,
    entry: Entry,
    moment: Moment,
) -> Result<(), Fault> {
    let Some(case) = entry.fact.case() else { return Ok(()) };
    let file = store.load(entry.invoice).await?;
    let file = file.ok_or_else(|| Fault::Item(format!("no invoice {}", entry.invoice)))?;
    let case = file.case(case).ok_or_else(|| Fault::Item(format!("no case {case}")))?;
    if case.kind().queue() != queue {
        return Ok(());
    }
    // Lost means that a newer line is filed already.
    store.file_line(&QueueLine::of(&file, case, moment.now)).await.map(|_| ())
}
