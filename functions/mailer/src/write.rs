//! Which letters an entry asks for, and to whom.
//! Must never write to anybody but the contacts on file and the seller's own team.
use domain::fact::LetterKind;
use domain::payment::Receipt;
use domain::{Amount, Fact, InvoiceFile, Status, Tenant, words};
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
            let url = pay_link.ok_or_else(no_link)?;
            to_contacts(file, LetterKind::Cadence, letter::cadence(&line, *step, url), None)
        }
        Fact::LinkMailDue { .. } => {
            let url = pay_link.ok_or_else(no_link)?;
            to_contacts(file, LetterKind::Link, letter::fresh_link(&line, url), None)
        }
        Fact::ReceiptMade { payment } => receipt(file, *payment, pay_link, now),
        Fact::PaymentFailed { .. } if file.invoice.status == Status::Paid => Ok(Vec::new()),
        Fact::PaymentFailed { code, .. } => {
            let current = file.invoice.link.and_then(|id| file.link(id));
            let lives = current.is_some_and(|link| link.is_live(now));
            let pay_link = pay_link.filter(|_| lives);
            let letter = letter::bank_payment_failed(&line, words::failure(code), pay_link);
            to_contacts(file, LetterKind::BankPaymentFailed, letter, None)
        }
        Fact::PaymentDuplicated { amount, stripe_payment, .. } => {
            let paid = amount.to_string();
            let letter = letter::paid_twice_payer(&line, &paid);
            let mut posts = to_contacts(file, LetterKind::PaidTwice, letter, None)?;
            let letter =
                letter::paid_twice_seller(&line, &paid, stripe_id(stripe_payment.as_ref()));
            posts.push(to_seller(tenant, LetterKind::PaidTwice, letter)?);
            Ok(posts)
        }
        Fact::PaymentMismatched { expected, received, stripe_payment, .. } => {
            let unclear = || "an amount we cannot read".to_owned();
            let received = received.map_or_else(unclear, |amount| amount.to_string());
            let (expected, id) = (expected.to_string(), stripe_id(stripe_payment.as_ref()));
            let letter = letter::mismatch_seller(&line, &expected, &received, id);
            Ok(vec![to_seller(tenant, LetterKind::Mismatch, letter)?])
        }
        // The rule on the bus lets only the above through; anything else asks for no mail.
        Fact::InvoiceImported { .. }
        | Fact::MailSent { .. }
        | Fact::MailFailed { .. }
        | Fact::LinkOpened { .. }
        | Fact::LinkIssued { .. }
        | Fact::LinkRegenerated { .. }
        | Fact::LinkExpired { .. }
        | Fact::PaymentStarted { .. }
        | Fact::CheckoutExpired { .. }
        | Fact::PaymentDeclined { .. }
        | Fact::PaymentProcessing { .. }
        | Fact::PaymentSettled { .. }
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
    let paid_on = words::date_of(made.paid_at, &file.invoice.seller);
    let number = payment.receipt_number();
    let letter = letter::receipt(&line, &paid_on, &made.method, &number, pay_link);
    to_contacts(file, LetterKind::Receipt, letter, Some(&made))
}

fn to_contacts<E: std::fmt::Display>(
    file: &InvoiceFile,
    kind: LetterKind,
    letter: Result<Letter, E>,
    receipt: Option<&Receipt>,
) -> Result<Vec<Post>, Fault> {
    let letter = letter.map_err(unwritten)?;
    let post = |to: &String| Post {
        kind,
        to: to.clone(),
        letter: letter.clone(),
        receipt: receipt.cloned(),
    };
    Ok(file.invoice.contacts.iter().map(post).collect())
}

fn to_seller<E: std::fmt::Display>(
    tenant: &Tenant,
    kind: LetterKind,
    letter: Result<Letter, E>,
) -> Result<Post, Fault> {
    let letter = letter.map_err(unwritten)?;
    Ok(Post { kind, to: tenant.reply_to.clone(), letter, receipt: None })
}

fn stripe_id(stripe_payment: Option<&String>) -> &str {
    stripe_payment.map_or("see your Stripe dashboard", String::as_str)
}

fn line(file: &InvoiceFile, amount: Amount, now: Timestamp) -> InvoiceLine {
    let invoice = &file.invoice;
    InvoiceLine {
        seller: invoice.seller.name.clone(),
        brand_colour: invoice.seller.brand_colour.clone(),
        customer: invoice.customer.clone(),
        number: invoice.number.clone(),
        amount: amount.to_string(),
        due: words::date(invoice.due_date),
        overdue: file.days_overdue(now).map(words::overdue),
        contact: Some(invoice.seller.contact.clone()).filter(|contact| !contact.is_empty()),
    }
}

fn no_link() -> Fault {
    Fault::Item("the invoice has no link".to_owned())
}

fn unwritten(error: impl std::fmt::Display) -> Fault {
    Fault::Render(error.to_string())
}
