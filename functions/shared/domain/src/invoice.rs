//! An invoice and everything kept about it. Links: `links.rs`; payments: `start.rs` and
//! `settle.rs`; cases: `submit.rs`, `review.rs`, `case_clock.rs`; operators: `desk.rs`.
//! Must never let a refused verb change anything.
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::cadence::Cadence;
use crate::case::{CaseState, Matter};
use crate::import::Row;
use crate::payment::Receipt;
use crate::{
    Actor, Amount, Case, Change, Fact, Link, Moment, Payment, PaymentState, Refusal, Seller, Tenant,
};

/// Where the invoice stands, in the payer's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// To be paid.
    Open,
    /// A bank payment is on its way.
    Processing,
    /// Money came that does not match; an operator decides.
    UnderReview,
    /// Paid.
    Paid,
    /// A plan waits for the seller's decision.
    PlanSubmitted,
    /// A plan was agreed and is being paid.
    PlanActive,
    /// A promise stands.
    Promised,
    /// A dispute waits for the seller's decision.
    Disputed,
    /// Nothing is left to pay: what was disputed was credited.
    Closed,
}

impl Status {
    /// Whether nothing is left to do: paid, or credited.
    pub fn is_over(self) -> bool {
        match self {
            Self::Paid | Self::Closed => true,
            Self::Open
            | Self::Processing
            | Self::UnderReview
            | Self::PlanSubmitted
            | Self::PlanActive
            | Self::Promised
            | Self::Disputed => false,
        }
    }
}

/// An invoice as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Identifier, derived from tenant and number so that a repeated import finds it.
    pub id: Ulid,
    /// The seller's tenant id.
    pub tenant: String,
    /// The seller's own number for it.
    pub number: String,
    /// Who was billed.
    pub customer: String,
    /// Billing contacts, mail addresses.
    pub contacts: Vec<String>,
    /// What is left to pay; 0 once it is paid.
    pub balance: Amount,
    /// What was credited after disputes, in minor units of `balance`.
    #[serde(default)]
    pub credited_minor: i64,
    /// Calendar date in the seller's zone.
    pub due_date: Date,
    /// Where it stands.
    pub status: Status,
    /// Who bills, as payers read it.
    pub seller: Seller,
    /// Its mails.
    pub cadence: Cadence,
    /// The current link; none before the first mail.
    pub link: Option<Ulid>,
    /// The payment that can still become money, if any.
    pub live_payment: Option<Ulid>,
    /// The payment that paid it, or the last of several.
    pub paid_by: Option<Ulid>,
    /// The plan, promise or dispute that is open.
    pub case: Option<Ulid>,
    /// The operator who looks after it; a Cognito subject.
    #[serde(default)]
    pub owner: Option<String>,
    /// When a dead link's holder last asked for a mail.
    pub link_mail_at: Option<Timestamp>,
    /// SHA-256 of the imported row, hex: tells a repetition from a conflict.
    pub row_digest: String,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// Counts committed changes.
    pub version: u64,
}

/// Everything a page or a decision needs of one invoice: the answer of one query.
#[derive(Clone, Debug, PartialEq)]
pub struct InvoiceFile {
    /// The invoice.
    pub invoice: Invoice,
    /// What was billed, any length.
    pub description: String,
    /// Its links that TTL has not deleted.
    pub links: Vec<Link>,
    /// All its payments.
    pub payments: Vec<Payment>,
    /// All its plans, promises and disputes.
    pub cases: Vec<Case>,
}

impl InvoiceFile {
    /// A new invoice from an accepted row, with its first mail due at once.
    pub fn import(
        row: &Row,
        tenant: &Tenant,
        actor: Actor,
        moment: &mut Moment,
    ) -> (Change, String) {
        let invoice = Invoice {
            id: row.invoice_id(&tenant.id),
            tenant: tenant.id.clone(),
            number: row.number.clone(),
            customer: row.customer.clone(),
            contacts: row.contacts.clone(),
            balance: row.balance,
            credited_minor: 0,
            due_date: row.due_date,
            status: Status::Open,
            seller: tenant.seller(),
            cadence: Cadence::start(moment.now),
            link: None,
            live_payment: None,
            paid_by: None,
            case: None,
            owner: None,
            link_mail_at: None,
            row_digest: row.digest(),
            imported_at: moment.now,
            version: 0,
        };
        let mut change = Change::of(&invoice);
        change.record(moment, actor, Fact::InvoiceImported { balance: row.balance });
        (change, row.description.clone())
    }

    /// The cadence step that is due, with a link that lives; `None` if none is due.
    pub fn cadence_step(&self, moment: &mut Moment) -> Option<Change> {
        let step = self.invoice.cadence.due_step(moment.now)?;
        let mut change = Change::of(&self.invoice);
        change.invoice.cadence.done(step);
        let link = self.current_or_new_link(&mut change, Actor::Portal, moment);
        change.record(moment, Actor::Portal, Fact::CadenceStepDue { step, link });
        Some(change)
    }

    /// The receipt of `payment` is made and stored; `None` if one is known.
    ///
    /// # Errors
    /// [`Refusal::UnknownPayment`].
    pub fn receipt_made(
        &self,
        payment: Ulid,
        receipt: Receipt,
        moment: &mut Moment,
    ) -> Result<Option<Change>, Refusal> {
        let payment = self.payment(payment).ok_or(Refusal::UnknownPayment)?;
        if payment.receipt.is_some() {
            return Ok(None);
        }
        let mut change = Change::of(&self.invoice);
        change.record(moment, Actor::Portal, Fact::ReceiptMade { payment: payment.id });
        change.payments.push(Payment { receipt: Some(receipt), ..payment.clone() });
        Ok(Some(change))
    }

    /// The date that counts: of the next instalment of an agreed plan, of a promise, or of the
    /// invoice itself.
    pub fn due_date(&self) -> Date {
        let agreed = self.open_case().filter(|case| case.state == CaseState::Active);
        match agreed.map(|case| &case.matter) {
            Some(Matter::Plan(plan)) => {
                plan.next().map_or(self.invoice.due_date, |(_, next)| next.due)
            }
            Some(Matter::Promise(promise)) => promise.date,
            Some(Matter::Dispute(_)) | None => self.invoice.due_date,
        }
    }

    /// Days past the date that counts on the seller's calendar at `now`; `None` if not overdue
    /// or nothing is left to pay.
    pub fn days_overdue(&self, now: Timestamp) -> Option<i32> {
        let today = now.to_zoned(self.invoice.seller.time_zone()).date();
        let days = today.since(self.due_date()).ok()?.get_days();
        (!self.invoice.status.is_over() && days > 0).then_some(days)
    }

    /// The link of that id, whatever its state.
    pub fn link(&self, id: Ulid) -> Option<&Link> {
        self.links.iter().find(|link| link.id == id)
    }

    /// The payment of that id.
    pub fn payment(&self, id: Ulid) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    /// The payment that can still become money: the one that holds the invoice, or one whose
    /// session could not be ended yet.
    pub fn live_payment(&self) -> Option<&Payment> {
        let holder = self.invoice.live_payment.and_then(|id| self.payment(id));
        holder.or_else(|| self.payments.iter().find(|payment| payment.is_live()))
    }

    /// The plan, promise or dispute of that id.
    pub fn case(&self, id: Ulid) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }

    /// The plan, promise or dispute that is open.
    pub fn open_case(&self) -> Option<&Case> {
        self.invoice.case.and_then(|id| self.case(id))
    }

    /// Whether a case refers to the document of that id.
    pub fn has_document(&self, id: Ulid) -> bool {
        self.cases.iter().flat_map(Case::all_documents).any(|document| document.id == id)
    }

    /// What was billed: what is left, what was paid and what was credited.
    pub fn billed(&self) -> Amount {
        let paid =
            self.payments.iter().filter(|one| one.state == PaymentState::Paid && !one.duplicate);
        let paid_minor = paid.fold(0_i64, |sum, one| sum.saturating_add(one.amount.minor));
        let invoice = &self.invoice;
        let minor = invoice.balance.minor.saturating_add(paid_minor);
        Amount { minor: minor.saturating_add(invoice.credited_minor), ..invoice.balance }
    }
}
