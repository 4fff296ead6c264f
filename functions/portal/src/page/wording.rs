//! Decides what an invoice page says: its banners, its one action, what is folded away.
//! Must never offer two primary actions, nor one that could pay an invoice a second time.

use askama::Template;

use super::Tone;
use super::invoice::{InvoicePage, Notice, State};

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
    notice_banner: Option<Banner>,
    state_banner: Option<Banner>,
    action: Action<'a>,
    verify: Option<&'a str>,
    amount_label: &'static str,
    amount: &'a str,
    /// Some amounts carry their code instead of a symbol: `KWD 9.250` needs no second one.
    names_currency: bool,
    owed: bool,
    mailable: bool,
    first_lines: &'a [String],
    more_lines: &'a [String],
}

/// Title and tone of a banner; its sentence stands in the template.
#[derive(Clone, Copy)]
struct Banner {
    tone: Tone,
    title: &'static str,
}

/// The one thing to do next.
enum Action<'a> {
    Nothing,
    Pay { ach: bool, again: bool },
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
            _ => page.state.banner(verify.is_some()),
        };
        let shown_whole = page.description.len() <= LINES_SHOWN_WHOLE_MAX;
        let first_count = if shown_whole { page.description.len() } else { LINES_SHOWN_FIRST };
        let (first_lines, more_lines) = page.description.split_at(first_count);
        let (amount_label, amount) = amount(page);
        Self {
            page,
            style,
            title: title(page, notice_banner.or(state_banner)),
            state: page.state.name(),
            notice: if notice_banner.is_some() { page.notice.name() } else { "none" },
            notice_banner,
            state_banner,
            action: action(page, verify),
            verify,
            amount_label,
            amount,
            names_currency: amount.contains(page.currency.as_str()),
            owed: !page.state.is_settled(),
            mailable: page.contact.as_deref().is_some_and(is_mailable),
            first_lines,
            more_lines,
        }
    }
}

/// The first words of a tab or a bookmark: news first, else what is owed.
fn title(page: &InvoicePage, banner: Option<Banner>) -> String {
    let InvoicePage { frame, number, amount, due, .. } = page;
    match banner {
        Some(Banner { title, .. }) => format!("{title}: invoice {number} from {}", frame.seller),
        None => format!("Invoice {number} from {}: {amount} due {due}", frame.seller),
    }
}

fn amount(page: &InvoicePage) -> (&'static str, &str) {
    match &page.state {
        State::Paid { amount, .. } => ("Amount paid", amount),
        State::Processing { .. } => ("Amount being paid", &page.amount),
        State::UnderReview => ("Invoice amount", &page.amount),
        State::Due { .. }
        | State::CheckoutOpen { .. }
        | State::BelowMinimum { .. }
        | State::CannotPay => ("Amount due", &page.amount),
    }
}

fn action<'a>(page: &'a InvoicePage, verify: Option<&'a str>) -> Action<'a> {
    // Until Stripe has answered, a second press of "Pay" could be a second payment.
    let unsure = page.notice == Notice::Checking;
    match &page.state {
        State::Due { .. } | State::CheckoutOpen { .. } if unsure => Action::CheckAgain,
        State::Due { ach } => Action::Pay { ach: *ach, again: false },
        State::CheckoutOpen { ach } => Action::Pay { ach: *ach, again: true },
        State::Processing { .. } => verify.map_or(Action::Nothing, |url| Action::Verify { url }),
        State::Paid { receipt: true, .. } => Action::Receipt,
        State::Paid { receipt: false, .. } => Action::ReceiptComing,
        State::BelowMinimum { .. } | State::CannotPay | State::UnderReview => Action::Nothing,
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

impl State {
    /// `data-state` of the page's body.
    fn name(&self) -> &'static str {
        match self {
            Self::Due { .. } => "due",
            Self::CheckoutOpen { .. } => "checkout-open",
            Self::BelowMinimum { .. } => "below-minimum",
            Self::CannotPay => "cannot-pay",
            Self::Processing { .. } => "processing",
            Self::Paid { .. } => "paid",
            Self::UnderReview => "review",
        }
    }

    /// Whether a payment is known, so that what happened before it is no news any more.
    fn is_settled(&self) -> bool {
        matches!(self, Self::Processing { .. } | Self::Paid { .. } | Self::UnderReview)
    }

    fn banner(&self, verify: bool) -> Option<Banner> {
        let (tone, title) = match self {
            Self::Due { .. } => return None,
            Self::CheckoutOpen { .. } => (Tone::Calm, "A payment is already open"),
            Self::BelowMinimum { .. } => (Tone::Calm, "Too small to pay online"),
            Self::CannotPay => (Tone::Calm, "Online payment is not available yet"),
            Self::Processing { .. } if verify => {
                (Tone::Warn, "Your bank payment needs one more step")
            }
            Self::Processing { .. } => (Tone::Calm, "Bank payment on its way"),
            Self::Paid { .. } => (Tone::Good, "Paid"),
            Self::UnderReview => (Tone::Warn, "Payment under review"),
        };
        Some(Banner { tone, title })
    }
}

impl Notice {
    /// `data-notice` of the page's body.
    fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Cancelled => "cancelled",
            Self::NotPaid => "not-paid",
            Self::Declined { .. } => "declined",
            Self::BankFailed { .. } => "bank-failed",
            Self::TryAgain => "try-again",
            Self::Checking => "checking",
        }
    }

    fn banner(&self) -> Option<Banner> {
        let (tone, title) = match self {
            Self::None => return None,
            Self::Cancelled => (Tone::Calm, "Payment cancelled"),
            Self::NotPaid => (Tone::Calm, "Not paid yet"),
            Self::Declined { .. } => (Tone::Bad, "Payment declined"),
            Self::BankFailed { .. } => (Tone::Bad, "Bank payment failed"),
            Self::TryAgain => (Tone::Warn, "Stripe is not answering"),
            Self::Checking => (Tone::Calm, "Checking your payment"),
        };
        Some(Banner { tone, title })
    }
}
