//! What a verb answers: the next state and its timeline entries, to be committed as one.
//! Must never commit anything itself.
use jiff::Timestamp;
use ulid::Ulid;

use crate::{Actor, Case, Entry, Fact, Invoice, InvoiceFile, Link, Payment, Status};

/// When and with which fresh identifiers a verb runs. Made once per request by the handler,
/// so that a verb is a function of its arguments and can be repeated.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The instant that counts as now for every decision of the request.
    pub now: Timestamp,
    next: Ulid,
}

impl Moment {
    /// A moment at `now` whose identifiers start at `seed` (a fresh random ULID).
    pub fn new(now: Timestamp, seed: Ulid) -> Self {
        Self { now, next: seed }
    }

    /// A fresh identifier, greater than the ones before it.
    pub fn fresh_id(&mut self) -> Ulid {
        let id = self.next;
        self.next = Ulid(id.0.wrapping_add(1));
        id
    }
}

/// One transition of an invoice: everything in it is committed, or nothing.
///
/// `invoice.version` is one above the version that was read; the store commits only if
/// nobody else has committed in between.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The invoice as it shall be.
    pub invoice: Invoice,
    /// Links that are new or differ.
    pub links: Vec<Link>,
    /// Payments that are new or differ.
    pub payments: Vec<Payment>,
    /// Cases that are new or differ.
    pub cases: Vec<Case>,
    /// What the timeline will say.
    pub entries: Vec<Entry>,
}

impl Change {
    /// A change of `invoice` with nothing in it yet but the next version.
    pub(crate) fn of(invoice: &Invoice) -> Self {
        let mut invoice = invoice.clone();
        invoice.version = invoice.version.saturating_add(1);
        Self {
            invoice,
            links: Vec::new(),
            payments: Vec::new(),
            cases: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// Puts a case into the change, and has the invoice's status and cadence follow from it.
    pub(crate) fn put_case(&mut self, case: Case) {
        self.rest(Some(&case));
        self.cases.push(case);
    }

    /// What the invoice is when no payment is on its way: paid, closed, held by `case`, or
    /// open. The cadence follows.
    pub(crate) fn rest(&mut self, case: Option<&Case>) {
        let open = case.filter(|case| !case.is_over());
        let invoice = &mut self.invoice;
        invoice.case = open.map(|case| case.id);
        let under_way = invoice.status == Status::Processing && invoice.live_payment.is_some();
        if invoice.balance.minor > 0 && (under_way || invoice.status == Status::UnderReview) {
            return;
        }
        invoice.status = match open.and_then(Case::status) {
            _ if invoice.balance.minor == 0 && invoice.paid_by.is_some() => Status::Paid,
            _ if invoice.balance.minor == 0 => Status::Closed,
            Some(status) => status,
            None => Status::Open,
        };
        match invoice.status {
            Status::Paid | Status::Closed => invoice.cadence.close(),
            Status::Open => invoice.cadence.resume(),
            // An instalment was missed: reminders go out although there is a plan.
            Status::PlanActive if open.is_some_and(Case::is_behind) => invoice.cadence.resume(),
            Status::PlanSubmitted
            | Status::PlanActive
            | Status::Promised
            | Status::Disputed
            | Status::Processing
            | Status::UnderReview => invoice.cadence.pause(),
        }
    }

    pub(crate) fn record(&mut self, moment: &mut Moment, actor: Actor, fact: Fact) {
        self.entries.push(Entry::new(&self.invoice, moment, actor, fact));
    }
}

impl InvoiceFile {
    /// The file as it is once `change` is committed.
    #[must_use]
    pub fn after(self, change: Change) -> Self {
        let mut links = self.links;
        let mut payments = self.payments;
        let mut cases = self.cases;
        for link in change.links {
            links.retain(|old| old.id != link.id);
            links.push(link);
        }
        for payment in change.payments {
            payments.retain(|old| old.id != payment.id);
            payments.push(payment);
        }
        for case in change.cases {
            cases.retain(|old| old.id != case.id);
            cases.push(case);
        }
        Self { invoice: change.invoice, description: self.description, links, payments, cases }
    }
}
