//! Gives money back, whole or in part, and lets a refund settle or fail later.
//! It must never give back more than was captured.

use super::pay::Verdict;
use crate::currency::show;
use crate::error::StripeError;
use crate::ids;
use crate::world::charge::{self, Charge};
use crate::world::refund::{Refund, Status};
use crate::world::{Account, Moment};
use std::collections::BTreeMap;

/// What is asked for.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// Payment intent, or
    pub(crate) intent: Option<String>,
    /// charge.
    pub(crate) charge: Option<String>,
    /// Minor units; None: all that is left.
    pub(crate) amount: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// Makes a refund; answers its id.
///
/// # Errors
/// 404 when there is nothing by that id, 400 when there is nothing (or too little) to give back.
pub(crate) fn refund(
    account: &mut Account,
    moment: &Moment,
    request: Request,
) -> Result<String, StripeError> {
    let charge = charge_of(account, &request)?.clone();
    let amount = allowed_amount(&charge, request.amount)?;
    let card = charge.method == "card";
    let id = ids::random("re_3", 23);
    let refund = Refund {
        id: id.clone(),
        charge: charge.id.clone(),
        intent: charge.intent.clone(),
        created_s: moment.now_s,
        status: if card { Status::Succeeded } else { Status::Pending },
        amount,
        currency: charge.currency.clone(),
        method: charge.method.clone(),
        reason: request.reason,
        metadata: request.metadata,
        balance_transaction: ids::random("txn_3", 23),
    };
    if !account.refunds.put(&id, refund) {
        return Err(StripeError::rate_limited());
    }
    if let Some(charge) = account.charges.get_mut(&charge.id) {
        charge.amount_refunded = charge.amount_refunded.saturating_add(amount);
    }
    account.emit(moment, "refund.created", &id);
    account.emit(moment, "charge.refunded", &charge.id);
    Ok(id)
}

/// Ends a refund: `failed` gives the amount back to the charge.
///
/// # Errors
/// 404 without such a refund; 400 when it already failed or already succeeded.
pub(crate) fn finish(account: &mut Account, moment: &Moment, id: &str, failed: bool) -> Verdict {
    let refund =
        account.refunds.get_mut(id).ok_or_else(|| StripeError::missing("refund", id, "id"))?;
    // A card's refund can still fail after it succeeded, when the issuer sends it back.
    if refund.status == Status::Failed || (!failed && refund.status == Status::Succeeded) {
        return Err(StripeError::refused(format!("This refund is {}.", refund.status.word())));
    }
    refund.status = if failed { Status::Failed } else { Status::Succeeded };
    let (amount, charge) = (refund.amount, refund.charge.clone());
    if failed && let Some(charge) = account.charges.get_mut(&charge) {
        charge.amount_refunded = charge.amount_refunded.saturating_sub(amount);
    }
    account.emit(moment, "refund.updated", id);
    if failed {
        account.emit(moment, "refund.failed", id);
    }
    Ok(())
}

fn charge_of<'a>(account: &'a Account, request: &Request) -> Result<&'a Charge, StripeError> {
    if let Some(id) = &request.charge {
        let charge = account.charges.get(id);
        return charge.ok_or_else(|| StripeError::missing("charge", id, "charge"));
    }
    let Some(id) = &request.intent else {
        let message = "One of the following params should be provided for this request: \
                       payment_intent or charge.";
        return Err(StripeError::invalid(message).code("parameter_missing"));
    };
    let intent = account
        .intents
        .get(id)
        .ok_or_else(|| StripeError::missing("payment_intent", id, "payment_intent"))?;
    intent
        .latest_charge
        .as_ref()
        .and_then(|charge| account.charges.get(charge))
        .filter(|charge| charge.status == charge::Status::Succeeded)
        .ok_or_else(|| {
            let message =
                format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
            StripeError::refused(message).param("payment_intent")
        })
}

fn allowed_amount(charge: &Charge, asked: Option<i64>) -> Result<i64, StripeError> {
    if charge.withdrawn {
        let message = format!("Charge {} has been charged back; cannot issue a refund.", charge.id);
        return Err(StripeError::refused(message).code("charge_disputed"));
    }
    let left = charge.refundable();
    if charge.status != charge::Status::Succeeded {
        let message = format!("Charge {} was not captured, so nothing to refund.", charge.id);
        return Err(StripeError::refused(message).param("charge"));
    }
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(StripeError::refused(message).code("charge_already_refunded"));
    }
    let amount = asked.unwrap_or(left);
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(StripeError::invalid(message)
            .code("parameter_invalid_integer")
            .param("amount"));
    }
    if amount > left {
        let message = format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            show(amount, &charge.currency),
            show(left, &charge.currency)
        );
        return Err(StripeError::refused(message).param("amount"));
    }
    Ok(amount)
}
