//! What a payer sends instead of paying: a plan, a promise, a dispute, or an answer.
//! Must never accept a second outcome through one link, nor the same form as two.
use ulid::Ulid;

use crate::business_days::{self, Deadline};
use crate::case::{Answer, Dispute, Matter, Plan, PlanInstalment, Promise, SlaState};
use crate::document::CASE_DOCUMENTS_MAX;
use crate::form::{DisputeForm, PlanForm, PromiseForm};
use crate::{
    Actor, Amount, Case, CaseState, Change, Document, Fact, InvoiceFile, LinkState, Moment,
    Refusal, Status, Tenant,
};

mod digest;

/// What a payer sends: a form that was filled in and is right in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Proposal {
    Plan(PlanForm),
    Promise(PromiseForm),
    Dispute(DisputeForm),
}

/// A proposal with what came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The form it came with: made when the form was shown, the same when it is sent twice.
    pub form: Ulid,
    /// What was filled in.
    pub proposal: Proposal,
    /// Documents, read and pinned.
    pub documents: Vec<Document>,
}

/// An answer to the seller's question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// As in [`Submission`].
    pub form: Ulid,
    /// What the payer wrote; may be empty if documents came.
    pub text: String,
    /// Documents, read and pinned.
    pub documents: Vec<Document>,
}

impl InvoiceFile {
    /// Takes a plan, a promise or a dispute through `link`; `None` if the same form was taken
    /// before.
    ///
    /// The link is spent. A Checkout Session that is open shall be expired at Stripe.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies; [`Refusal::FormReused`] if the form was taken with
    /// other content.
    pub fn submit(
        &self,
        link: Ulid,
        submission: &Submission,
        tenant: &Tenant,
        moment: &mut Moment,
    ) -> Result<Option<Change>, Refusal> {
        let digest = submission.digest();
        if let Some(same) = self.cases.iter().find(|case| case.form == submission.form) {
            return if same.digest == digest { Ok(None) } else { Err(Refusal::FormReused) };
        }
        self.may_submit(link, moment)?;
        let case = self.open_a_case(link, submission, digest, tenant, moment)?;
        let mut change = Change::of(&self.invoice);
        self.spend(link, &mut change, moment);
        self.cancel_checkout(&mut change);
        change.record(moment, Actor::Payer, submitted(&case));
        let rest = self.undisputed(&case);
        change.put_case(case);
        if rest.is_some_and(|rest| rest.minor > 0) {
            // The link has carried its outcome; what is not disputed is paid through another.
            self.issue_link(&mut change, Actor::Portal, moment);
        }
        Ok(Some(change))
    }

    /// Whether a plan, promise or dispute could come through the link now.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn may_submit(&self, link: Ulid, moment: &Moment) -> Result<(), Refusal> {
        self.usable_link(link, moment.now)?;
        match self.invoice.status {
            Status::Open => Ok(()),
            Status::PlanSubmitted | Status::PlanActive | Status::Promised | Status::Disputed => {
                Err(Refusal::CaseOpen)
            }
            // Answered by `usable_link` already.
            Status::Processing => Err(Refusal::Processing),
            Status::UnderReview => Err(Refusal::UnderReview),
            Status::Paid => Err(Refusal::AlreadyPaid),
            Status::Closed => Err(Refusal::NothingDue),
        }
    }

    /// Takes the payer's answer to the open question through `link`; `None` if the same form
    /// was taken before. The case waits for the seller again, with a new deadline.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies; [`Refusal::NotAtThatStage`] if nothing was asked.
    pub fn answer(
        &self,
        link: Ulid,
        reply: &Reply,
        tenant: &Tenant,
        moment: &mut Moment,
    ) -> Result<Option<Change>, Refusal> {
        let digest = reply.digest();
        let answers = self.cases.iter().flat_map(|case| &case.questions);
        let mut answers = answers.filter_map(|question| question.answer.as_ref());
        if let Some(same) = answers.find(|answer| answer.form == reply.form) {
            return if same.digest == digest { Ok(None) } else { Err(Refusal::FormReused) };
        }
        self.may_answer(link, moment)?;
        let mut case = self.open_case().cloned().ok_or(Refusal::NotAtThatStage)?;
        if case.all_documents().count().saturating_add(reply.documents.len()) > CASE_DOCUMENTS_MAX {
            return Err(Refusal::TooManyDocuments);
        }
        let asked = case.state == CaseState::Asked;
        let question = case.questions.last_mut().filter(|one| asked && one.answer.is_none());
        let question = question.ok_or(Refusal::NotAtThatStage)?;
        question.answer = Some(Answer {
            text: reply.text.clone(),
            documents: reply.documents.clone(),
            at: moment.now,
            form: reply.form,
            digest,
        });
        case.state = CaseState::Submitted;
        let deadline = self.deadline(tenant, moment);
        if let Matter::Dispute(dispute) = &mut case.matter {
            dispute.deadline = deadline;
            dispute.sla = SlaState::Open;
        }
        let mut change = Change::of(&self.invoice);
        self.spend(link, &mut change, moment);
        let documents = count(&reply.documents);
        let added = Fact::InformationAdded { case: case.id, kind: case.kind(), documents };
        change.record(moment, Actor::Payer, added);
        let rest = self.undisputed(&case);
        change.put_case(case);
        if rest.is_some_and(|rest| rest.minor > 0) {
            self.issue_link(&mut change, Actor::Portal, moment);
        }
        Ok(Some(change))
    }

    /// Whether an answer to an open question could come through the link now; also while a
    /// bank is moving money for the invoice.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies; [`Refusal::NotAtThatStage`] if nothing was asked.
    pub fn may_answer(&self, link: Ulid, moment: &Moment) -> Result<(), Refusal> {
        let link = self.readable_link(link, moment.now)?;
        if link.state == LinkState::Spent {
            return Err(Refusal::LinkSpent);
        }
        let asked = self.open_case().is_some_and(|case| case.open_question().is_some());
        if asked { Ok(()) } else { Err(Refusal::NotAtThatStage) }
    }

    /// What of the balance a dispute leaves to be paid; `None` if `case` is no open dispute.
    pub fn undisputed(&self, case: &Case) -> Option<Amount> {
        let Matter::Dispute(dispute) = &case.matter else { return None };
        let minor = self.invoice.balance.minor.saturating_sub(dispute.amount.minor).max(0);
        (!case.is_over()).then_some(Amount { minor, ..self.invoice.balance })
    }

    fn open_a_case(
        &self,
        link: Ulid,
        submission: &Submission,
        digest: String,
        tenant: &Tenant,
        moment: &mut Moment,
    ) -> Result<Case, Refusal> {
        let (matter, contact, state) = match &submission.proposal {
            Proposal::Plan(form) => (self.plan(form, tenant)?, &form.contact, CaseState::Submitted),
            Proposal::Promise(form) => (self.promise(form)?, &form.contact, CaseState::Active),
            Proposal::Dispute(form) => {
                (self.dispute(form, tenant, moment)?, &form.contact, CaseState::Submitted)
            }
        };
        Ok(Case {
            id: moment.fresh_id(),
            link,
            form: submission.form,
            digest,
            submitted_at: moment.now,
            contact: contact.clone(),
            matter,
            documents: submission.documents.clone(),
            state,
            owner: None,
            questions: Vec::new(),
            decision: None,
        })
    }

    /// The balance may have changed since the form was checked, so sums are checked here again.
    fn plan(&self, form: &PlanForm, tenant: &Tenant) -> Result<Matter, Refusal> {
        let balance = self.invoice.balance;
        let mut left = balance.minor;
        let mut instalments = Vec::new();
        for one in &form.instalments {
            left = left.saturating_sub(one.amount.minor);
            let (due, amount) = (one.due, one.amount);
            let planned =
                PlanInstalment { due, amount, noticed: false, missed: false, paid_by: None };
            instalments.push(planned);
        }
        if left != 0 || instalments.is_empty() {
            return Err(Refusal::AmountOutOfRange);
        }
        let needs_approval = tenant.policy.needs_approval(balance);
        let reason = form.reason.clone();
        Ok(Matter::Plan(Plan { total: balance, instalments, reason, needs_approval }))
    }

    fn promise(&self, form: &PromiseForm) -> Result<Matter, Refusal> {
        self.within_balance(form.amount)?;
        let (date, amount, note) = (form.date, form.amount, form.note.clone());
        Ok(Matter::Promise(Promise { date, amount, note, noticed: false }))
    }

    fn dispute(
        &self,
        form: &DisputeForm,
        tenant: &Tenant,
        moment: &Moment,
    ) -> Result<Matter, Refusal> {
        self.within_balance(form.amount)?;
        let reason = tenant.reason(&form.reason);
        Ok(Matter::Dispute(Dispute {
            reason: form.reason.clone(),
            label: reason.map_or_else(|| form.reason.clone(), |reason| reason.label.clone()),
            amount: form.amount,
            description: form.description.clone(),
            evidence: reason.map(|reason| reason.documents.clone()).unwrap_or_default(),
            deadline: self.deadline(tenant, moment),
            sla: SlaState::Open,
        }))
    }

    fn within_balance(&self, amount: Amount) -> Result<(), Refusal> {
        let balance = self.invoice.balance;
        let fits =
            amount.currency == balance.currency && (1..=balance.minor).contains(&amount.minor);
        if fits { Ok(()) } else { Err(Refusal::AmountOutOfRange) }
    }

    fn deadline(&self, tenant: &Tenant, moment: &Moment) -> Deadline {
        let zone = self.invoice.seller.time_zone();
        business_days::deadline(moment.now, &zone, &tenant.holidays)
    }

    fn spend(&self, link: Ulid, change: &mut Change, moment: &Moment) {
        if let Some(link) = self.link(link).filter(|link| link.state == LinkState::Live) {
            change.links.push(link.spent(moment.now));
        }
    }
}

fn submitted(case: &Case) -> Fact {
    let (id, kind, amount) = (case.id, case.kind(), case.amount());
    match &case.matter {
        Matter::Plan(plan) => Fact::PlanSubmitted {
            case: id,
            kind,
            amount,
            instalments: u16::try_from(plan.instalments.len()).unwrap_or(u16::MAX),
            needs_approval: plan.needs_approval,
        },
        Matter::Promise(promise) => {
            Fact::PromiseMade { case: id, kind, amount, date: promise.date }
        }
        Matter::Dispute(dispute) => Fact::DisputeSubmitted {
            case: id,
            kind,
            amount,
            reason: dispute.reason.clone(),
            documents: count(&case.documents),
        },
    }
}

fn count(documents: &[Document]) -> u16 {
    u16::try_from(documents.len()).unwrap_or(u16::MAX)
}
