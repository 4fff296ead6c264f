//! The letters about dates: an instalment or a promise falls due, or its date went by.
//! Must never call late what may still be paid today.

use super::case::About;
use super::submission::PLIXO;
use super::words::{add_pay_link, seller_with_contact, to_payer, to_team};
use super::{InvoiceLine, Letter};

/// What falls due, for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLine {
    /// Such as `Instalment 2 of 4`, or `Promise`.
    pub what: String,
    /// What is to be paid, with its code.
    pub amount: String,
    /// Its date.
    pub date: String,
}

/// The letter before an instalment is due.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn instalment_due(
    about: &About<'_>,
    due: &DueLine,
    pay_link: &str,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let DueLine { what, amount, date } = due;
    let said = format!(
        "{what}: {amount} is due on {date}. It is part of the plan for invoice {number} that you \
         agreed with {seller}."
    );
    let subject = format!("{what}, invoice {number} from {seller}: {amount}, due {date}");
    to_pay(about, due, (subject, format!("{what} is due on {date}"), said), pay_link)
}

/// The letter before the date of a promise.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn promise_due(
    about: &About<'_>,
    due: &DueLine,
    pay_link: &str,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let DueLine { amount, date, .. } = due;
    let said = format!(
        "You promised {seller} to pay {amount} of invoice {number} by {date}. Here is the link \
         to pay it."
    );
    let subject = format!("Promise for invoice {number} from {seller}: {amount}, due {date}");
    to_pay(about, due, (subject, format!("{amount} is due on {date}"), said), pay_link)
}

/// The letter of a cadence step while a plan is behind. `missed` is how many instalments are;
/// `due` is the first of them.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn behind(
    about: &About<'_>,
    due: &DueLine,
    missed: usize,
    step: u8,
    pay_link: &str,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let DueLine { what, amount, date } = due;
    let still = if step == 0 { "Not paid yet" } else { "Still unpaid" };
    let subject = format!("{still}: {what}, invoice {number} from {seller}, {amount}");
    let more = match missed {
        0 | 1 => String::new(),
        _ => format!(" {missed} instalments were missed; this is the first of them."),
    };
    let said = format!(
        "{what} of your plan, {amount}, was due on {date} and is not paid.{more} Please pay it \
         as soon as you can. If something stands in the way, tell {}. If you have paid in the last few days, \
         please ignore this email.",
        seller_with_contact(about.line)
    );
    to_pay(about, due, (subject, format!("{what} is not paid yet"), said), pay_link)
}

/// A letter that asks for one payment; `texts` are its subject, heading and paragraph.
fn to_pay(
    about: &About<'_>,
    due: &DueLine,
    texts: (String, String, String),
    pay_link: &str,
) -> Result<Letter, askama::Error> {
    let (subject, heading, paragraph) = texts;
    let mut body = to_payer(about.line, subject, heading);
    body.paragraphs = vec![paragraph];
    body.facts = about.payer_names();
    body.facts.push(("To pay now", format!("{}, due {}", due.amount, due.date)));
    body.facts.push(("Balance", about.line.amount.clone()));
    add_pay_link(&mut body, about.line, pay_link);
    body.write(about.line)
}

/// The notice to the seller's team that an instalment was missed.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn instalment_missed(about: &About<'_>, due: &DueLine) -> Result<Letter, askama::Error> {
    let said = format!(
        "{} ({}) was due on {} and is not paid. The plan is flagged, and the payer gets \
         reminders again.",
        due.what, due.amount, due.date
    );
    missed(about, due, said)
}

/// The notice to the seller's team that a promise was not kept.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn promise_missed(about: &About<'_>, due: &DueLine) -> Result<Letter, askama::Error> {
    let said = format!(
        "{} was promised for {} and is not paid. The invoice is open again, and the payer gets \
         reminders.",
        due.amount, due.date
    );
    missed(about, due, said)
}

fn missed(about: &About<'_>, due: &DueLine, said: String) -> Result<Letter, askama::Error> {
    let InvoiceLine { customer, number, .. } = about.line;
    let subject = format!("Missed: {}, invoice {number}, {customer}", due.what);
    let heading = format!("{} was missed", due.what);
    let mut body = to_team(about.line, subject, heading, PLIXO);
    body.paragraphs = vec![said];
    body.facts = about.names();
    body.facts.push(("Missed", format!("{}, due {}", due.amount, due.date)));
    body.facts.push(("Left to pay", about.line.amount.clone()));
    body.write(about.line)
}
