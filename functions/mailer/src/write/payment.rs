//! Whom the letters about payments go to: receipts to the payer, what is amiss to the seller too.
//! Must never ask for money that is not owed any more.
use domain::fact::LetterKind;
use domain::{Amount, words};
use platform::Fault;
use ulid::Ulid;

use super::{Desk, Post, line};
use crate::letter::{self, Received};

impl Desk<'_> {
    pub(super) fn receipt(&self, payment: Ulid) -> Result<Vec<Post>, Fault> {
        let payment = self.file.payment(payment).ok_or_else(no_payment)?;
        let made = payment.receipt.as_ref();
        let made = made.ok_or_else(|| Fault::Item("no receipt yet".to_owned()))?;
        let balance = self.file.invoice.balance;
        let left = (balance.minor > 0).then(|| balance.to_string());
        let received = Received {
            paid_on: &words::date_of(made.paid_at, &self.file.invoice.seller),
            method: &made.method,
            receipt_number: &payment.receipt_number(),
            left: left.as_deref(),
        };
        let letter =
            letter::receipt(&line(self.file, payment.amount, self.now), &received, self.link);
        self.to_contacts(LetterKind::Receipt, letter, Some(made))
    }

    pub(super) fn payment_failed(&self, payment: Ulid, code: &str) -> Result<Vec<Post>, Fault> {
        if self.file.invoice.balance.minor == 0 {
            return Ok(Vec::new());
        }
        let amount = self.file.payment(payment).ok_or_else(no_payment)?.amount.to_string();
        let reason = words::failure(code);
        let letter = letter::bank_payment_failed(&self.line, &amount, reason, self.paying_link());
        self.to_contacts(LetterKind::BankPaymentFailed, letter, None)
    }

    pub(super) fn paid_twice(&self, amount: Amount, id: Option<&str>) -> Result<Vec<Post>, Fault> {
        let paid = amount.to_string();
        let letter = letter::paid_twice_payer(&self.line, &paid);
        let mut posts = self.to_contacts(LetterKind::PaidTwice, letter, None)?;
        let letter = letter::paid_twice_seller(&self.line, &paid, stripe_id(id));
        posts.push(self.to_team(LetterKind::PaidTwice, letter)?);
        Ok(posts)
    }

    pub(super) fn mismatch(
        &self,
        expected: Amount,
        received: Option<Amount>,
        id: Option<&str>,
    ) -> Result<Vec<Post>, Fault> {
        let unclear = || "an amount we cannot read".to_owned();
        let received = received.map_or_else(unclear, |amount| amount.to_string());
        let expected = expected.to_string();
        let letter = letter::mismatch_seller(&self.line, &expected, &received, stripe_id(id));
        Ok(vec![self.to_team(LetterKind::Mismatch, letter)?])
    }
}

fn stripe_id(stripe_payment: Option<&str>) -> &str {
    stripe_payment.unwrap_or("see your Stripe dashboard")
}

fn no_payment() -> Fault {
    Fault::Item("no such payment".to_owned())
}
