//! May this payer start a payment now, and with which session?
//! Must never allow a second live payment beside a first.
use ulid::Ulid;

use crate::payment::PaymentTerms;
use crate::stripe_units::Unpayable;
use crate::{Actor, Change, Fact, InvoiceFile, Moment, Payment, Refusal, Tenant};

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
        if let Some(live) = self.live_payment() {
            let live = Box::new(live.clone());
            let still_right = live.amount == self.invoice.balance && !live.cancel;
            return Ok(if still_right { Start::Resume(live) } else { Start::End(live) });
        }
        self.payable()?;
        let account = tenant.stripe_account.clone().ok_or(Refusal::NotConnected)?;
        let terms = PaymentTerms { account, ach: self.ach_offered(&tenant.country) };
        let amount = self.invoice.balance;
        let payment = Payment::start(moment.fresh_id(), link.id, amount, terms, moment.now);
        let mut change = Change::of(&self.invoice);
        change.invoice.live_payment = Some(payment.id);
        let started = Fact::PaymentStarted { payment: payment.id, amount };
        change.record(moment, Actor::Payer, started);
        change.payments.push(payment.clone());
        Ok(Start::New(Box::new(payment), Box::new(change)))
    }

    /// Whether Stripe Checkout can take the balance.
    ///
    /// # Errors
    /// [`Refusal::BelowMinimum`] or [`Refusal::NotPayable`].
    pub fn payable(&self) -> Result<(), Refusal> {
        match self.invoice.balance.to_stripe() {
            Ok(_) => Ok(()),
            Err(Unpayable::BelowMinimum(minimum)) => Err(Refusal::BelowMinimum(minimum)),
            Err(Unpayable::NotAtStripe) => Err(Refusal::NotPayable),
        }
    }

    /// Whether ACH is offered. Source: Stripe docs "ACH Direct Debit": US accounts, USD.
    pub fn ach_offered(&self, country: &str) -> bool {
        country == "US" && self.invoice.balance.currency.code() == "USD"
    }
}
