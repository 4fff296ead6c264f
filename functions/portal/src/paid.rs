//! GET /p/{token}/paid: back from Checkout. Asks Stripe and applies its answer as the webhook
//! would. Must never believe the address: anyone can type it.
use domain::{InvoiceFile, Moment, Status};
use lambda_http::Request;
use platform::http::Reply;
use platform::store::Decided;
use platform::{Fault, checkout};

use crate::page::Notice;
use crate::visit::{Visit, not_found};
use crate::{Till, show, view};

/// Shows the truth: paid, processing, or not paid yet.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(till: &Till, request: Request, mut moment: Moment) -> Result<Reply, Fault> {
    let portal = &till.portal;
    let visit = match Visit::read(&portal.keys, &request) {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    let Some(file) = portal.store.load(visit.claim.invoice).await? else { return Ok(not_found()) };
    // Money first: whatever has become of the link, what Stripe knows is recorded.
    let (file, notice) = match ask_and_apply(till, file.clone(), &mut moment).await {
        Ok(file) if is_owed(file.invoice.status) => (file, Notice::NotPaid),
        Ok(file) => (file, Notice::None),
        Err(fault) => {
            tracing::error!(%fault, "Stripe not asked");
            (file, Notice::Checking)
        }
    };
    match file.readable_link(visit.claim.link, moment.now) {
        Ok(_) => {
            view::note_use(portal, &visit, &file, moment.now).await;
            show::invoice(portal, &visit, &file, notice, moment.now)
        }
        Err(refusal) => show::refused(portal, &visit, &file, refusal, moment.now),
    }
}

async fn ask_and_apply(
    till: &Till,
    file: InvoiceFile,
    moment: &mut Moment,
) -> Result<InvoiceFile, Fault> {
    let Some(payment) = file.live_payment().cloned() else { return Ok(file) };
    let Some(event) = checkout::ask(&till.stripe, &payment, moment.now).await? else {
        return Ok(file);
    };
    let kept = file.clone();
    let store = &till.portal.store;
    match store.decide_on(file, |file| file.apply(payment.id, &event, moment)).await? {
        Decided::Committed(file) | Decided::Unchanged(file) | Decided::Refused(_, file) => {
            Ok(*file)
        }
        Decided::Missing => Ok(kept),
    }
}

/// Whether a payment could still be on its way to us; the page drops the notice where this
/// link is not the one that pays.
fn is_owed(status: Status) -> bool {
    match status {
        Status::Open | Status::PlanActive | Status::Promised | Status::Disputed => true,
        Status::PlanSubmitted
        | Status::Processing
        | Status::UnderReview
        | Status::Paid
        | Status::Closed => false,
    }
}
