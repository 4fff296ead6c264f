//! From an event to the payment it is about and what it says of it.
//! Must never decide anything: the domain applies.
use domain::PaymentEvent;
use platform::Fault;
use platform::stripe_event::{About, Charge, Dispute, Event, Intent, Session};
use serde::de::DeserializeOwned;

use crate::Webhook;

/// What an event comes to.
pub(crate) enum Meaning {
    /// It says something about a payment of ours.
    Statement(Statement),
    /// It is of no interest, by its kind or because the object is not ours.
    Nothing,
    /// It should have been readable and is not.
    Strange(&'static str),
}

/// Something said about a payment.
pub(crate) struct Statement {
    pub(crate) about: About,
    pub(crate) event: PaymentEvent,
}

pub(crate) async fn read(hook: &Webhook, event: &Event) -> Result<Meaning, Fault> {
    let meaning = match event.kind.as_str() {
        "checkout.session.completed"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.expired" => object::<Session>(event)
            .map(|session| (About::read(&session.metadata), session.meaning())),
        "checkout.session.async_payment_failed" => match object::<Session>(event) {
            Some(session) => Some(about_failure(hook, event, &session).await?),
            None => None,
        },
        "payment_intent.payment_failed" => object::<Intent>(event)
            .map(|intent| (About::read(&intent.metadata), Some(intent.meaning_failed()))),
        "charge.refunded" => object::<Charge>(event)
            .map(|charge| (About::read(&charge.metadata), charge.meaning_refunded())),
        "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed" => {
            match object::<Dispute>(event) {
                Some(dispute) => Some(about_dispute(hook, event, &dispute).await?),
                None => None,
            }
        }
        // The other events of a payment say nothing that these do not.
        _ => return Ok(Meaning::Nothing),
    };
    Ok(match meaning {
        None => Meaning::Strange("object unreadable"),
        Some((None, _)) => Meaning::Nothing,
        Some((Some(_), None)) => Meaning::Strange("object says nothing readable"),
        Some((Some(about), Some(event))) => Meaning::Statement(Statement { about, event }),
    })
}

fn object<T: DeserializeOwned>(event: &Event) -> Option<T> {
    serde_json::from_value(event.data.object.clone()).ok()
}

/// Why a bank payment failed, its PaymentIntent knows. Without a reason it has failed all the same.
async fn about_failure(
    hook: &Webhook,
    event: &Event,
    session: &Session,
) -> Result<(Option<About>, Option<PaymentEvent>), Fault> {
    let about = About::read(&session.metadata);
    let intent = match (&event.account, &session.payment_intent) {
        (Some(account), Some(intent)) if about.is_some() => {
            match hook.stripe.payment_intent(account, intent.id()).await {
                Ok(intent) => Some(intent),
                Err(fault @ Fault::StripeRefused { .. }) => {
                    tracing::warn!(%fault, "no reason for the failed bank payment");
                    None
                }
                Err(fault) => return Err(fault),
            }
        }
        (Some(_) | None, Some(_) | None) => None,
    };
    Ok((about, Some(session.meaning_failed(intent.as_ref()))))
}

/// A dispute does not carry our metadata; its PaymentIntent does.
async fn about_dispute(
    hook: &Webhook,
    event: &Event,
    dispute: &Dispute,
) -> Result<(Option<About>, Option<PaymentEvent>), Fault> {
    let (Some(account), Some(intent)) = (&event.account, &dispute.payment_intent) else {
        return Ok((None, None));
    };
    let intent = hook.stripe.payment_intent(account, intent).await?;
    Ok((About::read(&intent.metadata), Some(dispute.meaning())))
}
