//! The letters that ask for payment: the steps of a cadence, and a fresh link.
//! Must never decide whether a step is due, nor threaten more than the seller said.

use domain::mail_template::{MailTemplate, Values};

use super::words::{add_fitting_link, add_pay_link, owed, seller_with_contact, to_payer};
use super::{InvoiceLine, Letter};

/// The letter of a cadence step in `words`, the seller's own or the standard ones: 0 the invoice,
/// later ones reminders, which say so before the words do. What the words do not say of the
/// invoice, and why the link can be trusted, it says below as every other letter does.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn cadence(
    line: &InvoiceLine,
    step: u8,
    words: &MailTemplate,
    pay_link: &str,
) -> Result<Letter, askama::Error> {
    let filled = words.fill(&Values {
        customer_name: line.customer.clone(),
        invoice_number: line.number.clone(),
        invoice_balance: line.amount.clone(),
        due_date: line.due.clone(),
        pay_link: pay_link.to_owned(),
    });
    let Opening { prefix, heading, lead } = opening(line, step);
    let mut body = to_payer(line, format!("{prefix}{}", filled.subject), heading);
    // A link on its own would stand there twice: the button with the address in full is below.
    let mut paragraphs = filled.paragraphs.into_iter().filter(|one| one != pay_link);
    // Whom and how to greet, the words say themselves.
    if let Some(greeting) = paragraphs.next() {
        body.greeting = greeting;
    }
    body.paragraphs = lead.into_iter().chain(paragraphs).collect();
    body.facts = owed(line);
    add_pay_link(&mut body, line, pay_link);
    body.write(line)
}

/// What comes before the words, which are the same each time: the payer is told which of the
/// mails this is.
struct Opening {
    /// Before the subject.
    prefix: &'static str,
    heading: String,
    /// After the greeting.
    lead: Option<String>,
}

fn opening(line: &InvoiceLine, step: u8) -> Opening {
    let InvoiceLine { seller, number, due, overdue, .. } = line;
    match (step, overdue) {
        (0, _) => {
            Opening { prefix: "", heading: format!("Invoice {number} from {seller}"), lead: None }
        }
        (2.., Some(_)) => Opening {
            prefix: "Still unpaid: ",
            heading: format!("Invoice {number} is still unpaid"),
            lead: Some(format!(
                "We have written to you about this invoice, and it is still unpaid. If something \
                 stands in the way of paying it, tell {}. If you have paid in the last few days, \
                 please ignore this email.",
                seller_with_contact(line)
            )),
        },
        // Steps count from the import: at any of them there may be weeks left to pay, and then
        // nobody is late.
        (_, overdue) => {
            let is = if overdue.is_some() { "was" } else { "is" };
            Opening {
                prefix: "Reminder: ",
                heading: format!("A reminder of invoice {number}"),
                lead: Some(format!(
                    "This is a reminder of invoice {number}, which {is} due on {due}. If you have \
                     paid in the last few days, thank you: please ignore this email."
                )),
            }
        }
    }
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
