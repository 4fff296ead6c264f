//! What a payment means for the plan, promise or dispute that is open.
//! Must never count one payment for two instalments' worth of money.
use super::Step;
use crate::case::Matter;
use crate::case_clock::number;
use crate::{CaseKind, CaseState, Fact, Moment, Status};

impl Step<'_> {
    /// What the payment means for the open case: an instalment paid, a promise kept, or, if
    /// nothing is left to pay, its end.
    pub(super) fn allocate(&mut self, moment: &mut Moment) {
        let Some(mut case) = self.file.open_case().cloned() else {
            self.change.rest(None);
            if self.change.invoice.status == Status::Open {
                // Decided while the bank moved this: what is left has no letter with a link yet.
                self.change.invoice.cadence.restart(moment.now);
            }
            return;
        };
        let (id, kind, payment) = (case.id, case.kind(), self.payment.id);
        let all_paid = self.change.invoice.balance.minor == 0;
        let mut facts = Vec::new();
        match &mut case.matter {
            Matter::Plan(plan) if case.state == CaseState::Active => {
                let mut left = self.payment.amount.minor;
                for (place, one) in plan.instalments.iter_mut().enumerate() {
                    let covered = all_paid || one.amount.minor <= left;
                    if one.paid_by.is_some() || !covered {
                        continue;
                    }
                    left = left.saturating_sub(one.amount.minor);
                    one.paid_by = Some(payment);
                    facts.push(Fact::InstalmentPaid {
                        case: id,
                        kind,
                        number: number(place),
                        payment,
                    });
                }
            }
            Matter::Promise(promise) if self.payment.amount.minor >= promise.amount.minor => {
                case.state = CaseState::Kept;
            }
            Matter::Plan(_) | Matter::Promise(_) | Matter::Dispute(_) => {}
        }
        if all_paid && !case.is_over() {
            let completed = case.kind() == CaseKind::Plan && case.state == CaseState::Active;
            case.state = if completed { CaseState::Completed } else { CaseState::Settled };
        }
        if case.is_over() {
            facts.push(Fact::CaseClosed { case: id, kind, outcome: case.state });
        }
        for fact in facts {
            self.record(moment, fact);
        }
        let (is_over, is_behind) = (case.is_over(), case.is_behind());
        self.change.put_case(case);
        let invoice = &mut self.change.invoice;
        if is_over && invoice.status == Status::Open {
            // A promise over a part was kept: the rest is asked for, but not in the same hour.
            invoice.cadence.restart_after_letter(moment.now);
        } else if is_behind && invoice.status == Status::PlanActive {
            // The link is spent, and the next instalment was missed as well: it needs its own.
            invoice.cadence.restart(moment.now);
        }
    }
}
