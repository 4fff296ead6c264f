//! The letters about what the seller decided: a plan approved or declined, a dispute settled.
//! Must never leave open what is left to pay.

use domain::case::Matter;
use domain::review::DisputeVerdict;
use domain::{Amount, Refusal};

use super::body::{Body, Quote};
use super::case::{About, Reader, explain_no_link};
use super::words::{add_pay_link, seller_with_contact, to_payer};
use super::{InvoiceLine, Letter};

/// The letter about a plan that was agreed, with its schedule as agreed.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn plan_approved(about: &About<'_>, reader: Reader<'_>) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let whom = match reader {
        Reader::Contact(_) => "you get",
        Reader::Typed { .. } => "the billing contact on file gets",
    };
    let paragraphs = vec![
        format!("{seller} has agreed to your plan for invoice {number}."),
        format!(
            "Three days before each instalment is due, {whom} an email with the link to pay it. \
             Until then there is nothing to do."
        ),
    ];
    let mut body = decision(about, reader, "approved", paragraphs);
    body.facts.extend(about.particulars());
    body.write(about.line)
}

/// The letter about a plan that was declined.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn plan_declined(about: &About<'_>, reader: Reader<'_>) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let said = format!("{seller} has not agreed to the plan for invoice {number}.");
    let mut body = decision(about, reader, "declined", vec![said]);
    add_left(&mut body, about, reader);
    body.write(about.line)
}

/// The letter about a dispute that was decided. `credited` is what the balance became less by.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn dispute_decided(
    about: &About<'_>,
    verdict: DisputeVerdict,
    credited: Option<Amount>,
    reader: Reader<'_>,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let (word, said) = match verdict {
        DisputeVerdict::Accept => {
            ("accepted", format!("{seller} has accepted your dispute about invoice {number}."))
        }
        DisputeVerdict::PartlyAccept(_) => (
            "partly accepted",
            format!("{seller} has accepted a part of your dispute about invoice {number}."),
        ),
        DisputeVerdict::Reject => (
            "not accepted",
            format!(
                "{seller} has looked into your dispute about invoice {number} and does not \
                 accept it."
            ),
        ),
    };
    let mut body = decision(about, reader, word, vec![said]);
    body.facts.extend(about.particulars());
    if let Some(credited) = credited.filter(|credited| credited.minor > 0) {
        body.facts.push(("Credited", credited.to_string()));
    }
    add_left(&mut body, about, reader);
    body.write(about.line)
}

fn decision(about: &About<'_>, reader: Reader<'_>, word: &str, paragraphs: Vec<String>) -> Body {
    let InvoiceLine { seller, number, .. } = about.line;
    let (title, reference) = (about.title(), about.case.reference());
    let subject = format!("{title} {reference} {word}: invoice {number} from {seller}");
    let mut body = to_payer(about.line, subject, format!("{title} {word}"));
    body.paragraphs = paragraphs;
    body.facts = about.payer_names();
    let note = about.case.decision.as_ref().map(|decision| decision.note.as_str());
    body.quotes.extend(note.and_then(|note| Quote::of("What the seller says", note)));
    if let Reader::Typed { .. } = reader {
        explain_no_link(&mut body);
    }
    body
}

/// What is left to pay as things stand, and how; the invoice may have moved on since.
fn add_left(body: &mut Body, about: &About<'_>, reader: Reader<'_>) {
    let balance = about.file.invoice.balance;
    if balance.minor == 0 {
        let credited = matches!(about.case.matter, Matter::Dispute(_));
        let nothing = if credited { "Nothing is left to pay" } else { "The invoice is paid" };
        body.paragraphs.push(format!("{nothing}: there is nothing to do."));
        return;
    }
    body.facts.push(("Left to pay", balance.to_string()));
    let left = format!("{balance} is left to pay.");
    let how = match (about.file.amount_due(), reader) {
        (Err(Refusal::Processing), _) => "A bank payment is on its way.".to_owned(),
        // Something else has to be decided first: its own letters say what.
        (Err(_), _) => String::new(),
        (Ok(_), Reader::Contact(Some(url))) => {
            add_pay_link(body, about.line, url);
            "Here is a new link to pay it; links we sent earlier no longer work.".to_owned()
        }
        (Ok(_), Reader::Typed { link_sent: true }) => {
            "The link to pay it goes to the billing contact on file.".to_owned()
        }
        (Ok(_), Reader::Contact(None) | Reader::Typed { link_sent: false }) => {
            format!("To pay it, write to {}.", seller_with_contact(about.line))
        }
    };
    body.paragraphs.push(format!("{left} {how}"));
}
