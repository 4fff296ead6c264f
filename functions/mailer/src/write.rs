//! Which letters an entry asks for, and to whom.
//! Must never write to anybody but the contacts on file and the seller's own team.
use domain::fact::LetterKind;
use domain::payment::Receipt;
use domain::{Amount, Fact, InvoiceFile, Status, Tenant};
use jiff::Timestamp;
use platform::Fault;
use ulid::Ulid;

use crate::letter::{self, InvoiceLine, Letter};

/// A letter to one recipient.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) kind: LetterKind,
    pub(crate) to: String,
    pub(crate) letter: Letter,
    pub(crate) receipt: Option<Receipt>,
}

/// The letters of an entry, in an order that is the same whenever it is asked: the mark of a
/// sent mail is its place in this list.
pub(crate) fn posts(
    file: &InvoiceFile,
    tenant: &Tenant,
    fact: &Fact,
    pay_link: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Post>, Fault> {
    let line = line(file, file.invoice.balance, now);
    match fact {
        // Paid or paused since: a reminder would be wrong now.
        Fact::CadenceStepDue { .. } if file.invoice.status != Status::Open => Ok(Vec::new()),
        Fact::CadenceStepDue { step, .. } => {
            let link = pay_link.ok_or_else(no_link)?;
            to_contacts(file, LetterKind::Cadence, letter::cadence(&line, *step, link), None)
        }
        Fact::LinkMailDue { .. } => {
            let link = pay_link.ok_or_else(no_link)?;
            to_contacts(file, LetterKind::Link, letter::fresh_link(&line, link), None)
        }
        Fact::ReceiptMade { payment } => receipt(file, *payment, pay_link, now),
        Fact::PaymentFailed { code, .. } => {
            let letter = letter::bank_payment_failed(&line, &bank_reason(code), pay_link);
            to_contacts(file, LetterKind::BankPaymentFailed, letter, None)
        }
        Fact::PaymentDuplicated { amount, stripe_payment, .. } => {
            let paid = amount.to_string();
            let letter = letter::paid_twice_payer(&line, &paid);
            let mut posts = to_contacts(file, LetterKind::PaidTwice, letter, None)?;
            let id = stripe_payment.as_deref().unwrap_or("see Stripe");
            let letter = letter::paid_twice_seller(&line, &paid, id).map_err(unwritten)?;
            let to = tenant.reply_to.clone();
            posts.push(Post { kind: LetterKind::PaidTwice, to, letter, receipt: None });
            Ok(posts)
        }
        // The rule on the bus lets only the above through; anything else asks for no mail.
        Fact::InvoiceImported { .. }
        | Fact::MailSent { .. }
        | Fact::MailFailed { .. }
        | Fact::LinkOpened { .. }
        | Fact::LinkRegenerated { .. }
        | Fact::LinkExpired { .. }
        | Fact::PaymentStarted { .. }
        | Fact::CheckoutExpired { .. }
        | Fact::PaymentDeclined { .. }
        | Fact::PaymentProcessing { .. }
        | Fact::PaymentSettled { .. }
        | Fact::PaymentMismatched { .. }
        | Fact::PaymentRefunded { .. }
        | Fact::ChargebackOpened { .. }
        | Fact::ChargebackClosed { .. } => Ok(Vec::new()),
    }
}

fn receipt(
    file: &InvoiceFile,
    payment: Ulid,
    pay_link: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Post>, Fault> {
    let payment = file.payment(payment).ok_or_else(|| Fault::Item("no such payment".to_owned()))?;
    let made = payment.receipt.clone().ok_or_else(|| Fault::Item("no receipt yet".to_owned()))?;
    let line = line(file, payment.amount, now);
    let paid_on = date(file, made.paid_at);
    let number = payment.receipt_number();
    let letter = letter::receipt(&line, &paid_on, &made.method, &number, pay_link);
    to_contacts(file, LetterKind::Receipt, letter, Some(made))
}

fn to_contacts<E: std::fmt::Display>(
    file: &InvoiceFile,
    kind: LetterKind,
    letter: Result<Letter, E>,
    receipt: Option<Receipt>,
) -> Result<Vec<Post>, Fault> {
    let letter = letter.map_err(unwritten)?;
    let post = |to: &String| Post {
        kind,
        to: to.clone(),
        letter: letter.clone(),
        receipt: receipt.clone(),
    };
    Ok(file.invoice.contacts.iter().map(post).collect())
}

fn line(file: &InvoiceFile, amount: Amount, now: Timestamp) -> InvoiceLine {
    let invoice = &file.invoice;
    InvoiceLine {
        seller: invoice.seller.name.clone(),
        brand_colour: invoice.seller.brand_colour.clone(),
        customer: invoice.customer.clone(),
        number: invoice.number.clone(),
        amount: amount.to_string(),
        due: invoice.due_date.strftime("%-d %B %Y").to_string(),
        overdue: file.days_overdue(now).map(|days| {
            if days == 1 { "1 day overdue".to_owned() } else { format!("{days} days overdue") }
        }),
        contact: Some(invoice.seller.contact.clone()).filter(|contact| !contact.is_empty()),
    }
}

fn date(file: &InvoiceFile, at: Timestamp) -> String {
    at.to_zoned(file.invoice.seller.time_zone()).strftime("%-d %B %Y").to_string()
}

fn bank_reason(code: &str) -> String {
    match code {
        "insufficient_funds" => "There was not enough money in the account.",
        "account_closed" | "bank_account_closed" => "The bank account is closed.",
        "no_account" => "The bank found no such account.",
        "debit_not_authorized" => "The bank says that the debit was not authorised.",
        _ => "The bank did not say why.",
    }
    .to_owned()
}

fn no_link() -> Fault {
    Fault::Item("the invoice has no link".to_owned())
}

fn unwritten(error: impl std::fmt::Display) -> Fault {
    Fault::Render(error.to_string())
}
