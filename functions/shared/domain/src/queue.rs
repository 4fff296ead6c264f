//! What a queue shows of a case: one line, made anew whenever the case changes.
//! Must never hold anything that the invoice's own partition does not say.
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::case::{Matter, SlaState, Stage};
use crate::{Amount, Case, CaseKind, CaseState, InvoiceFile};

/// Where operators find a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Plans and promises.
    Plans,
    /// Disputes.
    Disputes,
}

/// One line of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLine {
    /// The case.
    pub case: Ulid,
    /// The invoice it is about.
    pub invoice: Ulid,
    /// The seller's tenant id.
    pub tenant: String,
    /// The invoice's version when the line was made: an older line never replaces a newer one.
    pub version: u64,
    /// Plan, promise or dispute.
    pub kind: CaseKind,
    /// The number the payer quotes.
    pub reference: String,
    /// The invoice's number.
    pub number: String,
    /// Who was billed.
    pub customer: String,
    /// What the case is over.
    pub amount: Amount,
    /// Where it stands.
    pub state: CaseState,
    /// The operator who takes care of it.
    pub owner: Option<String>,
    /// When it was sent; its age counts from here.
    pub submitted_at: Timestamp,
    /// Of a plan: whether only the Controller or Legal may approve it.
    pub needs_approval: Option<bool>,
    /// Of a plan: instalments paid in time, in percent, when the line was made.
    pub adherence_percent: Option<u8>,
    /// Of a plan: whether an instalment was missed and is not paid.
    pub is_behind: bool,
    /// Of a plan or a promise: the next date to be paid by.
    pub next_due: Option<Date>,
    /// Of a dispute: the reason's code.
    pub reason: Option<String>,
    /// Of a dispute: how near the deadline is.
    pub sla: Option<SlaState>,
    /// Of a dispute: the deadline.
    pub late_at: Option<Timestamp>,
    /// Documents that came.
    pub documents: usize,
    /// Codes of documents that the reason asks for and that did not come.
    pub missing: Vec<String>,
}

impl CaseKind {
    /// The queue that cases of this kind are in.
    pub fn queue(self) -> Queue {
        match self {
            Self::Plan | Self::Promise => Queue::Plans,
            Self::Dispute => Queue::Disputes,
        }
    }
}

impl QueueLine {
    /// The line of `case`, a case of `file`, as things stand at `now`.
    pub fn of(file: &InvoiceFile, case: &Case, now: Timestamp) -> Self {
        let invoice = &file.invoice;
        let mut line = Self {
            case: case.id,
            invoice: invoice.id,
            tenant: invoice.tenant.clone(),
            version: invoice.version,
            kind: case.kind(),
            reference: case.reference(),
            number: invoice.number.clone(),
            customer: invoice.customer.clone(),
            amount: case.amount(),
            state: case.state,
            owner: case.owner.clone(),
            submitted_at: case.submitted_at,
            needs_approval: None,
            adherence_percent: None,
            is_behind: case.is_behind(),
            next_due: None,
            reason: None,
            sla: None,
            late_at: None,
            documents: case.all_documents().count(),
            missing: case.missing_evidence().into_iter().map(|one| one.code.clone()).collect(),
        };
        match &case.matter {
            Matter::Plan(plan) => {
                let today = now.to_zoned(invoice.seller.time_zone()).date();
                line.needs_approval = Some(plan.needs_approval);
                line.adherence_percent = plan.adherence_percent(today);
                line.next_due = plan.next().map(|(_, one)| one.due);
            }
            Matter::Promise(promise) => line.next_due = Some(promise.date),
            Matter::Dispute(dispute) => {
                line.reason = Some(dispute.reason.clone());
                line.sla = Some(dispute.sla);
                line.late_at = Some(dispute.deadline.late_at);
            }
        }
        line
    }

    /// Whether it is still to be worked on.
    pub fn is_open(&self) -> bool {
        self.state.stage() != Stage::Over
    }
}
