//! Stripe's API: the few calls we make, typed by `async-stripe`, sent by a client of ours.
//! Must never take a lost or unreadable answer for a failure: that is "unknown".
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use domain::{Invoice, Payment};
use reqwest::header::HeaderMap;
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

pub use create::{META_INVOICE, META_PAYMENT};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Create, look up and read make three; they fit into the 28 s of the functions that ask
/// Stripe, so that a page is shown and not a gateway's error.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(7);
/// Largest answer read, in bytes.
const BODY_MAX: usize = 1024 * 1024;
/// A session is created within this long of its payment's start, in seconds.
const CLOCK_SKEW_S: i64 = 600;
/// Pages of the session list looked through for a lost answer, 100 sessions each.
const LIST_PAGES_MAX: usize = 5;

/// Speaks to Stripe for all connected accounts.
#[derive(Clone)]
pub struct Stripe {
    http: reqwest::Client,
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
    /// A client for the API at `base` (`https://api.stripe.com`).
    ///
    /// # Errors
    /// [`Fault::Config`] if the TLS stack cannot be set up.
    pub fn new(base: &str, key: &str) -> Result<Self, Fault> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Fault::Config(format!("stripe client: {error}")))?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), key: key.trim().to_owned() })
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
        let mut url = format!("{}/v1{}", self.base, request.path);
        if let Some(query) = &request.query {
            url = format!("{url}?{query}");
        }
        let mut call = match request.method {
            StripeMethod::Get => self.http.get(url),
            StripeMethod::Post => self.http.post(url),
            StripeMethod::Delete => self.http.delete(url),
        };
        call = call
            .bearer_auth(&self.key)
            .header("Stripe-Account", account)
            .header("Stripe-Version", stripe_shared::version::VERSION.as_str())
            .header("Content-Type", "application/x-www-form-urlencoded");
        if let Some(key) = idempotency_key {
            call = call.header("Idempotency-Key", key);
        }
        if let Some(body) = request.body {
            call = call.body(body);
        }
        // The error's own text has the URL, which holds ids only; kept short all the same.
        let lost = |error: reqwest::Error| Fault::Stripe(crate::fault::chain(&error.without_url()));
        let mut response = call.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let request_id = header(response.headers(), "request-id");
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            body.extend_from_slice(&chunk);
            if body.len() > BODY_MAX {
                return Err(Fault::Stripe("answer too large".to_owned()));
            }
        }
        Ok(Answer { status, request_id, body })
    }
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

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("no request id").to_owned()
}
