//! Which letters an entry asks for, and to whom.
//! Must never give a link to anybody but the contacts on file, nor write to others than them,
//! the seller's own team, and the address a payer typed to get an answer at.
use domain::fact::{LetterKind, LinkMailReason};
use domain::payment::Receipt;
use domain::{Amount, Fact, InvoiceFile, Status, Tenant, mail_template, words};
use jiff::Timestamp;
use platform::Fault;

use crate::letter::{self, InvoiceLine, Letter};

mod case;
mod due;
mod payment;
#[cfg(test)]
pub(crate) mod tests;

/// A letter to one recipient.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) kind: LetterKind,
    pub(crate) to: String,
    pub(crate) letter: Letter,
    pub(crate) receipt: Option<Receipt>,
}

/// What letters are written from: the invoice as it is now, not as it was at the entry.
struct Desk<'a> {
    file: &'a InvoiceFile,
    tenant: &'a Tenant,
    line: InvoiceLine,
    /// The current link, whatever its state.
    link: Option<&'a str>,
    now: Timestamp,
}

/// The letters of an entry, in an order that is the same whenever it is asked: the mark of a
/// sent mail is its place in this list. Who gets one follows from what never changes of an
/// invoice and its case; what has become pointless since leaves the list empty.
pub(crate) fn posts(
    file: &InvoiceFile,
    tenant: &Tenant,
    fact: &Fact,
    link: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Post>, Fault> {
    let desk = Desk { file, tenant, line: line(file, file.invoice.balance, now), link, now };
    match fact {
        Fact::CadenceStepDue { step, .. } => desk.cadence(*step),
        Fact::LinkMailDue { reason, .. } => {
            let letter = match reason {
                LinkMailReason::Regenerated | LinkMailReason::Requested => {
                    letter::fresh_link(&desk.line, desk.any_link()?)
                }
                LinkMailReason::Resent => letter::same_link(&desk.line, desk.any_link()?),
            };
            desk.to_contacts(LetterKind::Link, letter, None)
        }
        Fact::ReceiptMade { payment } => desk.receipt(*payment),
        Fact::PaymentFailed { payment, code } => desk.payment_failed(*payment, code),
        Fact::PaymentDuplicated { amount, stripe_payment, .. } => {
            desk.paid_twice(*amount, stripe_payment.as_deref())
        }
        Fact::PaymentMismatched { expected, received, stripe_payment, .. } => {
            desk.mismatch(*expected, *received, stripe_payment.as_deref())
        }
        Fact::PlanSubmitted { case, .. }
        | Fact::PromiseMade { case, .. }
        | Fact::DisputeSubmitted { case, .. } => desk.submitted(*case),
        Fact::InformationRequested { case, .. } => desk.asked(*case),
        Fact::InformationAdded { case, .. } => desk.answered(*case),
        Fact::PlanApproved { case, .. } => desk.plan_approved(*case),
        Fact::PlanDeclined { case, .. } => desk.plan_declined(*case),
        Fact::DisputeDecided { case, outcome, credited, .. } => {
            desk.dispute_decided(*case, *outcome, *credited)
        }
        Fact::InstalmentDue { case, number, .. } => desk.instalment_due(*case, *number),
        Fact::InstalmentMissed { case, number, .. } => desk.instalment_missed(*case, *number),
        Fact::PromiseDue { case, .. } => desk.promise_due(*case),
        Fact::PromiseMissed { case, .. } => desk.promise_missed(*case),
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
        | Fact::ChargebackClosed { .. }
        | Fact::InvoiceAssigned { .. }
        | Fact::NoticeClosed { .. }
        | Fact::CaseAssigned { .. }
        | Fact::SlaMoved { .. }
        | Fact::InstalmentPaid { .. }
        | Fact::CaseClosed { .. } => Ok(Vec::new()),
    }
}

impl<'a> Desk<'a> {
    fn cadence(&self, step: u8) -> Result<Vec<Post>, Fault> {
        match self.file.invoice.status {
            Status::Open => {
                let standard = || mail_template::standard(&self.line.seller);
                let words = self.tenant.mail.clone().unwrap_or_else(standard);
                let letter = letter::cadence(&self.line, step, &words, self.any_link()?);
                self.to_contacts(LetterKind::Cadence, letter, None)
            }
            Status::PlanActive => self.behind(step),
            // Paid or paused since: a reminder would be wrong now.
            Status::Processing
            | Status::UnderReview
            | Status::Paid
            | Status::PlanSubmitted
            | Status::Promised
            | Status::Disputed
            | Status::Closed => Ok(Vec::new()),
        }
    }

    /// The current link. Where a letter's entry names another, that one was replaced since.
    fn any_link(&self) -> Result<&'a str, Fault> {
        self.link.ok_or_else(|| Fault::Item("the invoice has no link".to_owned()))
    }

    /// The current link while an outcome may come through it.
    fn live_link(&self) -> Option<&'a str> {
        let current = self.file.invoice.link.and_then(|id| self.file.link(id));
        self.link.filter(|_| current.is_some_and(|link| link.is_live(self.now)))
    }

    /// The current link while something can be paid through it.
    fn paying_link(&self) -> Option<&'a str> {
        self.live_link().filter(|_| self.file.amount_due().is_ok())
    }

    fn to_contacts<E: std::fmt::Display>(
        &self,
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
        Ok(self.file.invoice.contacts.iter().map(post).collect())
    }

    fn to_team<E: std::fmt::Display>(
        &self,
        kind: LetterKind,
        letter: Result<Letter, E>,
    ) -> Result<Post, Fault> {
        let letter = letter.map_err(unwritten)?;
        Ok(Post { kind, to: self.tenant.reply_to.clone(), letter, receipt: None })
    }
}

fn line(file: &InvoiceFile, amount: Amount, now: Timestamp) -> InvoiceLine {
    let invoice = &file.invoice;
    InvoiceLine {
        seller: invoice.seller.name.clone(),
        brand_colour: invoice.seller.brand_colour.clone(),
        customer: invoice.customer.clone(),
        number: invoice.number.clone(),
        amount: amount.to_string(),
        to_pay: file.amount_due().ok().map(|due| due.to_string()),
        due: words::date(file.due_date()),
        overdue: file.days_overdue(now).map(words::overdue),
        contact: Some(invoice.seller.contact.clone()).filter(|contact| !contact.is_empty()),
    }
}

fn unwritten(error: impl std::fmt::Display) -> Fault {
    Fault::Render(error.to_string())
}
