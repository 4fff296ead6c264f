//! POST /p/{token}/pay: load, decide, commit the payment, open Checkout, send the payer there.
//! Must never open a second session beside a live one.
use domain::{InvoiceFile, Moment, Payment, PaymentEvent, PaymentState, Sending, Start};
use jiff::Timestamp;
use lambda_http::Request;
use platform::http::Reply;
use platform::store::{Commit, Decided};
use platform::{Fault, checkout, log, request};

use crate::page::Notice;
use crate::visit::{Visit, not_found};
use crate::{Till, limit, show, view};

/// A lost race, an ended session: decided anew this often, then the payer tries again.
const TRIES_MAX: usize = 4;
/// Sessions asked for in one press: what Stripe refuses twice it refuses again.
const STARTS_MAX: usize = 2;

/// Sends the payer to Checkout, or says why not.
///
/// # Errors
/// [`Fault`] when the store does not answer; nothing is lost, pressing again continues.
pub async fn handle(till: &Till, request: Request, mut moment: Moment) -> Result<Reply, Fault> {
    let portal = &till.portal;
    let visit = match Visit::read_form(&portal.keys, &request) {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    let base = request::base_url(till.public_url.as_deref(), &request)?;
    let page_url = format!("{base}/p/{}", visit.token);
    let load = portal.store.load(visit.claim.invoice);
    let counted = limit::beside(portal, &visit, (Sending::Write, moment.now), load);
    let mut loaded = match counted.await? {
        Ok(Some(file)) => Some(file),
        Ok(None) => return Ok(not_found()),
        Err(often) => return Ok(often.page(&visit, Vec::new())),
    };
    if let Some(file) = &loaded {
        view::note_use(portal, &visit, file, moment.now).await;
    }
    let mut seen: Option<InvoiceFile> = None;
    let mut starts = 0;
    for _ in 0..TRIES_MAX {
        let file = match loaded.take() {
            Some(file) => Some(file),
            None => portal.store.load(visit.claim.invoice).await?,
        };
        let Some(file) = file else { return Ok(not_found()) };
        let tenant = portal.store.tenant(&file.invoice.tenant).await?;
        let tenant =
            tenant.ok_or_else(|| Fault::Item("the invoice's tenant is gone".to_owned()))?;
        let started = match file.start_payment(visit.claim.link, &tenant, &mut moment) {
            Err(refusal) => return show::refused(portal, &visit, &file, refusal, moment.now),
            Ok(Start::New(..)) if starts == STARTS_MAX => {
                log::call_operator("CheckoutNotMade", &file.invoice.id.to_string());
                break;
            }
            Ok(Start::New(payment, change)) => match portal.store.commit(&change).await? {
                Commit::Done => {
                    starts += 1;
                    (payment, file.after(*change), Notice::TryAgain)
                }
                Commit::Lost => continue,
            },
            Ok(Start::Resume(payment) | Start::End(payment)) => {
                let notice = unknown(&payment);
                (payment, file, notice)
            }
        };
        let (payment, file, unanswered) = started;
        match ask_stripe(till, &file, &payment, &page_url, moment.now).await {
            Ok(event) => match apply(till, file.clone(), &payment, event, &mut moment).await? {
                Some(reply) => return Ok(reply),
                None => seen = Some(file),
            },
            Err(Fault::StripeRefused { .. }) if payment.is_left_behind(&tenant, moment.now) => {
                log::call_operator("PaymentLeftBehind", &file.invoice.id.to_string());
                let ended = PaymentEvent::CheckoutExpired;
                apply(till, file.clone(), &payment, ended, &mut moment).await?;
            }
            Err(fault) => {
                tracing::error!(%fault, payment = %payment.id, "Checkout not opened");
                return show::later(portal, &visit, &file, unanswered, moment.now);
            }
        }
    }
    match seen {
        Some(file) => show::later(portal, &visit, &file, Notice::TryAgain, moment.now),
        None => Err(Fault::Contended),
    }
}

/// What is said of a payment that was live before, while Stripe says nothing of it.
fn unknown(payment: &Payment) -> Notice {
    if payment.state == PaymentState::Starting {
        // Nobody was sent to Checkout yet.
        Notice::TryAgain
    } else {
        Notice::Checking
    }
}

/// What Stripe says of the payment that we have: opened if it was never answered, ended if it
/// must not be used, otherwise as it is.
async fn ask_stripe(
    till: &Till,
    file: &InvoiceFile,
    payment: &Payment,
    page_url: &str,
    now: Timestamp,
) -> Result<PaymentEvent, Fault> {
    if payment.cancel || file.amount_due() != Ok(payment.amount) {
        return checkout::end(&till.stripe, payment).await;
    }
    if payment.state == PaymentState::Starting {
        return checkout::open(&till.stripe, &file.invoice, payment, page_url).await;
    }
    let answer = checkout::ask(&till.stripe, payment, now).await?;
    answer.ok_or_else(|| Fault::Stripe("nothing known of the session yet".to_owned()))
}

/// Applies the answer; a reply if the session is open and may be used.
async fn apply(
    till: &Till,
    file: InvoiceFile,
    payment: &Payment,
    event: PaymentEvent,
    moment: &mut Moment,
) -> Result<Option<Reply>, Fault> {
    let store = &till.portal.store;
    let decided = store.decide_on(file, |file| file.apply(payment.id, &event, moment)).await?;
    let (Decided::Committed(file) | Decided::Unchanged(file)) = decided else { return Ok(None) };
    let usable = file
        .payment(payment.id)
        .is_some_and(|payment| payment.state == PaymentState::Open && !payment.cancel);
    match event {
        PaymentEvent::CheckoutOpened { url, .. } if usable => Ok(Some(Reply::redirect(&url))),
        // The link was replaced while the session was being made: nobody may use it.
        PaymentEvent::CheckoutOpened { .. } => {
            if let Some(payment) = file.payment(payment.id) {
                checkout::end(&till.stripe, payment).await?;
            }
            Ok(None)
        }
        PaymentEvent::CheckoutExpired
        | PaymentEvent::CheckoutMissing
        | PaymentEvent::Processing { .. }
        | PaymentEvent::Paid { .. }
        | PaymentEvent::Failed { .. }
        | PaymentEvent::Declined { .. }
        | PaymentEvent::Refunded { .. }
        | PaymentEvent::ChargebackOpened { .. }
        | PaymentEvent::ChargebackClosed { .. } => Ok(None),
    }
}
