//! A session ends unpaid: by request, or because its time is up.
//! It must never expire a session that is complete.

use super::pay::Verdict;
use crate::error::StripeError;
use crate::world::session::Status;
use crate::world::{Account, Moment, intent};

/// Expires one open session.
///
/// # Errors
/// 404 without such a session; 400 in Stripe's words when it is not open.
pub(crate) fn expire(account: &mut Account, moment: &Moment, id: &str) -> Verdict {
    let session = account
        .sessions
        .get(id)
        .ok_or_else(|| StripeError::missing("checkout.session", id, "session"))?;
    if session.status != Status::Open {
        let word = session.status.word();
        return Err(StripeError::refused(format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. \
             This Checkout Session has a status of `{word}`."
        ))
        .param("session"));
    }
    close(account, moment, id);
    Ok(())
}

/// Expires every session of the account whose time is up.
pub(crate) fn sweep(account: &mut Account, moment: &Moment) {
    let due: Vec<String> = account
        .sessions
        .iter()
        .filter(|session| session.status == Status::Open && session.expires_at_s <= moment.now_s)
        .map(|session| session.id.clone())
        .collect();
    for id in due {
        close(account, moment, &id);
    }
}

fn close(account: &mut Account, moment: &Moment, id: &str) {
    if let Some(session) = account.sessions.get_mut(id) {
        session.status = Status::Expired;
    }
    // A declined try left an intent behind; Stripe cancels it with the session.
    super::pay::change_intent(account, id, |intent| {
        intent.status = intent::Status::Canceled;
        intent.canceled_at_s = Some(moment.now_s);
    });
    account.emit(moment, "checkout.session.expired", id);
}
