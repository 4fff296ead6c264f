//! GET /p/{token}: load, check the link, show the invoice.
//! Must never spend anything: opening, by whomever and however often, is not an outcome.
use domain::{InvoiceFile, Link, Moment};
use lambda_http::http::Method;
use lambda_http::{Request, RequestExt as _};
use platform::Fault;
use platform::http::Reply;

use crate::page::Notice;
use crate::visit::{Visit, not_found};
use crate::{Portal, show};

/// Shows the invoice of a link.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(portal: &Portal, request: Request, mut moment: Moment) -> Result<Reply, Fault> {
    let visit = match Visit::read(&portal.keys, &request) {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    let Some(file) = portal.store.load(visit.claim.invoice).await? else { return Ok(not_found()) };
    let link = match file.readable_link(visit.claim.link, moment.now) {
        Ok(link) => link,
        Err(refusal) => return show::refused(portal, &visit, &file, refusal, moment.now),
    };
    let opened = request.method() != Method::HEAD;
    if opened {
        note_opening(portal, &file, link, &mut moment).await;
    }
    let cancelled = request
        .query_string_parameters_ref()
        .and_then(|query| query.first("checkout"))
        .is_some_and(|value| value == "cancelled");
    let notice = if cancelled { Notice::Cancelled } else { Notice::None };
    show::invoice(portal, &visit, &file, notice, moment.now)
}

/// Notes that a page of the link was opened, which counts as activity.
pub(crate) async fn note_opening(
    portal: &Portal,
    file: &InvoiceFile,
    link: &Link,
    moment: &mut Moment,
) {
    if let Err(fault) = portal.store.note_opening(file, link, moment).await {
        // The payer came to see an invoice; that we could not note it is ours to read.
        tracing::warn!(%fault, "opening not noted");
    }
}
