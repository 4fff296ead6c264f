//! POST /webhooks/stripe: verify the raw bytes, find the payment, decide, commit, answer.
//! Must never trust metadata for whose payment it is, nor answer 2xx before the commit.
//!
//! Answers: 400 for a bad signature; 200 for committed, repeated, quarantined or ignored;
//! 5xx for a fault, so that Stripe delivers again only what can still change.
mod meaning;

use domain::{Moment, Refusal};
use lambda_http::Request;
use platform::http::Reply;
use platform::store::{Decided, InvoiceStore};
use platform::stripe::Stripe;
use platform::stripe_event::{About, Event};
use platform::{Fault, log, request, webhook};

use meaning::{Meaning, Statement};

/// How long a payment may be unknown before its event is kept for an operator, in seconds.
const NOT_YET_MAX_S: i64 = 3_600;

/// What the webhook needs.
#[derive(Debug)]
pub struct Webhook {
    /// The table.
    pub store: InvoiceStore,
    /// To ask whose payment a dispute is about.
    pub stripe: Stripe,
    /// Signing secrets, two while one is rolled.
    pub secrets: Vec<String>,
    /// Whether this stack takes real money: Stripe sends an endpoint of connected accounts the
    /// events of both modes.
    pub livemode: bool,
}

/// Answers one delivery.
///
/// # Errors
/// [`Fault`]: Stripe delivers again.
pub async fn handle(hook: &Webhook, request: Request, mut moment: Moment) -> Result<Reply, Fault> {
    let body = match request::body(&request, request::BODY_MAX) {
        Ok(body) => body,
        Err(reply) => return Ok(reply),
    };
    let signature = request.headers().get("stripe-signature");
    let signature = signature.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Err(error) = webhook::verify(body, signature, &hook.secrets, moment.now) {
        tracing::warn!(%error, "webhook not believed");
        log::count("WebhookSignatureRefused", 1);
        return Ok(Reply::problem(400, "Signature refused", &error.to_string()));
    }
    let text = String::from_utf8_lossy(body);
    let Ok(event) = serde_json::from_slice::<Event>(body) else {
        // Signed, so it is Stripe's; unreadable, so it is for an engineer.
        let id = format!("unreadable{}", moment.fresh_id());
        return quarantine(hook, &id, "unreadable", &text, &moment).await;
    };
    if event.livemode != hook.livemode {
        log::count("WebhookWrongMode", 1);
        return Ok(done("ignored: other mode"));
    }
    let statement = match meaning::read(hook, &event).await? {
        Meaning::Statement(statement) => statement,
        Meaning::Nothing => return Ok(done("ignored: nothing for us")),
        Meaning::Strange(reason) => {
            return quarantine(hook, &event.id, reason, &text, &moment).await;
        }
    };
    let Some(account) = &event.account else {
        return quarantine(hook, &event.id, "no account", &text, &moment).await;
    };
    match apply(hook, &statement, account, &mut moment).await? {
        Applied::Done(what) => Ok(done(what)),
        Applied::Foreign => quarantine(hook, &event.id, "not ours", &text, &moment).await,
        // Our own row may be on its way: Stripe comes again. After an hour it is not.
        Applied::NotYet if moment.now.as_second() - event.created > NOT_YET_MAX_S => {
            quarantine(hook, &event.id, "unknown payment", &text, &moment).await
        }
        Applied::NotYet => {
            let detail = "The payment is not here yet. Deliver again.";
            Ok(Reply::problem(503, "Not yet", detail))
        }
    }
}

enum Applied {
    Done(&'static str),
    Foreign,
    NotYet,
}

async fn apply(
    hook: &Webhook,
    statement: &Statement,
    account: &str,
    moment: &mut Moment,
) -> Result<Applied, Fault> {
    let About { invoice, payment } = statement.about;
    let mut foreign = false;
    let decided = hook
        .store
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
            Applied::Done("refused for good")
        }
        Decided::Unchanged(_) => Applied::Done("known already"),
        Decided::Committed(_) => Applied::Done("applied"),
    })
}

async fn quarantine(
    hook: &Webhook,
    id: &str,
    reason: &str,
    body: &str,
    moment: &Moment,
) -> Result<Reply, Fault> {
    hook.store.quarantine(id, reason, body, moment.now).await?;
    log::call_operator(reason, id);
    Ok(done("kept for an operator"))
}

fn done(result: &str) -> Reply {
    Reply::json(200, &serde_json::json!({ "result": result }))
}
