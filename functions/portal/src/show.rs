//! From an invoice to the page that shows it: every word and date a payer reads.
//! Must never decide what is allowed; the domain has.
use domain::{Amount, InvoiceFile, Payment, PaymentState, Refusal, Seller, Status, words};
use jiff::Timestamp;
use platform::Fault;
use platform::http::Reply;

use crate::Portal;
use crate::page::{
    Asked, DeadLink, DeadLinkPage, Frame, InvoicePage, Notice, Page, PlainPage, State,
};
use crate::visit::{Visit, not_found};

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
    let page = invoice_page(visit, file, state(file, now), notice, now);
    finish(200, portal, page.render())
}

/// The invoice, with "try again" since Stripe did not answer.
pub(crate) fn try_again(
    portal: &Portal,
    visit: &Visit,
    file: &InvoiceFile,
    now: Timestamp,
) -> Result<Reply, Fault> {
    let page = invoice_page(visit, file, state(file, now), Notice::TryAgain, now);
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
        | Refusal::Processing
        | Refusal::UnderReview
        | Refusal::LinkSpent
        | Refusal::BelowMinimum(_) => invoice(portal, visit, file, Notice::None, now),
        Refusal::TooSoon | Refusal::UnknownPayment => Ok(not_found()),
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
    DeadLinkPage { frame: frame(&file.invoice.seller), path: visit.path.clone(), kind, asked }
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

fn finish<E: std::fmt::Display>(
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
        amount: invoice.balance.number(),
        currency: invoice.balance.currency.code().to_owned(),
        due: words::date(invoice.due_date),
        overdue: file.days_overdue(now).map(words::overdue),
        contact: Some(invoice.seller.contact.clone()).filter(|contact| !contact.is_empty()),
        state,
        notice,
    }
}

fn frame(seller: &Seller) -> Frame {
    Frame { seller: seller.name.clone(), brand_colour: seller.brand_colour.clone() }
}

fn state(file: &InvoiceFile, now: Timestamp) -> State {
    let invoice = &file.invoice;
    match invoice.status {
        Status::Open => open_state(file, now),
        Status::UnderReview => State::UnderReview,
        Status::Processing => {
            let payment = file.live_payment();
            let since = payment.and_then(|payment| payment.settled_at).unwrap_or(now);
            State::Processing {
                since: words::date_of(since, &invoice.seller),
                verify_url: payment.and_then(|payment| payment.verify_url.clone()),
            }
        }
        Status::Paid => {
            let payment = invoice.paid_by.and_then(|id| file.payment(id));
            let on = payment.and_then(|payment| payment.settled_at).unwrap_or(now);
            State::Paid {
                on: words::date_of(on, &invoice.seller),
                amount: payment.map_or(invoice.balance, |payment| payment.amount).number(),
                receipt: payment.is_some_and(|payment| payment.receipt.is_some()),
                refunded: payment.and_then(refunded),
                twice: file.payments.iter().any(|payment| payment.duplicate),
            }
        }
    }
}

fn open_state(file: &InvoiceFile, now: Timestamp) -> State {
    let ach = file.ach_offered(&file.invoice.seller.country);
    match file.payable() {
        Err(Refusal::BelowMinimum(minimum)) => State::BelowMinimum { minimum: minimum.to_string() },
        Err(_) => State::CannotPay,
        Ok(()) => {
            let is_open = |payment: &Payment| {
                payment.state == PaymentState::Open
                    && !payment.cancel
                    && now < payment.checkout_ends_at
            };
            let open = file.live_payment().is_some_and(is_open);
            if open { State::CheckoutOpen { ach } } else { State::Due { ach } }
        }
    }
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

fn refunded(payment: &Payment) -> Option<String> {
    let amount = Amount { minor: payment.refunded_minor, ..payment.amount };
    (amount.minor > 0).then(|| amount.to_string())
}
