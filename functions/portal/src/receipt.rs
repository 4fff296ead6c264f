//! GET /p/{token}/receipt: the receipt as a PDF, also after the link is spent.
//! Must never skip the page's own check of the link.
use domain::Moment;
use lambda_http::Request;
use platform::Fault;
use platform::files::Files;
use platform::http::Reply;

use crate::page::{Plain, PlainPage};
use crate::visit::{Visit, not_found};
use crate::{Portal, show, view};

/// The receipt of the payment that the link carried, otherwise of the one that paid the rest.
///
/// # Errors
/// [`Fault`] when the store or S3 does not answer.
pub async fn handle(
    portal: &Portal,
    files: &Files,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let visit = match Visit::read(&portal.keys, &request) {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    let Some(file) = portal.store.load(visit.claim.invoice).await? else { return Ok(not_found()) };
    if let Err(refusal) = file.readable_link(visit.claim.link, moment.now) {
        return show::refused(portal, &visit, &file, refusal, moment.now);
    }
    view::note_use(portal, &visit, &file, moment.now).await;
    let last = || file.invoice.paid_by.and_then(|id| file.payment(id));
    let Some(payment) = show::payment_through(&file, visit.claim.link).or_else(last) else {
        return Ok(not_found());
    };
    let Some(receipt) = &payment.receipt else {
        let page = PlainPage { kind: Plain::ReceiptNotReady };
        return Ok(show::plain(404, &page).retry_after_s(5));
    };
    let pdf = files.receipt(&receipt.key).await?;
    Ok(Reply::pdf(&format!("receipt-{}.pdf", file.invoice.number), pdf))
}
