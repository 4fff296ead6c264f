//! What Stripe's word makes of the file: `functions/shared/domain/src/settle.rs` again, in small.
//! Must never differ from it: `tests/like_the_code.rs` walks both side by side.
use crate::bug::Bug;
use crate::rules::{Decision, Refusal, Rules, change, set, spend};
use crate::state::{Event, File, PAYMENTS_MAX, PaymentNo, PaymentState, Status, Tick};

impl Rules {
    /// `InvoiceFile::apply`.
    pub(crate) fn apply(
        self,
        file: &File,
        of: (PaymentNo, Event),
        now: Tick,
    ) -> Result<Decision, Refusal> {
        use PaymentState::{Expired, Failed, Open, Paid, Processing, Starting};
        let (no, event) = of;
        let state = file.payment(no).ok_or(Refusal::UnknownPayment)?.state;
        let mut next = file.clone();
        match (event, state) {
            (Event::Opened, Starting) => set(&mut next, no, Open),
            (Event::Expired, Starting | Open) | (Event::NotFound, Starting) => {
                set(&mut next, no, Expired);
                release_hold(&mut next, no);
            }
            (Event::NotFound, Open) if self.has(Bug::OldNotFoundEndsOpen) => {
                set(&mut next, no, Expired);
                release_hold(&mut next, no);
            }
            (Event::Processing, Starting | Open | Expired) => processing(&mut next, no),
            (Event::Processing, Paid) if self.has(Bug::LateProcessingUndoesPaid) => {
                next.status = Status::Open;
                processing(&mut next, no);
            }
            (Event::Paid, Starting | Open | Expired | Processing | Failed) => {
                self.paid(&mut next, no, now);
            }
            (Event::Failed, Starting | Open | Expired | Processing) => {
                set(&mut next, no, Failed);
                release_hold(&mut next, no);
            }
            (Event::Opened | Event::NotFound, Open | Expired | Processing | Failed | Paid)
            | (Event::Expired, Expired | Processing | Failed | Paid)
            | (Event::Processing, Processing | Failed | Paid)
            | (Event::Failed, Failed | Paid)
            | (Event::Paid, Paid) => return Ok(Decision::Nothing),
        }
        Ok(Decision::Change(next))
    }

    /// `Step::paid`.
    fn paid(self, file: &mut File, no: PaymentNo, now: Tick) {
        set(file, no, PaymentState::Paid);
        release_hold(file, no);
        if file.status == Status::Paid {
            let flagged = !self.has(Bug::SecondPaymentNotFlagged);
            change(file, no, |payment| payment.duplicate = flagged);
            return;
        }
        file.status = Status::Paid;
        if let Some(payment) = file.payment(no) {
            spend(file, payment.link, now);
        }
        spend(file, file.link, now);
        cancel_others(file, no);
        if let Some(plan) = &mut file.plan {
            plan.settled = true;
        }
    }
}

/// `Step::cancel_others`.
fn cancel_others(file: &mut File, no: PaymentNo) {
    for other in (0..).take(PAYMENTS_MAX).filter(|other| *other != no) {
        change(file, other, |payment| payment.cancel |= payment.can_be_cancelled());
    }
}

/// `Step::processing`.
fn processing(file: &mut File, no: PaymentNo) {
    set(file, no, PaymentState::Processing);
    if matches!(file.status, Status::Open | Status::Submitted) {
        file.status = Status::Processing;
        file.holder = Some(no);
        cancel_others(file, no);
    }
}

/// `Step::release_hold`, and `Change::rest` after it.
fn release_hold(file: &mut File, no: PaymentNo) {
    if file.holder == Some(no) {
        file.holder = None;
        if file.status == Status::Processing {
            file.status = if file.open_plan().is_some() { Status::Submitted } else { Status::Open };
        }
    }
}
