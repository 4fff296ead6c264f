//! What Stripe's word about a payment means for the invoice, in any order and any number
//! of times. Must never let a paid invoice become unpaid, nor lose money that came.
use ulid::Ulid;

use crate::payment_event::UNNAMED_FAILURE;
use crate::{
    Actor, Amount, Case, Change, Fact, InvoiceFile, LinkState, Moment, Payment, PaymentEvent,
    PaymentState, Refusal, Status, Verify,
};

impl InvoiceFile {
    /// The change that `event` makes to payment `id`; `None` if it says nothing new.
    ///
    /// # Errors
    /// [`Refusal::UnknownPayment`] if the invoice has no such payment (yet).
    pub fn apply(
        &self,
        id: Ulid,
        event: &PaymentEvent,
        moment: &mut Moment,
    ) -> Result<Option<Change>, Refusal> {
        let payment = self.payment(id).ok_or(Refusal::UnknownPayment)?;
        let mut step =
            Step { file: self, change: Change::of(&self.invoice), payment: payment.clone() };
        let news = match event {
            PaymentEvent::CheckoutOpened { session, .. } => step.opened(session),
            PaymentEvent::CheckoutExpired => step.expired(moment),
            PaymentEvent::CheckoutMissing => {
                payment.state == PaymentState::Starting && step.expired(moment)
            }
            PaymentEvent::Processing { session, stripe_payment, verify } => {
                step.learn(session, stripe_payment.as_deref());
                step.processing(verify, moment)
            }
            PaymentEvent::Paid { session, stripe_payment, received } => {
                step.learn(session, stripe_payment.as_deref());
                step.paid(*received, moment)
            }
            PaymentEvent::Failed { code } => step.failed(code, moment),
            PaymentEvent::Declined { charge, code } => step.declined(charge, code, moment),
            PaymentEvent::Refunded { total_minor } => step.refunded(*total_minor, moment),
            PaymentEvent::ChargebackOpened { id } => step.chargeback(id, None, moment),
            PaymentEvent::ChargebackClosed { id, won } => step.chargeback(id, Some(*won), moment),
        };
        Ok(news.then(|| step.into_change()))
    }
}

mod allocate;

/// One event being applied: the payment as it shall be, and the change so far. Each method
/// answers whether the event said anything new.
struct Step<'a> {
    file: &'a InvoiceFile,
    change: Change,
    payment: Payment,
}

impl Step<'_> {
    fn into_change(mut self) -> Change {
        self.change.payments.push(self.payment);
        self.change
    }

    fn record(&mut self, moment: &mut Moment, fact: Fact) {
        self.change.record(moment, Actor::Stripe, fact);
    }

    /// Takes down Stripe's ids, from whichever statement brings them first.
    fn learn(&mut self, session: &str, stripe_payment: Option<&str>) {
        self.payment.session.get_or_insert_with(|| session.to_owned());
        if self.payment.stripe_payment.is_none() {
            self.payment.stripe_payment = stripe_payment.map(str::to_owned);
        }
    }

    fn opened(&mut self, session: &str) -> bool {
        match self.payment.state {
            PaymentState::Starting => {
                self.payment.state = PaymentState::Open;
                self.payment.session = Some(session.to_owned());
                true
            }
            PaymentState::Open
            | PaymentState::Expired
            | PaymentState::Processing
            | PaymentState::Failed
            | PaymentState::Mismatched
            | PaymentState::Paid => false,
        }
    }

    fn expired(&mut self, moment: &mut Moment) -> bool {
        match self.payment.state {
            PaymentState::Starting | PaymentState::Open => {
                self.payment.state = PaymentState::Expired;
                self.release_hold(moment);
                self.record(moment, Fact::CheckoutExpired { payment: self.payment.id });
                true
            }
            PaymentState::Expired
            | PaymentState::Processing
            | PaymentState::Failed
            | PaymentState::Mismatched
            | PaymentState::Paid => false,
        }
    }

    fn processing(&mut self, verify: &Verify, moment: &mut Moment) -> bool {
        let verify_url = verify.url();
        match self.payment.state {
            PaymentState::Starting | PaymentState::Open | PaymentState::Expired => {
                self.payment.state = PaymentState::Processing;
                self.payment.settled_at = Some(moment.now);
                self.payment.verify_url = verify_url.map(str::to_owned);
                if self.takes_payments() {
                    self.change.invoice.status = Status::Processing;
                    self.change.invoice.live_payment = Some(self.payment.id);
                    self.change.invoice.cadence.pause();
                    self.cancel_others();
                }
                self.record(moment, Fact::PaymentProcessing { payment: self.payment.id });
                true
            }
            // The webhook names the payment by its id alone: what an answer told before still holds.
            PaymentState::Processing if *verify == Verify::Unsaid => false,
            PaymentState::Processing => {
                let news = self.payment.verify_url.as_deref() != verify_url;
                self.payment.verify_url = verify_url.map(str::to_owned);
                news
            }
            // A late "processing" must not undo a result.
            PaymentState::Failed | PaymentState::Mismatched | PaymentState::Paid => false,
        }
    }

    fn paid(&mut self, received: Option<Amount>, moment: &mut Moment) -> bool {
        match self.payment.state {
            PaymentState::Mismatched | PaymentState::Paid => return false,
            PaymentState::Starting
            | PaymentState::Open
            | PaymentState::Expired
            | PaymentState::Processing
            | PaymentState::Failed => {}
        }
        self.payment.settled_at = Some(moment.now);
        self.payment.verify_url = None;
        self.payment.code = None;
        self.release_hold(moment);
        if received != Some(self.payment.amount) {
            self.mismatched(self.payment.amount, received, moment);
            return true;
        }
        let (payment, amount) = (self.payment.id, self.payment.amount);
        let stripe_payment = self.payment.stripe_payment.clone();
        let left = self.change.invoice.balance.minor;
        if left == 0 {
            self.payment.state = PaymentState::Paid;
            self.payment.duplicate = true;
            self.record(moment, Fact::PaymentDuplicated { payment, amount, stripe_payment });
            return true;
        }
        if let Some(expected) = self.exceeded(amount) {
            // More than is still owed, by a session from before: somebody has to look.
            self.mismatched(expected, received, moment);
            return true;
        }
        self.payment.state = PaymentState::Paid;
        self.change.invoice.balance.minor = left.saturating_sub(amount.minor);
        self.change.invoice.paid_by = Some(payment);
        self.spend_links(moment);
        self.cancel_others();
        self.record(moment, Fact::PaymentSettled { payment, amount, stripe_payment });
        self.allocate(moment);
        true
    }

    /// What could have been paid, if `amount` is more: the balance; or, short of all of it, what
    /// an open dispute leaves undisputed.
    fn exceeded(&self, amount: Amount) -> Option<Amount> {
        let balance = self.change.invoice.balance;
        let undisputed = self.file.open_case().and_then(|case| self.file.undisputed(case));
        let at_most = undisputed.filter(|_| amount.minor < balance.minor).unwrap_or(balance);
        (amount.minor > at_most.minor).then_some(at_most)
    }

    fn takes_payments(&self) -> bool {
        match self.change.invoice.status {
            Status::Open
            | Status::PlanSubmitted
            | Status::PlanActive
            | Status::Promised
            | Status::Disputed => true,
            Status::Processing | Status::UnderReview | Status::Paid | Status::Closed => false,
        }
    }

    fn mismatched(&mut self, expected: Amount, received: Option<Amount>, moment: &mut Moment) {
        self.payment.state = PaymentState::Mismatched;
        self.payment.received = received;
        if self.change.invoice.balance.minor > 0 {
            self.change.invoice.status = Status::UnderReview;
            self.change.invoice.cadence.pause();
        }
        let payment = self.payment.id;
        let stripe_payment = self.payment.stripe_payment.clone();
        let fact = Fact::PaymentMismatched { payment, expected, received, stripe_payment };
        self.record(moment, fact);
    }

    fn failed(&mut self, code: &str, moment: &mut Moment) -> bool {
        match self.payment.state {
            PaymentState::Starting
            | PaymentState::Open
            | PaymentState::Expired
            | PaymentState::Processing => {
                self.payment.state = PaymentState::Failed;
                self.payment.settled_at = Some(moment.now);
                self.payment.verify_url = None;
                self.payment.code = Some(code.to_owned());
                self.release_hold(moment);
                let (payment, code) = (self.payment.id, code.to_owned());
                self.record(moment, Fact::PaymentFailed { payment, code });
                true
            }
            // Of two events about one failure, one may name no code.
            PaymentState::Failed if self.payment.code.as_deref() == Some(UNNAMED_FAILURE) => {
                self.payment.code = Some(code.to_owned());
                code != UNNAMED_FAILURE
            }
            PaymentState::Failed | PaymentState::Mismatched | PaymentState::Paid => false,
        }
    }

    fn declined(&mut self, charge: &str, code: &str, moment: &mut Moment) -> bool {
        if !self.payment.note_decline(charge) {
            return false;
        }
        match self.payment.state {
            PaymentState::Starting
            | PaymentState::Open
            | PaymentState::Expired
            | PaymentState::Processing => self.payment.code = Some(code.to_owned()),
            // A decline that comes late must not hide the result.
            PaymentState::Failed | PaymentState::Mismatched | PaymentState::Paid => {}
        }
        let (payment, code) = (self.payment.id, code.to_owned());
        self.record(moment, Fact::PaymentDeclined { payment, code });
        true
    }

    fn refunded(&mut self, total_minor: i64, moment: &mut Moment) -> bool {
        // Events may come late or twice; the sum only grows, and never past the payment.
        let total_minor = total_minor.min(self.payment.taken().minor);
        if total_minor <= self.payment.refunded_minor {
            return false;
        }
        self.payment.refunded_minor = total_minor;
        let total = Amount { minor: total_minor, ..self.payment.taken() };
        let (payment, stripe_payment) = (self.payment.id, self.payment.stripe_payment.clone());
        self.record(moment, Fact::PaymentRefunded { payment, total, stripe_payment });
        true
    }

    fn chargeback(&mut self, id: &str, won: Option<bool>, moment: &mut Moment) -> bool {
        if !self.payment.note_chargeback(id, won) {
            return false;
        }
        let (payment, dispute) = (self.payment.id, id.to_owned());
        let fact = match won {
            None => Fact::ChargebackOpened { payment, dispute },
            Some(won) => Fact::ChargebackClosed { payment, dispute, won },
        };
        self.record(moment, fact);
        true
    }

    /// The payment does not hold the invoice any more; mails may go out again. If they had all
    /// gone out before, they begin anew, a week after the letter that told of the failure.
    fn release_hold(&mut self, moment: &Moment) {
        let invoice = &mut self.change.invoice;
        if invoice.live_payment != Some(self.payment.id) {
            return;
        }
        invoice.live_payment = None;
        if invoice.status == Status::Processing {
            let case: Option<&Case> = self.file.open_case();
            self.change.rest(case);
            let invoice = &mut self.change.invoice;
            if invoice.status == Status::Open && invoice.cadence.next_at().is_none() {
                invoice.cadence.restart_after_letter(moment.now);
            }
        }
    }

    /// Another session that is open would be a second payment: it is to be expired.
    fn cancel_others(&mut self) {
        for other in &self.file.payments {
            if other.id != self.payment.id && other.can_be_cancelled() && !other.cancel {
                self.change.payments.push(Payment { cancel: true, ..other.clone() });
            }
        }
    }

    /// The outcome spends the link it came through, and the current one if nothing is left
    /// that it could carry.
    fn spend_links(&mut self, moment: &Moment) {
        let current = self.change.invoice.link;
        let all_paid = self.change.invoice.balance.minor == 0;
        for link in &self.file.links {
            let is_meant = link.id == self.payment.link || (all_paid && current == Some(link.id));
            if is_meant && link.state == LinkState::Live {
                self.change.links.push(link.spent(moment.now));
            }
        }
    }
}
