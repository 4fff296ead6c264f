//! The Checkout Session of a payment: open it, ask about it, end it. Each answers with what
//! the domain can apply. Must never start a second session for a payment.
use std::time::Duration;

use domain::{Invoice, InvoiceFile, Moment, Payment, PaymentEvent, PaymentState};
use jiff::{SignedDuration, Timestamp};

use crate::Fault;
use crate::store::InvoiceStore;
use crate::stripe::{Created, Stripe};

/// Requests for one session: the first, one after each pause, and one after a look-up.
const TRIES_MAX: usize = 6;
/// While another request creates the same session, Stripe answers 409. It is waited for as long
/// as that request may wait for its own answer.
const IN_FLIGHT_PAUSES: [Duration; 4] = [
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_millis(1_500),
    Duration::from_secs(3),
];
/// A creation that was never answered counts as never made this long after the session
/// would have ended.
const LOST_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Opens the session of a payment that was committed, or finds the one that is open.
///
/// # Errors
/// [`Fault`] when nothing is known: the payment keeps its hold and the payer tries again.
pub async fn open(
    stripe: &Stripe,
    invoice: &Invoice,
    payment: &Payment,
    page_url: &str,
) -> Result<PaymentEvent, Fault> {
    let mut looked_up = false;
    let mut pauses = IN_FLIGHT_PAUSES.into_iter();
    for _ in 0..TRIES_MAX {
        match stripe.create_session(invoice, payment, page_url).await {
            Created::Session(session) => return meaning(session.meaning()),
            Created::InFlight => match pauses.next() {
                Some(pause) => tokio::time::sleep(pause).await,
                None => break,
            },
            // Stripe keeps even a failure under the key, so repeating may only repeat it: what
            // exists is looked up first. If nothing does, the request may still be on its way;
            // repeated once under its key, both make one session, where a new payment would
            // make a second.
            Created::Unknown(fault) => {
                tracing::warn!(%fault, "creation unanswered, looking the session up");
                match stripe.find_session(payment).await? {
                    Some(session) => return meaning(session.meaning()),
                    None if looked_up => return Ok(PaymentEvent::CheckoutMissing),
                    None => looked_up = true,
                }
            }
            Created::Refused(fault) => {
                tracing::error!(%fault, "Stripe refused the session");
                return found(stripe, payment).await;
            }
        }
    }
    Err(Fault::Stripe("the session is still being created".to_owned()))
}

/// What Stripe says of a payment now; `None` if it cannot know yet.
///
/// # Errors
/// [`Fault`] when Stripe does not answer.
pub async fn ask(
    stripe: &Stripe,
    payment: &Payment,
    now: Timestamp,
) -> Result<Option<PaymentEvent>, Fault> {
    if let Some(session) = &payment.session {
        return Ok(stripe.session(&payment.account, session).await?.meaning());
    }
    if let Some(session) = stripe.find_session(payment).await? {
        return Ok(session.meaning());
    }
    let lost_at = payment.checkout_ends_at.saturating_add(LOST_AFTER).unwrap_or(Timestamp::MAX);
    let lost = payment.state == PaymentState::Starting && now >= lost_at;
    Ok(lost.then_some(PaymentEvent::CheckoutMissing))
}

/// Ends the session of a payment that must not be used any more. A session that turns out
/// complete is a payment, and that is what is answered.
///
/// # Errors
/// [`Fault`] when Stripe does not answer; the reconciler tries again.
pub async fn end(stripe: &Stripe, payment: &Payment) -> Result<PaymentEvent, Fault> {
    let session = match &payment.session {
        Some(id) => id.clone(),
        None => match stripe.find_session(payment).await? {
            Some(session) => session.id,
            None => return Ok(PaymentEvent::CheckoutMissing),
        },
    };
    meaning(stripe.expire_session(&payment.account, &session).await?.meaning())
}

/// Ends the session that a committed change has cancelled, if there is one; if it turns out
/// complete, that is a payment. A fault is left to the reconciler: the link itself is dead or
/// spent already. Answers whether nothing is open any more.
pub async fn end_cancelled(
    stripe: &Stripe,
    store: &InvoiceStore,
    file: &InvoiceFile,
    moment: &mut Moment,
) -> bool {
    let Some(payment) = file.live_payment().filter(|payment| payment.cancel) else { return true };
    let ended = async {
        let event = end(stripe, payment).await?;
        let apply = |file: &InvoiceFile| file.apply(payment.id, &event, moment);
        store.decide_on(file.clone(), apply).await
    };
    match ended.await {
        Ok(_) => true,
        Err(fault) => {
            tracing::error!(%fault, payment = %payment.id, "old Checkout not ended yet");
            false
        }
    }
}

async fn found(stripe: &Stripe, payment: &Payment) -> Result<PaymentEvent, Fault> {
    match stripe.find_session(payment).await? {
        Some(session) => meaning(session.meaning()),
        None => Ok(PaymentEvent::CheckoutMissing),
    }
}

fn meaning(event: Option<PaymentEvent>) -> Result<PaymentEvent, Fault> {
    event.ok_or_else(|| Fault::Stripe("a session in a state we do not know".to_owned()))
}
