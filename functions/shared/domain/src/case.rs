//! A case: what a payer sent instead of paying at once (a plan, a promise or a dispute), and
//! what became of it. Must never end without saying how.
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::form::Contact;
use crate::tenant::Evidence;
use crate::{Amount, Document, Seller, Status};

mod matter;

pub(crate) use matter::{AGREED_LATE_DAYS, end_of};
pub use matter::{Dispute, Plan, PlanInstalment, Promise, SlaState};

/// Questions the seller can ask in one case.
pub const QUESTIONS_MAX: usize = 10;
/// What a case is about; also the word on the bus that queues are fed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// To pay in instalments.
    Plan,
    /// To pay on a date.
    Promise,
    /// That something is wrong.
    Dispute,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// The seller has to decide.
    Submitted,
    /// The payer has to answer a question.
    Asked,
    /// An agreed plan is being paid, or a promise stands.
    Active,
    /// A plan was declined.
    Declined,
    /// A dispute was accepted.
    Accepted,
    /// A part of a dispute was accepted.
    PartlyAccepted,
    /// A dispute was rejected.
    Rejected,
    /// All instalments of a plan are paid.
    Completed,
    /// A promise was kept.
    Kept,
    /// A promise was not kept.
    Missed,
    /// The invoice was paid in another way first.
    Settled,
}

/// How far a case has come, whatever it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The seller has to decide.
    Submitted,
    /// The payer has to answer a question.
    Asked,
    /// An agreed plan is being paid, or a promise stands.
    Active,
    /// Nothing is to be done about it any more.
    Over,
}

impl CaseState {
    /// How far a case in this state has come; the one place that tells which states are an end.
    pub fn stage(self) -> Stage {
        match self {
            Self::Submitted => Stage::Submitted,
            Self::Asked => Stage::Asked,
            Self::Active => Stage::Active,
            Self::Declined
            | Self::Accepted
            | Self::PartlyAccepted
            | Self::Rejected
            | Self::Completed
            | Self::Kept
            | Self::Missed
            | Self::Settled => Stage::Over,
        }
    }
}

/// What a case is about, with its particulars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "particulars", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Matter {
    Plan(Plan),
    Promise(Promise),
    Dispute(Dispute),
}

/// A question of the seller's and the payer's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What the seller wants to know.
    pub text: String,
    /// The operator who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// What the payer answered.
    pub answer: Option<Answer>,
}

/// What a payer added on request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// May be empty if documents say it.
    pub text: String,
    /// Documents that came along.
    pub documents: Vec<Document>,
    /// When.
    pub at: Timestamp,
    /// The form it came with, and what was in it: tells a repetition from another.
    pub form: Ulid,
    /// SHA-256 of its content, hex.
    pub digest: String,
}

/// What the seller decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The operator.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What the payer is told about it.
    pub note: String,
    /// What the balance became less by.
    pub credited: Option<Amount>,
}

/// A plan, promise or dispute, from submission to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Identifier.
    pub id: Ulid,
    /// The link it came through.
    pub link: Ulid,
    /// The form it came with: the idempotency key of the submission.
    pub form: Ulid,
    /// SHA-256 of what was sent, hex.
    pub digest: String,
    /// When it was sent.
    pub submitted_at: Timestamp,
    /// Whom to talk to.
    pub contact: Contact,
    /// What it is about.
    pub matter: Matter,
    /// Documents that came with it.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Where it stands.
    pub state: CaseState,
    /// The operator who takes care of it; a Cognito subject.
    pub owner: Option<String>,
    /// What was asked since.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// What was decided.
    pub decision: Option<Decision>,
}

impl Case {
    /// Plan, promise or dispute.
    pub fn kind(&self) -> CaseKind {
        match self.matter {
            Matter::Plan(_) => CaseKind::Plan,
            Matter::Promise(_) => CaseKind::Promise,
            Matter::Dispute(_) => CaseKind::Dispute,
        }
    }

    /// A number to quote, such as `DI-7F3K9Q2M4X`.
    pub fn reference(&self) -> String {
        let kind = match self.matter {
            Matter::Plan(_) => "PL",
            Matter::Promise(_) => "PR",
            Matter::Dispute(_) => "DI",
        };
        let id = self.id.to_string();
        format!("{kind}-{}", id.get(16..).unwrap_or(&id))
    }

    /// What the case is over: the sum of a plan, the amount promised or disputed.
    pub fn amount(&self) -> Amount {
        match &self.matter {
            Matter::Plan(plan) => plan.total,
            Matter::Promise(promise) => promise.amount,
            Matter::Dispute(dispute) => dispute.amount,
        }
    }

    /// Whether it is a plan with an instalment that was missed and is not paid yet.
    pub fn is_behind(&self) -> bool {
        match &self.matter {
            Matter::Plan(plan) => plan.is_behind(),
            Matter::Promise(_) | Matter::Dispute(_) => false,
        }
    }

    /// Whether nothing is to be done about it any more.
    pub fn is_over(&self) -> bool {
        self.status().is_none()
    }

    /// The invoice's status while the case is open.
    pub fn status(&self) -> Option<Status> {
        match (self.state.stage(), self.kind()) {
            (Stage::Submitted | Stage::Asked, CaseKind::Plan) => Some(Status::PlanSubmitted),
            (Stage::Submitted | Stage::Asked, CaseKind::Dispute) => Some(Status::Disputed),
            (Stage::Active, CaseKind::Plan) => Some(Status::PlanActive),
            (Stage::Active, CaseKind::Promise) => Some(Status::Promised),
            (Stage::Submitted | Stage::Asked, CaseKind::Promise)
            | (Stage::Active, CaseKind::Dispute)
            | (Stage::Over, CaseKind::Plan | CaseKind::Promise | CaseKind::Dispute) => None,
        }
    }

    /// All documents, those of answers included, in the order they came.
    pub fn all_documents(&self) -> impl Iterator<Item = &Document> {
        let answers = self.questions.iter().filter_map(|question| question.answer.as_ref());
        self.documents.iter().chain(answers.flat_map(|answer| &answer.documents))
    }

    /// Documents that the reason asks for.
    pub fn evidence(&self) -> &[Evidence] {
        match &self.matter {
            Matter::Dispute(dispute) => &dispute.evidence,
            Matter::Plan(_) | Matter::Promise(_) => &[],
        }
    }

    /// Documents that the reason asks for and that did not come.
    pub fn missing_evidence(&self) -> Vec<&Evidence> {
        let came = |code: &str| self.all_documents().any(|document| document.kind == code);
        self.evidence().iter().filter(|evidence| !came(&evidence.code)).collect()
    }

    /// The question that waits for an answer.
    pub fn open_question(&self) -> Option<&Question> {
        let last = self.questions.last().filter(|question| question.answer.is_none());
        last.filter(|_| self.state == CaseState::Asked)
    }

    /// When the clock has to look at it next; `None` if only people move it.
    pub fn next_at(&self, seller: &Seller) -> Option<Timestamp> {
        let zone = seller.time_zone();
        match (&self.matter, self.state.stage()) {
            (Matter::Plan(plan), Stage::Active) => plan.next_at(&zone),
            (Matter::Promise(promise), Stage::Active) if promise.noticed => {
                Some(end_of(promise.date, &zone))
            }
            (Matter::Promise(promise), Stage::Active) => Some(promise.notice_at(&zone)),
            (Matter::Dispute(dispute), Stage::Submitted) => match dispute.sla {
                SlaState::Open => Some(dispute.deadline.at_risk_at),
                SlaState::AtRisk => Some(dispute.deadline.late_at),
                SlaState::Late => None,
            },
            // People move it, or it is over.
            (Matter::Plan(_) | Matter::Promise(_), Stage::Submitted)
            | (Matter::Dispute(_), Stage::Active)
            | (_, Stage::Asked | Stage::Over) => None,
        }
    }
}
