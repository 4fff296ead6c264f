//! The payer's bank opens a dispute, and decides it.
//! It must never reopen a closed one; ACH disputes are lost at once, as at Stripe.

use super::pay::Verdict;
use crate::error::StripeError;
use crate::ids;
use crate::world::dispute::Dispute;
use crate::world::{Account, Moment, charge};

const OPEN_STATUSES: &[&str] =
    &["needs_response", "under_review", "warning_needs_response", "warning_under_review"];

/// Opens a dispute on a payment; answers its id.
///
/// # Errors
/// 404 without such a payment; 400 when it has no captured charge or is disputed already.
pub(crate) fn open(
    account: &mut Account,
    moment: &Moment,
    intent: &str,
    status: Option<&str>,
) -> Result<String, StripeError> {
    let charge = account
        .intents
        .get(intent)
        .and_then(|intent| intent.latest_charge.as_ref())
        .and_then(|charge| account.charges.get(charge))
        .ok_or_else(|| StripeError::missing("payment_intent", intent, "payment_intent"))?
        .clone();
    if charge.status != charge::Status::Succeeded || charge.disputed {
        return Err(StripeError::refused("Only an undisputed, captured charge can be disputed."));
    }
    let bank = charge.method == "us_bank_account";
    let status = status.unwrap_or(if bank { "lost" } else { "needs_response" });
    if !OPEN_STATUSES.contains(&status) && status != "lost" {
        return Err(StripeError::invalid(format!(
            "status must be lost or one of {OPEN_STATUSES:?}"
        )));
    }
    let id = ids::random("du_1", 23);
    let dispute = Dispute {
        id: id.clone(),
        charge: charge.id.clone(),
        intent: intent.to_owned(),
        created_s: moment.now_s,
        status: status.to_owned(),
        reason: if bank { "debit_not_authorized" } else { "fraudulent" }.to_owned(),
        amount: charge.amount,
        currency: charge.currency.clone(),
        method: charge.method.clone(),
    };
    if !account.disputes.put(&id, dispute) {
        return Err(StripeError::rate_limited());
    }
    if let Some(charge) = account.charges.get_mut(&charge.id) {
        charge.disputed = true;
        charge.withdrawn = !status.starts_with("warning");
    }
    account.emit(moment, "charge.dispute.created", &id);
    if status == "lost" {
        account.emit(moment, "charge.dispute.closed", &id);
    }
    Ok(id)
}

/// Closes a dispute as won or lost; a warning closes as `warning_closed`.
///
/// # Errors
/// 404 without such a dispute; 400 when it is closed or the outcome is another word.
pub(crate) fn close(account: &mut Account, moment: &Moment, id: &str, outcome: &str) -> Verdict {
    if !matches!(outcome, "won" | "lost") {
        return Err(StripeError::invalid("outcome must be won or lost"));
    }
    let dispute =
        account.disputes.get_mut(id).ok_or_else(|| StripeError::missing("dispute", id, "id"))?;
    if dispute.is_closed() {
        return Err(StripeError::refused(format!("This dispute is {}.", dispute.status)));
    }
    let warning = dispute.status.starts_with("warning");
    let word = if warning { "warning_closed" } else { outcome };
    word.clone_into(&mut dispute.status);
    if (warning || outcome == "won")
        && let Some(charge) = account.charges.get_mut(&dispute.charge)
    {
        charge.withdrawn = false;
    }
    account.emit(moment, "charge.dispute.closed", id);
    Ok(())
}
