//! From an invoice to the page that shows it: every word and date a payer reads.
//! Must never decide what is allowed; the domain has.
use domain::{Amount, InvoiceFile, PaymentState, Refusal, Seller, Status, words};
use jiff::Timestamp;
use platform::Fault;
use platform::http::Reply;

use crate::Portal;
use crate::page::{
    Asked, DeadLink, DeadLinkPage, Frame, InvoicePage, Notice, Page, PaidPart, PlainPage, State,
    TooOftenPage,
};
use crate::visit::{Visit, not_found};

mod sent;
mod standing;
#[cfg(test)]
mod tests;

pub(crate) use standing::payment_through;

/// How long Stripe or the bank may take; the retry hint of a page that met a fault.
const RETRY_AFTER_S: u32 = 60;

/// The invoice in the state it is in.
pub(crate) fn invoice(
    portal: &Portal,
    visit: &Visit,
    file: &InvoiceFile,
    notice: Notice,
    now: Timestamp,
) -> Result<Reply, Fault> {
    let notice = if notice == Notice::None { notice_of(file) } else { notice };
    let state = standing::of(&portal.keys, visit, file, now)?;
    let page = invoice_page(visit, file, state, notice, now);
    finish(200, portal, page.render())
}

/// The invoice, with a notice that asks to come again in a minute: Stripe did not answer, or
/// refused to start a payment.
pub(crate) fn later(
    portal: &Portal,
    visit: &Visit,
    file: &InvoiceFile,
    notice: Notice,
    now: Timestamp,
) -> Result<Reply, Fault> {
    let state = standing::of(&portal.keys, visit, file, now)?;
    let page = invoice_page(visit, file, state, notice, now);
    Ok(finish(503, portal, page.render())?.retry_after_s(RETRY_AFTER_S))
}

/// The page that tells the payer why not.
pub(crate) fn refused(
    portal: &Portal,
    visit: &Visit,
    file: &InvoiceFile,
    refusal: Refusal,
    now: Timestamp,
) -> Result<Reply, Fault> {
    tracing::info!(%refusal, "refused");
    match refusal {
        Refusal::LinkExpired | Refusal::LinkReplaced => {
            dead(410, portal, &dead_link(visit, file, refusal, Asked::NotYet))
        }
        Refusal::NotConnected | Refusal::NotPayable => {
            let page = invoice_page(visit, file, State::CannotPay, Notice::None, now);
            finish(409, portal, page.render())
        }
        Refusal::AlreadyPaid
        | Refusal::NothingDue
        | Refusal::Processing
        | Refusal::UnderReview
        | Refusal::CaseOpen
        | Refusal::WaitingForDecision
        | Refusal::LinkSpent
        | Refusal::BelowMinimum(_) => invoice(portal, visit, file, Notice::None, now),
        // What only operators, or forms, can meet.
        Refusal::FormReused
        | Refusal::TooSoon
        | Refusal::UnknownPayment
        | Refusal::UnknownCase
        | Refusal::NotAtThatStage
        | Refusal::NeedsController
        | Refusal::TooManyQuestions
        | Refusal::TooManyDocuments
        | Refusal::AmountOutOfRange => Ok(not_found()),
    }
}

/// What is said about a link that is dead.
pub(crate) fn dead_link(
    visit: &Visit,
    file: &InvoiceFile,
    refusal: Refusal,
    asked: Asked,
) -> DeadLinkPage {
    let replaced = refusal == Refusal::LinkReplaced;
    let kind = if replaced { DeadLink::Replaced } else { DeadLink::Expired };
    let frame = frame(&file.invoice.seller);
    DeadLinkPage { frame, path: visit.path.clone(), kind, asked, kept: Vec::new() }
}

/// A dead link's page as an answer.
pub(crate) fn dead(status: u16, portal: &Portal, page: &DeadLinkPage) -> Result<Reply, Fault> {
    finish(status, portal, page.render())
}

/// A page that knows no invoice.
pub(crate) fn plain(status: u16, page: &PlainPage) -> Reply {
    match page.render() {
        Ok(Page { html, style_hash }) => Reply::html(status, html, style_hash, ""),
        // The last page there is: words without a frame rather than nothing.
        Err(_) => Reply::problem(status, "Not available", "Please try again in a minute."),
    }
}

/// The page that asks to wait; it stands in for a form, which may have led to Checkout.
pub(crate) fn too_often(page: &TooOftenPage) -> Reply {
    match page.render() {
        Ok(Page { html, style_hash }) => Reply::html(429, html, style_hash, ""),
        Err(_) => Reply::problem(429, "Too often", "Please try again in a few minutes."),
    }
}

/// A page about an invoice as an answer; its forms may lead to Checkout.
pub(crate) fn finish<E: std::fmt::Display>(
    status: u16,
    portal: &Portal,
    page: Result<Page, E>,
) -> Result<Reply, Fault> {
    let page = page.map_err(|error| Fault::Render(error.to_string()))?;
    Ok(Reply::html(status, page.html, page.style_hash, &portal.checkout_origins))
}

fn invoice_page(
    visit: &Visit,
    file: &InvoiceFile,
    state: State,
    notice: Notice,
    now: Timestamp,
) -> InvoicePage {
    let invoice = &file.invoice;
    InvoicePage {
        frame: frame(&invoice.seller),
        path: visit.path.clone(),
        customer: invoice.customer.clone(),
        number: invoice.number.clone(),
        description: file.description.lines().map(str::to_owned).collect(),
        amount: left_or_billed(file).number(),
        currency: invoice.balance.currency.code().to_owned(),
        due: words::date(file.due_date()),
        overdue: file.days_overdue(now).map(words::overdue),
        contact: Some(invoice.seller.contact.clone()).filter(|contact| !contact.is_empty()),
        state,
        notice,
        offers: standing::offers(file),
        verdict: sent::verdict(file),
        sent: sent::shown(file, visit.claim.link),
        paid: paid_parts(file),
    }
}

fn left_or_billed(file: &InvoiceFile) -> Amount {
    match file.invoice.status {
        Status::UnderReview | Status::Paid | Status::Closed => file.billed(),
        Status::Open
        | Status::Processing
        | Status::PlanSubmitted
        | Status::PlanActive
        | Status::Promised
        | Status::Disputed => file.invoice.balance,
    }
}

/// Payments so far, the first one first; none if one has paid the whole.
fn paid_parts(file: &InvoiceFile) -> Vec<PaidPart> {
    let came = file.payments.iter().filter(|one| standing::is_money(one));
    let mut came: Vec<_> = came.filter_map(|one| Some((one.settled_at?, one.taken()))).collect();
    if came.len() == 1 && file.invoice.status == Status::Paid {
        return Vec::new();
    }
    came.sort_unstable_by_key(|(at, _)| *at);
    let part = |(at, taken)| PaidPart {
        on: words::date_of(at, &file.invoice.seller),
        amount: words::amount(taken),
    };
    came.into_iter().map(part).collect()
}

/// Who speaks on a seller's page.
pub(crate) fn frame(seller: &Seller) -> Frame {
    Frame { seller: seller.name.clone(), brand_colour: seller.brand_colour.clone() }
}

/// What the last try to pay came to, if the payer should know.
fn notice_of(file: &InvoiceFile) -> Notice {
    let Some(last) = file.payments.iter().max_by_key(|payment| payment.started_at) else {
        return Notice::None;
    };
    let Some(code) = &last.code else { return Notice::None };
    match last.state {
        PaymentState::Open => Notice::Declined { reason: words::failure(code).to_owned() },
        PaymentState::Failed => Notice::BankFailed { reason: words::failure(code).to_owned() },
        PaymentState::Starting
        | PaymentState::Expired
        | PaymentState::Processing
        | PaymentState::Mismatched
        | PaymentState::Paid => Notice::None,
    }
}
