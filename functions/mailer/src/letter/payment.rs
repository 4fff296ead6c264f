//! The letters about a payment: receipt, failed bank payment, an invoice paid twice.
//! Must never say that money arrived before Stripe said so: the caller calls only after that.

use super::body::Body;
use super::words::{add_link, add_pay_link, owed, seller_with_contact, to_payer, to_team};
use super::{InvoiceLine, Letter};

/// What a receipt says, for display.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// Date of the payment.
    pub paid_on: &'a str,
    /// Such as `Visa ending in 4242`.
    pub method: &'a str,
    /// Number of the receipt.
    pub receipt_number: &'a str,
    /// What of the invoice is left to pay, with its code; `None` if nothing is.
    pub left: Option<&'a str>,
}

/// The letter that carries the receipt, whose PDF the caller attaches. The amount of `line` is
/// what was paid, which may be a part of the invoice.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn receipt(
    line: &InvoiceLine,
    received: &Received<'_>,
    url: Option<&str>,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, customer, number, amount, .. } = line;
    let Received { paid_on, method, receipt_number, left } = *received;
    let subject = format!("Receipt {receipt_number}: {amount} paid to {seller}");
    let heading = match left {
        Some(_) => format!("Payment received: invoice {number}"),
        None => format!("Paid: invoice {number}"),
    };
    let mut body = to_payer(line, subject, heading);
    body.paragraphs = vec![format!(
        "Thank you. Your payment of {amount} to {seller} is confirmed; the receipt is attached as \
         a PDF."
    )];
    body.facts = vec![
        ("Receipt", receipt_number.to_owned()),
        ("Invoice", number.clone()),
        ("Billed to", customer.clone()),
        ("Paid to", seller.clone()),
        ("Amount paid", amount.clone()),
        ("Paid on", paid_on.to_owned()),
        ("Paid with", method.to_owned()),
    ];
    if let Some(left) = left {
        body.paragraphs.push(format!("Of invoice {number}, {left} is left to pay."));
        body.facts.push(("Left to pay", left.to_owned()));
    }
    if let Some(url) = url {
        let label = if left.is_some() { "See the invoice" } else { "See the paid invoice" };
        add_link(&mut body, line, label, url);
    }
    body.write(line)
}

/// The letter after a bank payment was returned, days after it was started.
///
/// `amount` is that of the payment, with its code; `reason` is one sentence for the payer, with
/// its full stop.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn bank_payment_failed(
    line: &InvoiceLine,
    amount: &str,
    reason: &str,
    pay_link: Option<&str>,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = line;
    let subject = format!("Bank payment failed: invoice {number} from {seller}");
    let mut body = to_payer(line, subject, "Your bank payment did not go through".to_owned());
    body.paragraphs = vec![
        format!("The bank payment of {amount} for invoice {number} from {seller} failed. {reason}"),
        match pay_link {
            Some(_) => {
                "This amount is unpaid again. You can pay with another bank account or a card."
                    .to_owned()
            }
            None => format!(
                "This amount is unpaid again. To pay it, write to {}.",
                seller_with_contact(line)
            ),
        },
    ];
    body.facts = owed(line);
    if let Some(url) = pay_link {
        add_pay_link(&mut body, line, url);
    }
    body.write(line)
}

/// The letter to the payer whose second payment for the same invoice was taken.
///
/// `amount` is that of the second payment, with its code.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn paid_twice_payer(line: &InvoiceLine, amount: &str) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = line;
    let subject = format!("Paid twice: invoice {number} from {seller}");
    let mut body = to_payer(line, subject, format!("Invoice {number} was paid twice"));
    body.paragraphs = vec![
        format!(
            "A second payment of {amount} arrived for invoice {number}, which was paid already."
        ),
        format!(
            "We have asked {seller} to refund it to the card or account it came from. You do not \
             have to do anything."
        ),
    ];
    body.facts = vec![
        ("Invoice", number.clone()),
        ("Paid to", seller.clone()),
        ("Second payment", amount.to_owned()),
    ];
    body.write(line)
}

/// The letter to the seller, who alone can refund the second payment.
///
/// `amount` is that of the second payment, with its code; `payment_id` is Stripe's.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn paid_twice_seller(
    line: &InvoiceLine,
    amount: &str,
    payment_id: &str,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { customer, number, .. } = line;
    let subject = format!("Refund needed: invoice {number} was paid twice by {customer}");
    let mut body = to_seller(line, subject, format!("Please refund a second payment of {amount}"));
    body.paragraphs = vec![
        format!(
            "{customer} paid invoice {number} a second time. The money is in your Stripe account; \
             Plixo never refunds on its own."
        ),
        "Please open this payment in your Stripe dashboard and refund it there. We have told the \
         payer that you were asked to."
            .to_owned(),
    ];
    body.facts.push(("Second payment", amount.to_owned()));
    body.facts.push(("Stripe payment", payment_id.to_owned()));
    body.write(line)
}

/// The letter to the seller, who has to decide what an unexpected amount means.
///
/// `expected` and `received` have their codes; `payment_id` is Stripe's.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn mismatch_seller(
    line: &InvoiceLine,
    expected: &str,
    received: &str,
    payment_id: &str,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { customer, number, .. } = line;
    let subject = format!("Please check: invoice {number} was paid with another amount");
    let mut body = to_seller(line, subject, format!("{received} came instead of {expected}"));
    body.paragraphs = vec![
        format!(
            "{customer} paid invoice {number}, but not with the amount it asks for. The money is \
             in your Stripe account. We have not counted it towards the invoice, have stopped \
             its reminders, and take no further payment for it."
        ),
        "Please look at this payment in your Stripe dashboard, and settle with the payer what is \
         to become of it."
            .to_owned(),
    ];
    body.facts.push(("Asked for", expected.to_owned()));
    body.facts.push(("Received", received.to_owned()));
    body.facts.push(("Stripe payment", payment_id.to_owned()));
    body.write(line)
}

/// A letter to the seller's team about a payment that came in at Stripe.
fn to_seller(line: &InvoiceLine, subject: String, heading: String) -> Body {
    let mut body = to_team(line, subject, heading, "Stripe");
    body.facts = vec![("Invoice", line.number.clone()), ("Paid by", line.customer.clone())];
    body
}
