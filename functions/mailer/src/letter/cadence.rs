//! The letters that ask for payment: the steps of a cadence, and a fresh link.
//! Must never decide whether a step is due, nor threaten more than the seller said.

use domain::mail_template::{MailTemplate, Values};

use super::words::{add_fitting_link, add_pay_link, owed, seller_with_contact, to_payer};
use super::{InvoiceLine, Letter};

/// The letter of a cadence step: 0 the invoice, 1 a friendly reminder, 2 and later a firmer one.
///
/// Holds the merge tags `{customer_name}`, `{invoice_balance}` and `{pay_link}` of the product.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn cadence(line: &InvoiceLine, step: u8, pay_link: &str) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, amount, due, .. } = line;
    let about = format!("invoice {number} from {seller}");
    let (subject, heading, paragraph) = match step {
        0 => (
            format!("Invoice {number} from {seller}: {amount}, due {due}"),
            format!("Invoice {number} from {seller}"),
            format!(
                "{seller} has sent you invoice {number}. You can look at it and pay online; you \
                 need no account."
            ),
        ),
        1 => (
            format!("Reminder: {about}, {amount}"),
            format!("A reminder of invoice {number}"),
            format!(
                "This is a friendly reminder of {about}. If you have paid in the last few days, \
                 thank you: please ignore this email."
            ),
        ),
        _ => (
            format!("Still unpaid: {about}, {amount}"),
            format!("Invoice {number} is still unpaid"),
            format!(
                "We have written to you about {about}, and it is still unpaid. Please pay it now. \
                 If something stands in the way, tell {}. If you have paid in the last few days, \
                 please ignore this email.",
                seller_with_contact(line)
            ),
        ),
    };
    let mut body = to_payer(line, subject, heading);
    body.paragraphs = vec![paragraph];
    body.facts = owed(line);
    add_pay_link(&mut body, line, pay_link);
    body.write(line)
}

/// The letter of a cadence step in the seller's own words. What they do not say of the invoice,
/// and why the link can be trusted, it says below as every other does.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn cadence_in_words(
    line: &InvoiceLine,
    step: u8,
    words: &MailTemplate,
    pay_link: &str,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = line;
    let filled = words.fill(&Values {
        customer_name: line.customer.clone(),
        invoice_number: number.clone(),
        invoice_balance: line.amount.clone(),
        due_date: line.due.clone(),
        pay_link: pay_link.to_owned(),
    });
    // The same words come up to three times; the payer is told which of them this is.
    let (subject, heading) = match step {
        0 => (filled.subject, format!("Invoice {number} from {seller}")),
        1 => (format!("Reminder: {}", filled.subject), format!("A reminder of invoice {number}")),
        _ => {
            let heading = format!("Invoice {number} is still unpaid");
            (format!("Still unpaid: {}", filled.subject), heading)
        }
    };
    let mut body = to_payer(line, subject, heading);
    let mut paragraphs = filled.paragraphs.into_iter();
    // Whom and how to greet, the seller's words say themselves.
    body.greeting = paragraphs.next().unwrap_or_default();
    body.paragraphs = paragraphs.collect();
    body.facts = owed(line);
    add_pay_link(&mut body, line, pay_link);
    body.write(line)
}

/// The letter after a link was made anew, by the seller or because someone asked on the old one.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn fresh_link(line: &InvoiceLine, pay_link: &str) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = line;
    let subject = format!("New link for invoice {number} from {seller}");
    let heading = format!("Your new link for invoice {number}");
    let mut body = to_payer(line, subject, heading);
    body.paragraphs = vec![format!(
        "Here is a new link for invoice {number} from {seller}, made because you or {seller} \
         asked for one. Links we sent earlier for this invoice no longer work."
    )];
    body.facts = owed(line);
    add_fitting_link(&mut body, line, pay_link);
    body.write(line)
}

/// The letter with the link that lives, which the seller has asked for once more.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn same_link(line: &InvoiceLine, pay_link: &str) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = line;
    let subject = format!("Link for invoice {number} from {seller}");
    let heading = format!("Your link for invoice {number}");
    let mut body = to_payer(line, subject, heading);
    // Not "again": it may never have been mailed before.
    body.paragraphs = vec![format!(
        "Here is your link for invoice {number} from {seller}, who asked us to send it to you."
    )];
    body.facts = owed(line);
    add_fitting_link(&mut body, line, pay_link);
    body.write(line)
}
