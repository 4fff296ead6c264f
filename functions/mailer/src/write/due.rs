//! Whom the letters about dates go to: what falls due to the payer, what was missed to the team.
//! Must never ask for an instalment that is paid, nor for one before the one that is next.
use domain::case::{Matter, Plan, PlanInstalment};
use domain::fact::LetterKind;
use domain::{Amount, Status, words};
use platform::Fault;
use ulid::Ulid;

use super::{Desk, Post};
use crate::letter::{self, About, DueLine};

impl Desk<'_> {
    pub(super) fn instalment_due(&self, case: Ulid, number: u16) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        let plan = plan(&about)?;
        let next = plan.next().filter(|(place, _)| place + 1 == usize::from(number));
        // Paid meanwhile, or missed: then the cadence asks for it.
        let Some((place, one)) = next.filter(|(_, one)| !one.missed) else {
            return Ok(Vec::new());
        };
        if !self.is_held_by(case, Status::PlanActive) {
            return Ok(Vec::new());
        }
        let due = instalment(plan, place, one, self.file.amount_due().unwrap_or(one.amount));
        let letter = letter::instalment_due(&about, &due, self.any_link()?);
        self.to_contacts(LetterKind::PaymentDue, letter, None)
    }

    pub(super) fn promise_due(&self, case: Ulid) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        if !self.is_held_by(case, Status::Promised) {
            return Ok(Vec::new());
        }
        let due = promise(&about, self.file.amount_due().unwrap_or(about.case.amount()))?;
        let letter = letter::promise_due(&about, &due, self.any_link()?);
        self.to_contacts(LetterKind::PaymentDue, letter, None)
    }

    /// A cadence step while a plan is being paid: only if it is behind.
    pub(super) fn behind(&self, step: u8) -> Result<Vec<Post>, Fault> {
        let Some(case) = self.file.open_case().filter(|case| case.is_behind()) else {
            return Ok(Vec::new());
        };
        let about = self.about(case.id)?;
        let plan = plan(&about)?;
        let missed = plan.instalments.iter().filter(|one| one.missed && one.paid_by.is_none());
        let missed = missed.count();
        let Some((place, one)) = plan.next() else { return Ok(Vec::new()) };
        let due = instalment(plan, place, one, self.file.amount_due().unwrap_or(one.amount));
        let letter = letter::behind(&about, &due, missed, step, self.any_link()?);
        self.to_contacts(LetterKind::Cadence, letter, None)
    }

    pub(super) fn instalment_missed(&self, case: Ulid, number: u16) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        let plan = plan(&about)?;
        let mut places = plan.instalments.iter().enumerate();
        let place = places.find(|(place, _)| place + 1 == usize::from(number));
        let (place, one) = place.ok_or_else(|| Fault::Item("no such instalment".to_owned()))?;
        // Paid late, but before this was sent.
        if one.paid_by.is_some() {
            return Ok(Vec::new());
        }
        let due = instalment(plan, place, one, one.amount);
        let notice = letter::instalment_missed(&about, &due);
        Ok(vec![self.to_team(LetterKind::Missed, notice)?])
    }

    pub(super) fn promise_missed(&self, case: Ulid) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        if self.file.invoice.balance.minor == 0 {
            return Ok(Vec::new());
        }
        let notice = letter::promise_missed(&about, &promise(&about, about.case.amount())?);
        Ok(vec![self.to_team(LetterKind::Missed, notice)?])
    }

    /// Whether the case is the open one and nothing else has a hold on the invoice.
    fn is_held_by(&self, case: Ulid, status: Status) -> bool {
        self.file.invoice.case == Some(case) && self.file.invoice.status == status
    }
}

fn plan<'a>(about: &About<'a>) -> Result<&'a Plan, Fault> {
    match &about.case.matter {
        Matter::Plan(plan) => Ok(plan),
        Matter::Promise(_) | Matter::Dispute(_) => Err(Fault::Item("not a plan".to_owned())),
    }
}

fn promise(about: &About<'_>, amount: Amount) -> Result<DueLine, Fault> {
    match &about.case.matter {
        Matter::Promise(promise) => Ok(DueLine {
            what: format!("Promise {}", about.case.reference()),
            amount: amount.to_string(),
            date: words::date(promise.date),
        }),
        Matter::Plan(_) | Matter::Dispute(_) => Err(Fault::Item("not a promise".to_owned())),
    }
}

/// `amount` is what is asked for, which is less than agreed where less is left.
fn instalment(plan: &Plan, place: usize, one: &PlanInstalment, amount: Amount) -> DueLine {
    DueLine {
        what: format!("Instalment {} of {}", place + 1, plan.instalments.len()),
        amount: amount.to_string(),
        date: words::date(one.due),
    }
}
