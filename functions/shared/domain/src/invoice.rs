//! An invoice and everything kept about it, and the verbs about its links and mails.
//! Must never let a refused verb change anything. Payments: `start.rs` and `settle.rs`.
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::cadence::Cadence;
use crate::fact::LinkMailReason;
use crate::import::Row;
use crate::payment::Receipt;
use crate::{Actor, Amount, Change, Fact, Link, LinkState, Moment, Payment, Seller, Tenant};

/// A dead link's holder may ask for a mail once in this long.
const LINK_MAIL_GAP: SignedDuration = SignedDuration::from_mins(15);

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
    /// What is to be paid.
    pub balance: Amount,
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
    /// The payment that paid it.
    pub paid_by: Option<Ulid>,
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
}

/// Why the business says no, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A newer link took its place.
    #[error("link replaced")]
    LinkReplaced,
    /// The link died of inactivity (or its record is gone).
    #[error("link expired")]
    LinkExpired,
    /// The invoice is paid.
    #[error("invoice already paid")]
    AlreadyPaid,
    /// A bank payment is on its way.
    #[error("bank payment processing")]
    Processing,
    /// An operator has to look first.
    #[error("invoice under review")]
    UnderReview,
    /// The link has carried its outcome.
    #[error("link spent")]
    LinkSpent,
    /// The seller has no Stripe account connected.
    #[error("seller not connected")]
    NotConnected,
    /// Less than Stripe takes; the minimum is given.
    #[error("below the minimum")]
    BelowMinimum(Amount),
    /// Not expressible at Stripe.
    #[error("not payable online")]
    NotPayable,
    /// A mail was asked for a moment ago.
    #[error("asked again too soon")]
    TooSoon,
    /// No such payment on this invoice.
    #[error("unknown payment")]
    UnknownPayment,
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
            due_date: row.due_date,
            status: Status::Open,
            seller: tenant.seller(),
            cadence: Cadence::start(moment.now),
            link: None,
            live_payment: None,
            paid_by: None,
            link_mail_at: None,
            row_digest: row.digest(),
            imported_at: moment.now,
            version: 0,
        };
        let mut change = Change::of(&invoice);
        change.record(moment, actor, Fact::InvoiceImported { balance: row.balance });
        (change, row.description.clone())
    }

    /// The link, if its holder may still see the invoice: live, or spent and not expired.
    ///
    /// # Errors
    /// [`Refusal::LinkReplaced`] or [`Refusal::LinkExpired`].
    pub fn readable_link(&self, id: Ulid, now: Timestamp) -> Result<&Link, Refusal> {
        let link = self.link(id).ok_or(Refusal::LinkExpired)?;
        let current = self.invoice.link == Some(id);
        match link.state {
            LinkState::Replaced => Err(Refusal::LinkReplaced),
            LinkState::Live if !current => Err(Refusal::LinkReplaced),
            LinkState::Live | LinkState::Spent if link.is_expired(now) => Err(Refusal::LinkExpired),
            LinkState::Live | LinkState::Spent => Ok(link),
        }
    }

    /// The link, if an outcome may still come through it.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies, in order of precedence.
    pub(crate) fn usable_link(&self, id: Ulid, now: Timestamp) -> Result<&Link, Refusal> {
        let link = self.readable_link(id, now)?;
        match self.invoice.status {
            Status::Paid => Err(Refusal::AlreadyPaid),
            Status::Processing => Err(Refusal::Processing),
            Status::UnderReview => Err(Refusal::UnderReview),
            Status::Open if link.state == LinkState::Spent => Err(Refusal::LinkSpent),
            Status::Open => Ok(link),
        }
    }

    /// A new link in place of the current one, from this commit on.
    pub fn regenerate(&self, actor: Actor, mail: bool, moment: &mut Moment) -> Change {
        let mut change = Change::of(&self.invoice);
        let link = self.issue_link(&mut change, actor.clone(), moment);
        if mail {
            let reason = LinkMailReason::Regenerated;
            change.record(moment, actor, Fact::LinkMailDue { link, reason });
        }
        change
    }

    /// What the holder of a dead link gets: the current link mailed to the contacts on
    /// file, or a new one if none lives.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`] within 15 minutes of the last such mail.
    pub fn request_link(&self, moment: &mut Moment) -> Result<Change, Refusal> {
        let asked_recently = |at: Timestamp| moment.now.duration_since(at) < LINK_MAIL_GAP;
        if self.invoice.link_mail_at.is_some_and(asked_recently) {
            return Err(Refusal::TooSoon);
        }
        let mut change = Change::of(&self.invoice);
        change.invoice.link_mail_at = Some(moment.now);
        let link = self.current_or_new_link(&mut change, Actor::Payer, moment);
        let reason = LinkMailReason::Requested;
        change.record(moment, Actor::Payer, Fact::LinkMailDue { link, reason });
        Ok(change)
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

    /// Days past due on the seller's calendar at `now`; `None` if not overdue or paid.
    pub fn days_overdue(&self, now: Timestamp) -> Option<i32> {
        let today = now.to_zoned(self.invoice.seller.time_zone()).date();
        let days = today.since(self.invoice.due_date).ok()?.get_days();
        match self.invoice.status {
            Status::Open | Status::Processing | Status::UnderReview => (days > 0).then_some(days),
            Status::Paid => None,
        }
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

    fn current_or_new_link(&self, change: &mut Change, actor: Actor, moment: &mut Moment) -> Ulid {
        let current = self.invoice.link.and_then(|id| self.link(id));
        match current {
            Some(link) if !link.is_expired(moment.now) => link.id,
            Some(_) | None => self.issue_link(change, actor, moment),
        }
    }

    /// Issues a link, retires the current one and asks for its open session to be expired.
    fn issue_link(&self, change: &mut Change, actor: Actor, moment: &mut Moment) -> Ulid {
        let link = Link::issue(moment.fresh_id(), moment.now);
        let id = link.id;
        let replaced = change.invoice.link.replace(id);
        change.links.push(link);
        if let Some(old) = replaced.and_then(|old| self.link(old)) {
            change.links.push(old.replaced());
        }
        if let Some(payment) = self.live_payment().filter(|payment| payment.can_be_cancelled()) {
            change.payments.push(Payment { cancel: true, ..payment.clone() });
        }
        let fact = match replaced {
            None => Fact::LinkIssued { link: id },
            Some(replaced) => Fact::LinkRegenerated { link: id, replaced },
        };
        change.record(moment, actor, fact);
        id
    }
}
