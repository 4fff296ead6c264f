//! Stripe's API: the few calls we make, typed by `async-stripe`, sent by a client of ours.
//! Must never take a lost or unreadable answer for a failure: that is "unknown".
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use domain::{Invoice, Payment};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stripe_checkout::checkout_session::{
    ExpireCheckoutSession, ListCheckoutSession, RetrieveCheckoutSession,
};
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};
use stripe_types::{RangeBoundsTs, RangeQueryTs};

use crate::Fault;
use crate::stripe_event::{Intent, Session};

mod create;
mod events;

pub use create::{META_INVOICE, META_PAYMENT};
pub use events::{EventPage, EventQuery, Happened};

/// For a connection to Stripe.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Create, look up, create again, look up and read make five; they fit into the 28 s of the
/// functions that ask Stripe, so that a page is shown and not a gateway's error.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Largest answer read, in bytes: a hundred objects, each with all the metadata that Stripe takes.
const BODY_MAX: usize = 4 * 1024 * 1024;
/// A session is created within this long of its payment's start, in seconds.
const CLOCK_SKEW_S: i64 = 600;
/// Pages of the session list looked through for a lost answer, 100 sessions each.
const LIST_PAGES_MAX: usize = 5;

/// Speaks to Stripe for all connected accounts.
#[derive(Clone)]
pub struct Stripe {
    http: SharedHttpConnector,
    base: String,
    key: String,
}

/// Never shows the key.
impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stripe({})", self.base)
    }
}

/// What Stripe said to the creation of a session.
#[derive(Debug)]
pub enum Created {
    /// It exists.
    Session(Box<Session>),
    /// The same request is under way; ask again in a moment.
    InFlight,
    /// Stripe said no: the request itself is wrong.
    Refused(Fault),
    /// No answer, or none that can be read: the session may exist.
    Unknown(Fault),
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    has_more: bool,
}

struct Answer {
    status: u16,
    request_id: String,
    body: Vec<u8>,
}

impl Stripe {
    /// A client for the API at `base` (`https://api.stripe.com`), by way of `http`, which must
    /// follow no redirect and repeat no request.
    pub fn new(http: SharedHttpConnector, base: &str, key: &str) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned(), key: key.trim().to_owned() }
    }

    /// Whether the key moves real money. The template takes no key that does not say so.
    pub fn is_live(&self) -> bool {
        is_live(&self.key)
    }

    /// Creates the Checkout Session of a payment. The payment's id is the idempotency key, so
    /// a repetition gets the same session; `page_url` is the link's page without a slash.
    pub async fn create_session(
        &self,
        invoice: &Invoice,
        payment: &Payment,
        page_url: &str,
    ) -> Created {
        let request = match create::request(invoice, payment, page_url) {
            Ok(request) => request,
            Err(fault) => return Created::Refused(fault),
        };
        let key = payment.id.to_string();
        let answer = match self.send(request, &payment.account, Some(&key)).await {
            Ok(answer) => answer,
            Err(fault) => return Created::Unknown(fault),
        };
        match answer.status {
            200..=299 => match serde_json::from_slice::<Session>(&answer.body) {
                Ok(session) => Created::Session(Box::new(session)),
                Err(_) => Created::Unknown(Fault::Stripe("unreadable session".to_owned())),
            },
            409 => Created::InFlight,
            429 | 500.. => Created::Unknown(answer.fault()),
            _ => Created::Refused(answer.fault()),
        }
    }

    /// A session with its PaymentIntent.
    ///
    /// # Errors
    /// [`Fault::Stripe`], [`Fault::StripeRefused`].
    pub async fn session(&self, account: &str, id: &str) -> Result<Session, Fault> {
        let request = RetrieveCheckoutSession::new(id).expand(vec!["payment_intent".to_owned()]);
        self.ask(request.build(), account).await
    }

    /// Ends an open session. If it has ended already, that is what is answered.
    ///
    /// # Errors
    /// [`Fault::Stripe`], [`Fault::StripeRefused`].
    pub async fn expire_session(&self, account: &str, id: &str) -> Result<Session, Fault> {
        let answer = self.send(ExpireCheckoutSession::new(id).build(), account, None).await?;
        if answer.status == 400 {
            // Not open any more: complete or expired, and the session itself says which.
            return self.session(account, id).await;
        }
        answer.read()
    }

    /// Looks for the session of a payment whose creation was never answered.
    ///
    /// # Errors
    /// [`Fault::Stripe`], [`Fault::StripeRefused`].
    pub async fn find_session(&self, payment: &Payment) -> Result<Option<Session>, Fault> {
        // Our clock and Stripe's may differ a little.
        let around = payment.started_at.as_second();
        let created = RangeQueryTs::Bounds(RangeBoundsTs {
            gte: Some(around.saturating_sub(CLOCK_SKEW_S)),
            lte: Some(around.saturating_add(CLOCK_SKEW_S)),
            ..RangeBoundsTs::default()
        });
        let wanted = payment.id.to_string();
        let mut after: Option<String> = None;
        for _ in 0..LIST_PAGES_MAX {
            let mut request = ListCheckoutSession::new().created(created).limit(100_i64);
            if let Some(after) = &after {
                request = request.starting_after(after.clone());
            }
            let page: Page<Session> = self.ask(request.build(), &payment.account).await?;
            after = page.data.last().map(|session| session.id.clone());
            let found = page
                .data
                .into_iter()
                .find(|session| session.metadata.get(META_PAYMENT).is_some_and(|id| *id == wanted));
            match found {
                // The list carries no PaymentIntent; the session itself does.
                Some(found) => return self.session(&payment.account, &found.id).await.map(Some),
                None if !page.has_more => return Ok(None),
                None => {}
            }
        }
        Err(Fault::Stripe("too many sessions to find one among".to_owned()))
    }

    /// A PaymentIntent with its latest charge.
    ///
    /// # Errors
    /// [`Fault::Stripe`], [`Fault::StripeRefused`].
    pub async fn payment_intent(&self, account: &str, id: &str) -> Result<Intent, Fault> {
        let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let request = RequestBuilder::new(StripeMethod::Get, format!("/payment_intents/{id}"))
            .query(&HashMap::from([("expand", vec!["latest_charge"])]));
        self.ask(request, account).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        account: &str,
    ) -> Result<T, Fault> {
        self.send(request, account, None).await?.read()
    }

    async fn send(
        &self,
        request: RequestBuilder,
        account: &str,
        idempotency_key: Option<&str>,
    ) -> Result<Answer, Fault> {
        let call = self.call(request, account, idempotency_key)?;
        let answer = tokio::time::timeout(REQUEST_TIMEOUT, self.answer(call)).await;
        answer.unwrap_or_else(|_| Err(Fault::Stripe("no answer in time".to_owned())))
    }

    fn call(
        &self,
        request: RequestBuilder,
        account: &str,
        idempotency_key: Option<&str>,
    ) -> Result<HttpRequest, Fault> {
        let query = request.query.map(|query| format!("?{query}")).unwrap_or_default();
        let method = match request.method {
            StripeMethod::Get => "GET",
            StripeMethod::Post => "POST",
            StripeMethod::Delete => "DELETE",
        };
        let headers = [
            ("authorization", Some(format!("Bearer {}", self.key))),
            ("stripe-account", Some(account.to_owned())),
            ("stripe-version", Some(stripe_shared::version::VERSION.as_str().to_owned())),
            ("content-type", Some("application/x-www-form-urlencoded".to_owned())),
            ("idempotency-key", idempotency_key.map(str::to_owned)),
        ];
        // What was unusable is not said: a header may be the key.
        let unusable = |_| Fault::Stripe("unusable request".to_owned());
        let mut call = HttpRequest::new(request.body.map_or_else(SdkBody::empty, SdkBody::from));
        call.set_method(method).map_err(unusable)?;
        call.set_uri(format!("{}/v1{}{query}", self.base, request.path)).map_err(unusable)?;
        for (name, value) in headers {
            if let Some(value) = value {
                call.headers_mut().try_insert(name, value).map_err(unusable)?;
            }
        }
        Ok(call)
    }

    async fn answer(&self, call: HttpRequest) -> Result<Answer, Fault> {
        let response = self.http.call(call).await;
        let response = response.map_err(|error| Fault::Stripe(crate::fault::chain(&error)))?;
        let status = response.status().as_u16();
        let request_id = response.headers().get("request-id").unwrap_or("no request id").to_owned();
        let mut chunks = ByteStream::new(response.into_body());
        let mut body = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| Fault::Stripe(crate::fault::chain(&error)))?;
            body.extend_from_slice(&chunk);
            if body.len() > BODY_MAX {
                return Err(Fault::Stripe("answer too large".to_owned()));
            }
        }
        Ok(Answer { status, request_id, body })
    }
}

/// By how a key begins. Source: Stripe docs, "API keys", seen 2026-11.
fn is_live(key: &str) -> bool {
    ["sk_live_", "rk_live_"].iter().any(|begin| key.starts_with(begin))
}

impl Answer {
    fn read<T: DeserializeOwned>(self) -> Result<T, Fault> {
        if !(200..300).contains(&self.status) {
            return Err(self.fault());
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| Fault::Stripe(crate::fault::unreadable("answer", &error)))
    }

    fn fault(&self) -> Fault {
        let detail = serde_json::from_slice::<ErrorBody>(&self.body).ok().map(|body| body.error);
        let code = detail.and_then(|detail| detail.code.or(detail.kind));
        let code = code.unwrap_or_else(|| format!("status {}", self.status));
        match self.status {
            409 | 429 | 500.. => Fault::Stripe(format!("{code} ({})", self.request_id)),
            _ => Fault::StripeRefused { code, request_id: self.request_id.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_live;

    #[test]
    fn a_key_says_whether_it_moves_real_money() {
        for (key, live) in [
            ("sk_live_1", true),
            ("rk_live_1", true),
            ("sk_test_1", false),
            ("rk_test_1", false),
            ("sk_test_local_stand_in_sk_live_", false),
        ] {
            assert_eq!(is_live(key), live, "{key}");
        }
    }
}
