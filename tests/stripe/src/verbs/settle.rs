//! The bank answers an ACH debit, days later: settled or bounced.
//! It must never answer the same debit twice.

use super::pay::{Verdict, capture, change_intent, fail_charge, note_error};
use crate::error::StripeError;
use crate::world::session::Status;
use crate::world::{Account, Moment, intent};

/// What the bank says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Settled, unless the payer chose the account that bounces.
    AsChosen,
    /// Bounced.
    Failed,
}

/// Settles or bounces the debit of a session.
///
/// # Errors
/// 404 without such a session; 400 when its debit is not waiting for an answer.
pub(crate) fn settle(account: &mut Account, moment: &Moment, id: &str, answer: Answer) -> Verdict {
    let session = account
        .sessions
        .get(id)
        .ok_or_else(|| StripeError::missing("checkout.session", id, "session"))?;
    let intent = session.intent.as_ref().and_then(|intent| account.intents.get(intent));
    let charge = intent
        .filter(|intent| {
            session.status == Status::Complete && intent.status == intent::Status::Processing
        })
        .and_then(|intent| intent.latest_charge.clone())
        .ok_or_else(|| StripeError::refused("No ACH debit of this session is processing."))?;
    if answer == Answer::Failed || session.fails_when_settled {
        bounce(account, moment, id, &charge);
    } else {
        succeed(account, moment, id, &charge);
    }
    Ok(())
}

fn succeed(account: &mut Account, moment: &Moment, id: &str, charge: &str) {
    capture(account, charge);
    let intent = change_intent(account, id, |intent| {
        intent.status = intent::Status::Succeeded;
    });
    if let Some(session) = account.sessions.get_mut(id) {
        session.paid = true;
    }
    account.emit(moment, "charge.succeeded", charge);
    account.emit(moment, "payment_intent.succeeded", &intent);
    account.emit(moment, "checkout.session.async_payment_succeeded", id);
}

fn bounce(account: &mut Account, moment: &Moment, id: &str, charge: &str) {
    let message = "The customer's account has insufficient funds to cover this payment.";
    fail_charge(account, charge, "insufficient_funds", None, message);
    let intent = note_error(account, id, charge);
    account.emit(moment, "charge.failed", charge);
    account.emit(moment, "payment_intent.payment_failed", &intent);
    account.emit(moment, "checkout.session.async_payment_failed", id);
}
