//! Cases as the API describes them: a line of a queue, and one case with all of it.
//! Must never fail on a field that it does not show: the API may say more one day.
use domain::case::{Matter, SlaState};
use domain::form::Contact;
use domain::tenant::Evidence;
use domain::{Amount, CaseKind, CaseState, Status};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

/// A page of a queue.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct QueuePage {
    pub(crate) cases: Vec<Line>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

/// One line of a queue.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) case: String,
    pub(crate) invoice: String,
    pub(crate) kind: CaseKind,
    pub(crate) reference: String,
    pub(crate) number: String,
    pub(crate) customer: String,
    pub(crate) amount: Amount,
    pub(crate) state: CaseState,
    pub(crate) owner: Option<String>,
    pub(crate) age_s: i64,
    pub(crate) needs_approval: Option<bool>,
    pub(crate) adherence_percent: Option<u8>,
    #[serde(default)]
    pub(crate) is_behind: bool,
    pub(crate) next_due: Option<Date>,
    pub(crate) reason: Option<String>,
    pub(crate) sla: Option<SlaState>,
    pub(crate) late_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) missing: Vec<String>,
}

/// A case with all that is known of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CaseFile {
    pub(crate) id: String,
    pub(crate) invoice: OfInvoice,
    pub(crate) reference: String,
    pub(crate) state: CaseState,
    pub(crate) is_open: bool,
    pub(crate) owner: Option<String>,
    pub(crate) submitted_at: Timestamp,
    pub(crate) amount: Amount,
    pub(crate) contact: Contact,
    /// `kind` and `particulars`.
    #[serde(flatten)]
    pub(crate) matter: Matter,
    pub(crate) adherence: Option<Adherence>,
    #[serde(default)]
    pub(crate) documents: Vec<Paper>,
    #[serde(default)]
    pub(crate) missing: Vec<Evidence>,
    #[serde(default)]
    pub(crate) questions: Vec<Asked>,
    pub(crate) decision: Option<Decided>,
}

/// The invoice that a case is about.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OfInvoice {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) customer: String,
    pub(crate) status: Status,
    pub(crate) balance: Amount,
    pub(crate) due_date: Date,
}

/// How an agreed plan is being kept.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Adherence {
    pub(crate) percent: Option<u8>,
    #[serde(default)]
    pub(crate) is_behind: bool,
}

/// A document that came.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Paper {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    /// What the scanner said, as the API writes it.
    pub(crate) verdict: Option<String>,
}

/// A question and what was answered.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) text: String,
    #[serde(rename = "asked_by")]
    pub(crate) by: String,
    #[serde(rename = "asked_at")]
    pub(crate) at: Timestamp,
    pub(crate) answer: Option<Answered>,
}

/// The payer's answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answered {
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    #[serde(default)]
    pub(crate) documents: Vec<Paper>,
}

/// What was decided.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Decided {
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) note: String,
    pub(crate) credited: Option<Amount>,
}

impl CaseFile {
    /// Plan, promise or dispute.
    pub(crate) fn kind(&self) -> CaseKind {
        match self.matter {
            Matter::Plan(_) => CaseKind::Plan,
            Matter::Promise(_) => CaseKind::Promise,
            Matter::Dispute(_) => CaseKind::Dispute,
        }
    }

    /// Whether the seller can decide it now, be it that the payer was asked meanwhile.
    pub(crate) fn awaits_decision(&self) -> bool {
        self.kind() != CaseKind::Promise
            && matches!(self.state, CaseState::Submitted | CaseState::Asked)
    }

    /// Whether something can be asked now.
    pub(crate) fn awaits_question(&self) -> bool {
        self.awaits_decision()
            && self.state == CaseState::Submitted
            && self.questions.len() < domain::case::QUESTIONS_MAX
    }

    /// Whether it is a plan that only the Controller or Legal may approve.
    pub(crate) fn needs_approval(&self) -> bool {
        matches!(&self.matter, Matter::Plan(plan) if plan.needs_approval)
    }
}
