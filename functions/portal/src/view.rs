//! GET /p/{token}: load, check the link, show the invoice.
//! Must never spend anything: opening, by whomever and however often, is not an outcome.
use domain::{InvoiceFile, Link, Moment};
use jiff::Timestamp;
use lambda_http::http::Method;
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;
use platform::{Fault, log};

use crate::page::Notice;
use crate::visit::{Visit, not_found};
use crate::visitor::Visitor;
use crate::{Portal, show};

/// The metric of openings by machines.
const SCANNED: &str = "LinkScanned";

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
    // A HEAD shows nobody anything: it does not even wind the clock.
    if request.method() == Method::HEAD {
        log::count(SCANNED, 1);
    } else {
        note_opening(portal, &visit, (&file, link), &mut moment).await;
    }
    let cancelled = request
        .query_string_parameters_ref()
        .and_then(|query| query.first("checkout"))
        .is_some_and(|value| value == "cancelled");
    let notice = if cancelled { Notice::Cancelled } else { Notice::None };
    show::invoice(portal, &visit, &file, notice, moment.now)
}

/// Notes that something else than a page was asked for through a link that can be read:
/// activity, no opening.
pub(crate) async fn note_use(portal: &Portal, visit: &Visit, file: &InvoiceFile, now: Timestamp) {
    let Ok(link) = file.readable_link(visit.claim.link, now) else { return };
    if let Err(fault) = portal.store.note_activity(file, link, now).await {
        tracing::warn!(%fault, "use of the link not noted");
    }
}

/// Notes that a page of the link was opened, which counts as activity. That a machine was there
/// winds the clock and is counted apart: the timeline tells when somebody opened the link.
pub(crate) async fn note_opening(
    portal: &Portal,
    visit: &Visit,
    (file, link): (&InvoiceFile, &Link),
    moment: &mut Moment,
) {
    let noted = match visit.visitor {
        Visitor::Person => portal.store.note_opening(file, link, moment).await,
        Visitor::Machine => {
            log::count(SCANNED, 1);
            portal.store.note_activity(file, link, moment.now).await
        }
    };
    if let Err(fault) = noted {
        // The payer came to see an invoice; that we could not note it is ours to read.
        tracing::warn!(%fault, "opening not noted");
    }
}
