//! What the seller does about a case: takes it, asks, agrees, declines, credits.
//! Must never reopen an invoice without a link to pay it through.
use jiff::civil::Date;
use ulid::Ulid;

use crate::case::{AGREED_LATE_DAYS, Decision, Matter, Plan, QUESTIONS_MAX, Question, Stage};
use crate::stripe_units::Unpayable;
use crate::{
    Actor, Amount, Case, CaseState, Change, Fact, InvoiceFile, Moment, PaymentState, Refusal,
    Status,
};

/// Who decides, and how far that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// The operator; a Cognito subject.
    pub operator: String,
    /// Whether plans over the limit may be agreed: the Controller and Legal.
    pub may_exceed_limit: bool,
}

/// What the seller says to a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanVerdict {
    /// It is agreed as proposed.
    Approve,
    /// It is not; the invoice is open again.
    Decline,
}

/// What the seller says to a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeVerdict {
    /// The payer is right: all that was disputed is credited.
    Accept,
    /// A part of it is credited.
    PartlyAccept(Amount),
    /// Nothing is credited; the invoice is open again.
    Reject,
}

impl InvoiceFile {
    /// Gives a case to an operator, or to nobody; `None` if it is so already.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`], [`Refusal::NotAtThatStage`] if it is over.
    pub fn assign(
        &self,
        case: Ulid,
        owner: Option<String>,
        by: &Reviewer,
        moment: &mut Moment,
    ) -> Result<Option<Change>, Refusal> {
        let mut case = self.reviewed(case)?;
        if case.owner == owner {
            return Ok(None);
        }
        case.owner.clone_from(&owner);
        let fact = Fact::CaseAssigned { case: case.id, kind: case.kind(), owner };
        Ok(Some(self.put(case, fact, by, moment)))
    }

    /// Asks the payer, who gets a fresh link to the case.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`]; [`Refusal::NotAtThatStage`] unless a plan or dispute waits for
    /// a decision; [`Refusal::TooManyQuestions`].
    pub fn ask(
        &self,
        case: Ulid,
        text: String,
        by: &Reviewer,
        moment: &mut Moment,
    ) -> Result<Change, Refusal> {
        let mut case = self.reviewed(case)?;
        if case.state != CaseState::Submitted {
            return Err(Refusal::NotAtThatStage);
        }
        if case.questions.len() >= QUESTIONS_MAX {
            return Err(Refusal::TooManyQuestions);
        }
        let (asked_by, asked_at) = (by.operator.clone(), moment.now);
        case.questions.push(Question { text, asked_by, asked_at, answer: None });
        case.state = CaseState::Asked;
        let actor = Actor::Operator(by.operator.clone());
        let mut change = Change::of(&self.invoice);
        let link = self.issue_link(&mut change, actor.clone(), moment);
        let fact = Fact::InformationRequested { case: case.id, kind: case.kind(), link };
        change.record(moment, actor, fact);
        change.put_case(case);
        Ok(change)
    }

    /// Agrees to a plan or declines it. An instalment whose date has come near while the plan
    /// waited is put off, so that nobody is in arrears at once.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`]; [`Refusal::NotAtThatStage`] unless a plan waits for a decision;
    /// [`Refusal::NeedsController`] if the plan is over the limit and `by` may not exceed it.
    pub fn decide_plan(
        &self,
        case: Ulid,
        verdict: PlanVerdict,
        note: String,
        by: &Reviewer,
        moment: &mut Moment,
    ) -> Result<Change, Refusal> {
        let mut case = self.undecided(case)?;
        let Matter::Plan(plan) = &mut case.matter else { return Err(Refusal::NotAtThatStage) };
        let approve = verdict == PlanVerdict::Approve;
        if approve && plan.needs_approval && !by.may_exceed_limit {
            return Err(Refusal::NeedsController);
        }
        if approve {
            put_off(plan, self.day_after(moment));
        }
        case.decision = Some(decision(by, note, None, moment));
        let actor = Actor::Operator(by.operator.clone());
        let mut change = Change::of(&self.invoice);
        let kind = case.kind();
        case.state = if approve { CaseState::Active } else { CaseState::Declined };
        let id = case.id;
        change.put_case(case);
        if approve {
            change.record(moment, actor, Fact::PlanApproved { case: id, kind });
        } else {
            let link = self.reopen(&mut change, &actor, moment);
            change.record(moment, actor, Fact::PlanDeclined { case: id, kind, link });
        }
        Ok(change)
    }

    /// Decides a dispute. What is accepted is credited; what is left is open, with a new link.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`]; [`Refusal::NotAtThatStage`] unless a dispute waits for a
    /// decision; [`Refusal::AmountOutOfRange`] if a part is not less than what is disputed, or
    /// leaves less than can be paid.
    pub fn decide_dispute(
        &self,
        case: Ulid,
        verdict: DisputeVerdict,
        note: String,
        by: &Reviewer,
        moment: &mut Moment,
    ) -> Result<Change, Refusal> {
        let mut case = self.undecided(case)?;
        let Matter::Dispute(dispute) = &case.matter else { return Err(Refusal::NotAtThatStage) };
        let disputed = dispute.amount;
        let (state, credited) = match verdict {
            DisputeVerdict::Accept => (CaseState::Accepted, Some(disputed)),
            DisputeVerdict::PartlyAccept(part) => {
                let fits = part.currency == disputed.currency
                    && part.minor > 0
                    && part.minor < disputed.minor;
                let balance = self.invoice.balance;
                let left = balance.minor.saturating_sub(part.minor);
                let after_the_bank = left.saturating_sub(self.on_its_way_minor());
                let is_too_little = |minor| {
                    let units = Amount { minor, ..balance }.to_stripe();
                    matches!(units, Err(Unpayable::BelowMinimum(_)))
                };
                // What is left has to be payable, or it would stay owed for ever: also when what
                // a bank is moving has come, unless that is all.
                let too_little =
                    is_too_little(left) || (after_the_bank > 0 && is_too_little(after_the_bank));
                if !fits || too_little {
                    return Err(Refusal::AmountOutOfRange);
                }
                (CaseState::PartlyAccepted, Some(part))
            }
            DisputeVerdict::Reject => (CaseState::Rejected, None),
        };
        let mut change = Change::of(&self.invoice);
        let credited = credited.map(|amount| credit(&mut change, amount));
        case.decision = Some(decision(by, note, credited, moment));
        case.state = state;
        let (id, kind) = (case.id, case.kind());
        // If a bank payment of what was not disputed is on its way, that stays the status.
        change.put_case(case);
        let actor = Actor::Operator(by.operator.clone());
        let is_open = change.invoice.status == Status::Open;
        let link = is_open.then(|| self.reopen(&mut change, &actor, moment));
        if !is_open {
            self.cancel_checkout(&mut change);
        }
        let decided = Fact::DisputeDecided { case: id, kind, outcome: state, credited, link };
        change.record(moment, actor, decided);
        Ok(change)
    }

    /// What a bank is moving, in minor units of the balance.
    fn on_its_way_minor(&self) -> i64 {
        let payment = self.live_payment();
        let payment = payment.filter(|payment| payment.state == PaymentState::Processing);
        payment.map_or(0, |payment| payment.amount.minor)
    }

    /// A case that is open.
    fn reviewed(&self, case: Ulid) -> Result<Case, Refusal> {
        let case = self.case(case).ok_or(Refusal::UnknownCase)?;
        if case.is_over() { Err(Refusal::NotAtThatStage) } else { Ok(case.clone()) }
    }

    /// A case that waits for the seller, be it that the payer was asked meanwhile.
    fn undecided(&self, case: Ulid) -> Result<Case, Refusal> {
        let case = self.reviewed(case)?;
        match case.state.stage() {
            Stage::Submitted | Stage::Asked => Ok(case),
            Stage::Active | Stage::Over => Err(Refusal::NotAtThatStage),
        }
    }

    fn put(&self, case: Case, fact: Fact, by: &Reviewer, moment: &mut Moment) -> Change {
        let mut change = Change::of(&self.invoice);
        change.cases.push(case);
        change.record(moment, Actor::Operator(by.operator.clone()), fact);
        change
    }

    /// The invoice is to be paid again: a new link, and reminders that begin after the letter
    /// that brings it.
    fn reopen(&self, change: &mut Change, actor: &Actor, moment: &mut Moment) -> Ulid {
        // Not while a bank is moving money, or a person has to look at what came.
        if change.invoice.status == Status::Open {
            change.invoice.cadence.restart_after_letter(moment.now);
        }
        self.issue_link(change, actor.clone(), moment)
    }

    fn day_after(&self, moment: &Moment) -> Date {
        let later = moment.now.saturating_add(AGREED_LATE_DAYS).unwrap_or(moment.now);
        later.to_zoned(self.invoice.seller.time_zone()).date()
    }
}

fn put_off(plan: &mut Plan, earliest: Date) {
    for one in &mut plan.instalments {
        one.due = one.due.max(earliest);
    }
}

fn credit(change: &mut Change, amount: Amount) -> Amount {
    let invoice = &mut change.invoice;
    let minor = amount.minor.min(invoice.balance.minor);
    invoice.balance.minor = invoice.balance.minor.saturating_sub(minor);
    invoice.credited_minor = invoice.credited_minor.saturating_add(minor);
    Amount { minor, ..amount }
}

fn decision(by: &Reviewer, note: String, credited: Option<Amount>, moment: &Moment) -> Decision {
    Decision { by: by.operator.clone(), at: moment.now, note, credited }
}
