//! From an event of Stripe's to the payment it is about, what it says of it, and what becomes
//! of the invoice; delivered or listed, it is the same. Must never trust metadata for whose
//! payment it is, nor decide anything: the domain applies.
use domain::{Moment, PaymentEvent, Refusal};
use serde::de::DeserializeOwned;

use crate::Fault;
use crate::store::{Decided, InvoiceStore};
use crate::stripe::Stripe;
use crate::stripe_event::{About, Charge, Dispute, Event, Intent, Session};

/// What an event comes to.
#[derive(Debug)]
pub enum Meaning {
    /// It says something about a payment of ours.
    Statement(Statement),
    /// It is of no interest, by its kind or because the object is not ours.
    Nothing,
    /// It should have been readable and is not.
    Strange(&'static str),
}

/// Something said about a payment.
#[derive(Debug)]
pub struct Statement {
    /// By our metadata.
    pub about: About,
    /// In the domain's words.
    pub event: PaymentEvent,
}

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is committed.
    Committed,
    /// It was known already.
    Known,
    /// It is refused, and always will be.
    Refused,
    /// The payment is not ours, or not that account's.
    Foreign,
    /// The invoice has no such payment, yet.
    NotYet,
}

/// Reads an event that happened on `account`.
///
/// # Errors
/// [`Fault::Stripe`], [`Fault::StripeRefused`] if Stripe has to be asked whose a dispute is.
pub async fn read(stripe: &Stripe, event: &Event, account: Option<&str>) -> Result<Meaning, Fault> {
    let meaning = match event.kind.as_str() {
        "checkout.session.completed"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.expired" => object::<Session>(event)
            .map(|session| (About::read(&session.metadata), session.meaning())),
        "checkout.session.async_payment_failed" => object::<Session>(event)
            .map(|session| (About::read(&session.metadata), Some(session.meaning_failed()))),
        "payment_intent.payment_failed" => object::<Intent>(event)
            .map(|intent| (About::read(&intent.metadata), Some(intent.meaning_failed()))),
        "charge.refunded" => object::<Charge>(event)
            .map(|charge| (About::read(&charge.metadata), charge.meaning_refunded())),
        "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed" => {
            match object::<Dispute>(event) {
                Some(dispute) => Some(about_dispute(stripe, account, &dispute).await?),
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

/// A dispute does not carry our metadata; its PaymentIntent does.
async fn about_dispute(
    stripe: &Stripe,
    account: Option<&str>,
    dispute: &Dispute,
) -> Result<(Option<About>, Option<PaymentEvent>), Fault> {
    let (Some(account), Some(intent)) = (account, &dispute.payment_intent) else {
        return Ok((None, None));
    };
    let intent = stripe.payment_intent(account, intent).await?;
    Ok((About::read(&intent.metadata), Some(dispute.meaning())))
}

/// Applies what was said on `account`.
///
/// # Errors
/// As [`InvoiceStore::decide`]; nothing is written then, and it can be applied again.
pub async fn apply(
    store: &InvoiceStore,
    statement: &Statement,
    account: &str,
    moment: &mut Moment,
) -> Result<Applied, Fault> {
    let About { invoice, payment } = statement.about;
    let mut foreign = false;
    let decided = store
        .decide(invoice, |file| {
            // The account is what we noted when we started the payment: that is the map of
            // accounts to tenants. Metadata only says where to look.
            foreign = file.payment(payment).is_some_and(|payment| payment.account != account);
            if foreign {
                return Ok(None);
            }
            file.apply(payment, &statement.event, moment)
        })
        .await?;
    Ok(match decided {
        _ if foreign => Applied::Foreign,
        // An invoice is there before any payment of it: this one is another stack's.
        Decided::Missing => Applied::Foreign,
        Decided::Refused(Refusal::UnknownPayment, _) => Applied::NotYet,
        Decided::Refused(refusal, _) => {
            tracing::info!(%refusal, "refused");
            Applied::Refused
        }
        Decided::Unchanged(_) => Applied::Known,
        Decided::Committed(_) => Applied::Committed,
    })
}
