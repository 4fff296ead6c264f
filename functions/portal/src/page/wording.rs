//! Decides what an invoice page says: its banners, its one action, what is folded away.
//! Must never offer two primary actions, nor one that could pay an invoice a second time.

use std::borrow::Cow;

use askama::Template;

use super::Tone;
use super::banner::Banner;
use super::invoice::{InvoicePage, Notice};
use super::state::{Instalment, State, Way};

/// A description up to this long is shown whole.
const LINES_SHOWN_WHOLE_MAX: usize = 8;
/// Of a longer one, this many lines stay visible above the fold-out.
const LINES_SHOWN_FIRST: usize = 5;

#[derive(Template)]
#[template(path = "invoice.html", whitespace = "minimize")]
pub(super) struct InvoiceView<'a> {
    page: &'a InvoicePage,
    style: &'a str,
    title: String,
    state: &'static str,
    notice: &'static str,
    notice_banner: Option<Banner<'a>>,
    state_banner: Option<Banner<'a>>,
    action: Action<'a>,
    verify: Option<&'a str>,
    figure: Figure<'a>,
    /// Some amounts carry their code instead of a symbol: `9.250 KWD` needs no second one.
    names_currency: bool,
    /// Whether other ways than paying at once are offered.
    offers: bool,
    mailable: bool,
    first_lines: &'a [String],
    more_lines: &'a [String],
}

/// The one amount in large type, and when it is due.
struct Figure<'a> {
    label: Cow<'a, str>,
    amount: &'a str,
    due: Option<&'a str>,
    late: Option<&'a str>,
}

/// The one thing to do next.
enum Action<'a> {
    Nothing,
    Pay { label: String, ach: bool },
    Elsewhere { path: &'a str, label: String },
    ByMail,
    Answer,
    Ask { minimum: Option<&'a str> },
    Verify { url: &'a str },
    CheckAgain,
    Receipt,
    ReceiptComing,
}

impl<'a> InvoiceView<'a> {
    pub(super) fn of(page: &'a InvoicePage, style: &'a str) -> Self {
        let notice_banner = if page.state.is_settled() { None } else { page.notice.banner() };
        let verify = verify_url(&page.state);
        let state_banner = match page.state {
            // What just happened says more than that a checkout is open.
            State::CheckoutOpen { .. } if notice_banner.is_some() => None,
            _ => page.state.banner(page, verify.is_some()),
        };
        let shown_whole = page.description.len() <= LINES_SHOWN_WHOLE_MAX;
        let first_count = if shown_whole { page.description.len() } else { LINES_SHOWN_FIRST };
        let (first_lines, more_lines) = page.description.split_at(first_count);
        let figure = figure(page);
        Self {
            page,
            style,
            title: title(page, notice_banner.as_ref().or(state_banner.as_ref())),
            state: page.state.name(),
            notice: if notice_banner.is_some() { page.notice.name() } else { "none" },
            notice_banner,
            state_banner,
            action: action(page, verify),
            verify,
            names_currency: figure.amount.contains(page.currency.as_str()),
            figure,
            offers: page.state.is_payable_now()
                && page.sent.is_none()
                && page.notice != Notice::Checking,
            mailable: page.contact.as_deref().is_some_and(is_mailable),
            first_lines,
            more_lines,
        }
    }
}

/// The first words of a tab or a bookmark: news first, else what is owed.
fn title(page: &InvoicePage, banner: Option<&Banner<'_>>) -> String {
    let InvoicePage { frame, number, due, .. } = page;
    if let Some(Banner { title, .. }) = banner {
        return format!("{title}: invoice {number} from {}", frame.seller);
    }
    let amount = page.amount_with_currency();
    format!("Invoice {number} from {}: {amount} due {due}", frame.seller)
}

fn figure(page: &InvoicePage) -> Figure<'_> {
    let whole = |label| {
        let owed = page.state.is_owed();
        let late = page.overdue.as_deref();
        let (due, late) = if owed { (Some(page.due.as_str()), late) } else { (None, None) };
        Figure { label: Cow::Borrowed(label), amount: &page.amount, due, late }
    };
    let calm = |label| Figure { late: None, ..whole(label) };
    match &page.state {
        State::Paid { amount, .. } | State::PartPaid { amount, .. } => {
            Figure { amount, due: None, ..calm("Amount paid") }
        }
        State::Processing { amount, .. } => Figure { amount, ..whole("Amount being paid") },
        State::UnderReview | State::Closed { .. } => whole("Invoice amount"),
        // Nothing is to be paid while the seller decides.
        State::PlanSubmitted { .. } | State::Question { .. } => {
            Figure { due: None, ..calm("Invoice amount") }
        }
        State::Due { .. }
        | State::CheckoutOpen { .. }
        | State::BelowMinimum { .. }
        | State::CannotPay => whole("Amount due"),
        State::Used => calm("Left to pay"),
        State::PlanActive { next, .. } => Figure {
            label: Cow::Owned(format!("Instalment {}", next.place)),
            amount: &next.amount,
            due: Some(&next.due),
            late: next.missed.then_some("missed"),
        },
        State::Promised { on, amount, .. } => {
            Figure { amount, due: Some(on), ..calm("Promised amount") }
        }
        State::Disputed { rest: Some(rest), way, .. } if *way != Way::Nothing => {
            Figure { amount: rest, ..calm("Not disputed") }
        }
        State::Disputed { amount, .. } => Figure { amount, due: None, ..calm("Disputed amount") },
    }
}

fn action<'a>(page: &'a InvoicePage, verify: Option<&'a str>) -> Action<'a> {
    // Until Stripe has answered, a second press of "Pay" could be a second payment.
    let unsure = page.notice == Notice::Checking;
    let pay = |what: String, ach: bool, again: bool| match (unsure, again) {
        (true, _) => Action::CheckAgain,
        (false, true) => Action::Pay { label: "Continue to payment".to_owned(), ach },
        (false, false) => Action::Pay { label: format!("Pay {what}"), ach },
    };
    let by = |way: &'a Way, what: String| match way {
        Way::Nothing => Action::Nothing,
        Way::Pay { ach, again } => pay(what, *ach, *again),
        Way::Elsewhere { path } => Action::Elsewhere { path, label: format!("Pay {what}") },
        Way::ByMail => Action::ByMail,
        Way::BelowMinimum { minimum } => Action::Ask { minimum: Some(minimum) },
        Way::CannotPay => Action::Ask { minimum: None },
    };
    match &page.state {
        State::Due { ach } => pay(page.amount_with_currency(), *ach, false),
        State::CheckoutOpen { ach } => pay(page.amount_with_currency(), *ach, true),
        State::PlanActive { next: Instalment { place, amount, .. }, way } => {
            by(way, format!("instalment {place}: {amount}"))
        }
        State::Promised { amount, way, .. } => by(way, amount.clone()),
        State::Disputed { rest: Some(rest), way, .. } => by(way, format!("{rest} (not disputed)")),
        State::Question { .. } => Action::Answer,
        State::Processing { .. } => verify.map_or(Action::Nothing, |url| Action::Verify { url }),
        State::Paid { receipt: true, .. }
        | State::PartPaid { receipt: true, .. }
        | State::Closed { receipt: true } => Action::Receipt,
        State::Paid { receipt: false, .. } | State::PartPaid { receipt: false, .. } => {
            Action::ReceiptComing
        }
        State::BelowMinimum { .. }
        | State::CannotPay
        | State::UnderReview
        | State::PlanSubmitted { .. }
        | State::Disputed { rest: None, .. }
        | State::Closed { receipt: false } => Action::Nothing,
        State::Used => Action::ByMail,
    }
}

impl InvoicePage {
    /// What is left to pay, with its code: few currencies have a symbol of their own.
    fn amount_with_currency(&self) -> String {
        let (amount, currency) = (self.amount.as_str(), self.currency.as_str());
        if amount.contains(currency) { amount.to_owned() } else { format!("{amount} {currency}") }
    }
}

/// Only `https`: escaping keeps a text inside its attribute, not a `javascript:` address harmless.
fn verify_url(state: &State) -> Option<&str> {
    match state {
        State::Processing { verify_url: Some(url), .. } if url.starts_with("https://") => Some(url),
        _ => None,
    }
}

/// Whether an address may follow `mailto:` as it is; `?` and `&` would add fields to the mail.
fn is_mailable(address: &str) -> bool {
    address.contains('@')
        && address.bytes().all(|b| b.is_ascii_alphanumeric() || b"@.-_+".contains(&b))
}
