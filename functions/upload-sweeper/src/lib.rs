//! On a schedule: files that were uploaded and that no submission took along are removed.
//! Must never remove a document that a case refers to, however old.
use domain::{InvoiceFile, Moment};
use jiff::SignedDuration;
use platform::Fault;
use platform::store::InvoiceStore;
use platform::uploads::{Uploaded, Uploads};
use platform::worker;
use ulid::Ulid;

/// Hours of the clock before this one. The last minute of the 21st is 20 hours old when it is
/// first looked at, an hour after it could last be submitted, and the first not yet 22: gone
/// within a day. Looked at for a day, so that a run that failed is made good by the next ones.
const HOURS: std::ops::Range<i64> = 21..45;
/// Lists of 1,000 in one hour; what is left is found by the next run.
const PAGES_MAX: usize = 10;

/// One run.
///
/// # Errors
/// [`Fault`] if the bucket cannot be listed; single uploads that fail are found again.
pub async fn sweep(
    store: &InvoiceStore,
    uploads: &Uploads,
    moment: Moment,
) -> Result<worker::Sweep, Fault> {
    let mut sweep = worker::Sweep::default();
    let mut last: Option<(Ulid, Option<InvoiceFile>)> = None;
    for hours in HOURS {
        let hour = moment.now.saturating_sub(SignedDuration::from_hours(hours));
        let hour = hour.map_err(|error| Fault::Files(error.to_string()))?;
        let mut after = None;
        for _ in 0..PAGES_MAX {
            let page = uploads.uploaded_in_hour(hour, after).await?;
            for uploaded in &page.uploads {
                sweep.due += 1;
                match forget(store, uploads, uploaded, &mut last).await {
                    Ok(removed) => sweep.done += usize::from(removed),
                    Err(fault) => {
                        tracing::error!(%fault, upload = %uploaded.id, "upload not removed");
                        sweep.failed += 1;
                    }
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(sweep)
}

/// Removes it unless a case refers to it. Uploads of one invoice come one after another, so
/// its file is read once.
async fn forget(
    store: &InvoiceStore,
    uploads: &Uploads,
    uploaded: &Uploaded,
    last: &mut Option<(Ulid, Option<InvoiceFile>)>,
) -> Result<bool, Fault> {
    let invoice = uploaded.place.invoice;
    if last.as_ref().is_none_or(|(known, _)| *known != invoice) {
        *last = Some((invoice, store.load(invoice).await?));
    }
    let file = last.as_ref().and_then(|(_, file)| file.as_ref());
    if file.is_some_and(|file| file.has_document(uploaded.id)) {
        return Ok(false);
    }
    uploads.remove(uploaded).await?;
    Ok(true)
}
