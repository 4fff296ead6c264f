//! May this payer start a payment now, and with which session?
//! Must never allow a second live payment beside a first.
use ulid::Ulid;

use crate::case::{CaseState, Matter};
use crate::payment::PaymentTerms;
use crate::stripe_units::Unpayable;
use crate::{Actor, Amount, Change, Fact, InvoiceFile, Moment, Payment, Refusal, Status, Tenant};

/// What to do when the payer presses "Pay now".
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// Commit this, then create the session for the payment.
    New(Box<Payment>, Box<Change>),
    /// A payment is live: ask Stripe about it, apply the answer, and if it is open send
    /// the payer there.
    Resume(Box<Payment>),
    /// A payment is live that must not be used any more: expire its session at Stripe,
    /// apply the answer, and ask again.
    End(Box<Payment>),
}

impl InvoiceFile {
    /// Decides how a payment through `link` starts.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn start_payment(
        &self,
        link: Ulid,
        tenant: &Tenant,
        moment: &mut Moment,
    ) -> Result<Start, Refusal> {
        let link = self.usable_link(link, moment.now)?;
        let due = self.amount_due()?;
        if let Some(live) = self.live_payment() {
            let live = Box::new(live.clone());
            let still_right = live.amount == due && !live.cancel;
            return Ok(if still_right { Start::Resume(live) } else { Start::End(live) });
        }
        let amount = self.payable()?;
        let account = tenant.stripe_account.clone().ok_or(Refusal::NotConnected)?;
        let terms = PaymentTerms { account, ach: self.ach_offered(&tenant.country) };
        let payment = Payment::start(moment.fresh_id(), link.id, amount, terms, moment.now);
        let mut change = Change::of(&self.invoice);
        change.invoice.live_payment = Some(payment.id);
        let started = Fact::PaymentStarted { payment: payment.id, amount };
        change.record(moment, Actor::Payer, started);
        change.payments.push(payment.clone());
        Ok(Start::New(Box::new(payment), Box::new(change)))
    }

    /// What a payment through a live link is for now: the balance, an instalment, what was
    /// promised, or what is not disputed.
    ///
    /// # Errors
    /// The [`Refusal`] that says why nothing is to be paid now.
    pub fn amount_due(&self) -> Result<Amount, Refusal> {
        let balance = self.invoice.balance;
        let at_most = |amount: Amount| Amount { minor: amount.minor.min(balance.minor), ..balance };
        match self.invoice.status {
            Status::Open => Ok(balance),
            Status::PlanActive | Status::Promised | Status::Disputed => {
                let case = self.open_case().ok_or(Refusal::UnknownCase)?;
                match &case.matter {
                    Matter::Plan(plan) => {
                        let next = plan.next().ok_or(Refusal::NothingDue)?;
                        Ok(at_most(next.1.amount))
                    }
                    Matter::Promise(promise) => Ok(at_most(promise.amount)),
                    Matter::Dispute(_) => self
                        .undisputed(case)
                        .filter(|rest| rest.minor > 0 && case.state != CaseState::Asked)
                        .ok_or(Refusal::WaitingForDecision),
                }
            }
            Status::PlanSubmitted => Err(Refusal::WaitingForDecision),
            Status::Processing => Err(Refusal::Processing),
            Status::UnderReview => Err(Refusal::UnderReview),
            Status::Paid => Err(Refusal::AlreadyPaid),
            Status::Closed => Err(Refusal::NothingDue),
        }
    }

    /// What is due now, if Stripe Checkout can take it.
    ///
    /// # Errors
    /// As [`Self::amount_due`]; [`Refusal::BelowMinimum`] or [`Refusal::NotPayable`].
    pub fn payable(&self) -> Result<Amount, Refusal> {
        let due = self.amount_due()?;
        match due.to_stripe() {
            Ok(_) => Ok(due),
            Err(Unpayable::BelowMinimum(minimum)) => Err(Refusal::BelowMinimum(minimum)),
            Err(Unpayable::NotAtStripe) => Err(Refusal::NotPayable),
        }
    }

    /// Whether ACH is offered. Source: Stripe docs "ACH Direct Debit": US accounts, USD.
    pub fn ach_offered(&self, country: &str) -> bool {
        country == "US" && self.invoice.balance.currency.code() == "USD"
    }
}
