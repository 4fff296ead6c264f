//! What time does to a case: links fall due, dates go by, deadlines come near.
//! Must never mark as missed what a bank is still moving.
use jiff::Timestamp;
use ulid::Ulid;

use crate::case::{Matter, Plan, Promise, Stage, end_of};
use crate::{Actor, Case, CaseKind, CaseState, Change, Fact, InvoiceFile, Moment, Status};

impl InvoiceFile {
    /// The change that time makes to the case; `None` if nothing is due.
    pub fn case_step(&self, case: Ulid, moment: &mut Moment) -> Option<Change> {
        let case = self.case(case).filter(|case| self.invoice.case == Some(case.id))?;
        let due_at = case.next_at(&self.invoice.seller)?;
        if due_at > moment.now {
            return None;
        }
        match (&case.matter, case.state.stage()) {
            (Matter::Plan(plan), Stage::Active) => self.plan_step(case, plan.clone(), moment),
            (Matter::Promise(promise), Stage::Active) => {
                self.promise_step(case, promise.clone(), moment)
            }
            (Matter::Dispute(dispute), Stage::Submitted) => {
                let mut dispute = dispute.clone();
                dispute.sla = dispute.sla_at(moment.now);
                let mut change = Change::of(&self.invoice);
                let (kind, state) = (CaseKind::Dispute, dispute.sla);
                change.record(moment, Actor::Portal, Fact::SlaMoved { case: case.id, kind, state });
                change.cases.push(Case { matter: Matter::Dispute(dispute), ..case.clone() });
                Some(change)
            }
            // `next_at` knows no time for these.
            (Matter::Plan(_) | Matter::Promise(_), Stage::Submitted)
            | (Matter::Dispute(_), Stage::Active)
            | (_, Stage::Asked | Stage::Over) => None,
        }
    }

    /// A bank is moving money for this invoice, or a person has to look at what came: what is
    /// due may be paid already.
    fn is_on_hold(&self) -> bool {
        match self.invoice.status {
            Status::Processing | Status::UnderReview => true,
            Status::Open
            | Status::PlanSubmitted
            | Status::PlanActive
            | Status::Promised
            | Status::Disputed
            | Status::Paid
            | Status::Closed => false,
        }
    }

    fn plan_step(&self, case: &Case, mut plan: Plan, moment: &mut Moment) -> Option<Change> {
        let zone = self.invoice.seller.time_zone();
        let (id, kind, now) = (case.id, CaseKind::Plan, moment.now);
        let mut facts = Vec::new();
        if !self.is_on_hold() {
            for (place, one) in plan.instalments.iter_mut().enumerate() {
                let over = one.paid_by.is_none() && !one.missed && now >= end_of(one.due, &zone);
                if over {
                    one.missed = true;
                    let number = number(place);
                    facts.push(Fact::InstalmentMissed { case: id, kind, number });
                }
            }
        }
        let missed = !facts.is_empty();
        let mut change = Change::of(&self.invoice);
        for fact in facts {
            change.record(moment, Actor::Portal, fact);
        }
        let next = plan.instalments.iter_mut().enumerate().find(|(_, one)| one.paid_by.is_none());
        if let Some((place, one)) = next
            && !one.noticed
            && !self.is_on_hold()
            && now >= one.notice_at(&zone)
        {
            one.noticed = true;
            // What is missed is asked for by the cadence, with a link of its own.
            if !one.missed {
                let link = self.current_or_new_link(&mut change, Actor::Portal, moment);
                let number = number(place);
                let due = Fact::InstalmentDue { case: id, kind, number, link };
                change.record(moment, Actor::Portal, due);
            }
        }
        let after = Case { matter: Matter::Plan(plan), ..case.clone() };
        if after == *case {
            return None;
        }
        change.put_case(after);
        if missed {
            change.invoice.cadence.restart(now);
        }
        Some(change)
    }

    fn promise_step(
        &self,
        case: &Case,
        mut promise: Promise,
        moment: &mut Moment,
    ) -> Option<Change> {
        if self.is_on_hold() {
            return None;
        }
        let zone = self.invoice.seller.time_zone();
        let (id, kind, now) = (case.id, CaseKind::Promise, moment.now);
        let mut change = Change::of(&self.invoice);
        if now >= end_of(promise.date, &zone) {
            change.record(moment, Actor::Portal, Fact::PromiseMissed { case: id, kind });
            change.put_case(Case { state: CaseState::Missed, ..case.clone() });
            change.invoice.cadence.restart(now);
            return Some(change);
        }
        promise.noticed = true;
        let link = self.current_or_new_link(&mut change, Actor::Portal, moment);
        change.record(moment, Actor::Portal, Fact::PromiseDue { case: id, kind, link });
        change.put_case(Case { matter: Matter::Promise(promise), ..case.clone() });
        Some(change)
    }

    /// When the clock shall look at the case again; `None` if only people move it.
    pub fn case_looked_at_next(&self, case: Ulid) -> Option<Timestamp> {
        self.case(case)?.next_at(&self.invoice.seller)
    }
}

/// Instalments count from 1.
pub(crate) fn number(place: usize) -> u16 {
    u16::try_from(place.saturating_add(1)).unwrap_or(u16::MAX)
}
