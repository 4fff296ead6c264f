//! The payer confirms: card accepted, card declined, or a bank debit set off.
//! It must never take money twice for one session.

use crate::error::StripeError;
use crate::ids;
use crate::world::charge::{self, Charge};
use crate::world::intent::{self, Intent, PaymentError};
use crate::world::session::{Session, Status};
use crate::world::{Account, Moment};

/// Pays by card: session complete and paid.
///
/// # Errors
/// 404 without such a session, 400 when it is not open or does not take cards.
pub(crate) fn by_card(account: &mut Account, moment: &Moment, id: &str) -> Verdict {
    let session = payable(account, moment, id, "card")?;
    let charge = try_charge(account, moment, &session, "card");
    capture(account, &charge);
    finish_session(account, id, true);
    let intent = change_intent(account, id, |intent| {
        intent.status = intent::Status::Succeeded;
        intent.last_error = None;
    });
    account.emit(moment, "charge.succeeded", &charge);
    account.emit(moment, "payment_intent.succeeded", &intent);
    account.emit(moment, "checkout.session.completed", id);
    Ok(())
}

/// Declines the card: the session stays open and may be tried again.
///
/// # Errors
/// As [`by_card`]; 400 for a code that is no word.
pub(crate) fn decline(account: &mut Account, moment: &Moment, id: &str, code: &str) -> Verdict {
    let well_formed = (1..=64).contains(&code.len())
        && code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    if !well_formed {
        return Err(StripeError::invalid("decline code must be a word such as generic_decline"));
    }
    let session = payable(account, moment, id, "card")?;
    let charge = try_charge(account, moment, &session, "card");
    let (error_code, message) = decline_words(code);
    fail_charge(account, &charge, error_code, Some(code), message);
    let intent = note_error(account, id, &charge);
    account.emit(moment, "charge.failed", &charge);
    account.emit(moment, "payment_intent.payment_failed", &intent);
    Ok(())
}

/// Refuses the bank account when it is confirmed, as Stripe does with a blocked one: the
/// session stays open and may be tried again.
///
/// # Errors
/// As [`by_card`], for bank accounts.
pub(crate) fn refuse_bank(account: &mut Account, moment: &Moment, id: &str) -> Verdict {
    let session = payable(account, moment, id, "us_bank_account")?;
    let charge = try_charge(account, moment, &session, "us_bank_account");
    let message = "This bank account cannot be used to make payments.";
    fail_charge(account, &charge, "bank_account_unusable", None, message);
    let intent = note_error(account, id, &charge);
    account.emit(moment, "charge.failed", &charge);
    account.emit(moment, "payment_intent.payment_failed", &intent);
    Ok(())
}

/// Starts an ACH debit: session complete but unpaid until settled.
///
/// # Errors
/// As [`by_card`], for bank accounts.
pub(crate) fn by_bank(
    account: &mut Account,
    moment: &Moment,
    id: &str,
    fails_when_settled: bool,
) -> Verdict {
    let session = payable(account, moment, id, "us_bank_account")?;
    try_charge(account, moment, &session, "us_bank_account");
    finish_session(account, id, false);
    if let Some(session) = account.sessions.get_mut(id) {
        session.fails_when_settled = fails_when_settled;
    }
    let intent = change_intent(account, id, |intent| {
        intent.status = intent::Status::Processing;
        intent.last_error = None;
    });
    account.emit(moment, "payment_intent.processing", &intent);
    account.emit(moment, "checkout.session.completed", id);
    Ok(())
}

/// What a verb answers.
pub(crate) type Verdict = Result<(), StripeError>;

fn payable(
    account: &mut Account,
    moment: &Moment,
    id: &str,
    method: &str,
) -> Result<Session, StripeError> {
    super::expire::sweep(account, moment);
    let session = account
        .sessions
        .get(id)
        .ok_or_else(|| StripeError::missing("checkout.session", id, "session"))?;
    if session.status != Status::Open {
        let word = session.status.word();
        return Err(StripeError::refused(format!("This Checkout Session is {word}.")));
    }
    if !session.methods.iter().any(|allowed| allowed == method) {
        return Err(StripeError::refused(format!("This session does not take {method}.")));
    }
    Ok(session.clone())
}

/// Adds a pending charge to the session's intent, making the intent on the first try.
fn try_charge(account: &mut Account, moment: &Moment, session: &Session, method: &str) -> String {
    let intent_id = session.intent.clone().unwrap_or_else(|| new_intent(account, moment, session));
    let prefix = if method == "card" { "ch_3" } else { "py_3" };
    let charge_id = ids::random(prefix, 23);
    let payment_method = ids::random("pm_1", 23);
    let data = &session.intent_data;
    let charge = Charge {
        id: charge_id.clone(),
        intent: intent_id.clone(),
        created_s: moment.now_s,
        status: charge::Status::Pending,
        amount: session.amount_total,
        currency: session.currency.clone(),
        method: method.to_owned(),
        payment_method: payment_method.clone(),
        balance_transaction: ids::random("txn_3", 23),
        amount_refunded: 0,
        disputed: false,
        withdrawn: false,
        failure_code: None,
        failure_message: None,
        decline_code: None,
        metadata: data.metadata.clone(),
        description: data.description.clone(),
        receipt_email: data.receipt_email.clone(),
        email: session.email().to_owned(),
        application_fee_amount: data.application_fee_amount,
        statement_descriptor: data.statement_descriptor.clone(),
        statement_descriptor_suffix: data.statement_descriptor_suffix.clone(),
        transfer_group: data.transfer_group.clone(),
    };
    account.charges.put(&charge_id, charge);
    if let Some(intent) = account.intents.get_mut(&intent_id) {
        intent.latest_charge = Some(charge_id.clone());
        intent.payment_method = Some(payment_method);
    }
    charge_id
}

fn new_intent(account: &mut Account, moment: &Moment, session: &Session) -> String {
    let id = ids::random("pi_3", 23);
    let intent = Intent {
        id: id.clone(),
        session: session.id.clone(),
        created_s: moment.now_s,
        status: intent::Status::RequiresPaymentMethod,
        amount: session.amount_total,
        currency: session.currency.clone(),
        methods: session.methods.clone(),
        client_secret: format!("{id}_secret_{}", ids::random("", 25)),
        latest_charge: None,
        payment_method: None,
        last_error: None,
        canceled_at_s: None,
        data: session.intent_data.clone(),
    };
    account.intents.put(&id, intent);
    if let Some(session) = account.sessions.get_mut(&session.id) {
        session.intent = Some(id.clone());
    }
    id
}

/// Marks a charge's money as taken.
pub(crate) fn capture(account: &mut Account, id: &str) {
    if let Some(charge) = account.charges.get_mut(id) {
        charge.status = charge::Status::Succeeded;
    }
}

/// Marks a charge failed with its reasons.
pub(crate) fn fail_charge(
    account: &mut Account,
    id: &str,
    code: &str,
    decline_code: Option<&str>,
    message: &str,
) {
    if let Some(charge) = account.charges.get_mut(id) {
        charge.status = charge::Status::Failed;
        charge.failure_code = Some(code.to_owned());
        charge.failure_message = Some(message.to_owned());
        charge.decline_code = decline_code.map(str::to_owned);
    }
}

/// Puts the failed charge's reasons on the session's intent; answers the intent's id.
pub(crate) fn note_error(account: &mut Account, session: &str, charge: &str) -> String {
    let error = account.charges.get(charge).map(|charge| PaymentError {
        charge: charge.id.clone(),
        code: charge.failure_code.clone().unwrap_or_default(),
        decline_code: charge.decline_code.clone(),
        message: charge.failure_message.clone().unwrap_or_default(),
        method: charge.method.clone(),
        payment_method: charge.payment_method.clone(),
    });
    change_intent(account, session, |intent| {
        intent.status = intent::Status::RequiresPaymentMethod;
        intent.last_error = error;
        // The method that failed is detached, so that the payer chooses again.
        intent.payment_method = None;
    })
}

/// Changes the intent of a session; answers its id, empty if there is none.
pub(crate) fn change_intent(
    account: &mut Account,
    session: &str,
    change: impl FnOnce(&mut Intent),
) -> String {
    let id = account.sessions.get(session).and_then(|session| session.intent.clone());
    let id = id.unwrap_or_default();
    if let Some(intent) = account.intents.get_mut(&id) {
        change(intent);
    }
    id
}

fn finish_session(account: &mut Account, id: &str, paid: bool) {
    if let Some(session) = account.sessions.get_mut(id) {
        session.status = Status::Complete;
        session.paid = paid;
    }
}

/// `failure_code` and message for a decline code, as Stripe words them.
fn decline_words(code: &str) -> (&'static str, &'static str) {
    match code {
        "insufficient_funds" => ("card_declined", "Your card has insufficient funds."),
        "expired_card" => ("expired_card", "Your card has expired."),
        "incorrect_cvc" => ("incorrect_cvc", "Your card's security code is incorrect."),
        "processing_error" => (
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
        _ => ("card_declined", "Your card was declined."),
    }
}
