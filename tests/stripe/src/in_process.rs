//! The stand-in without a socket, and with a clock and ids that follow from what it is told: for a
//! simulation that must repeat itself exactly.
//! It must never answer anything that the listening one would not.

use crate::config::Config;
use crate::server::{self, CutConnection};
use crate::stand_in::{Shared, StandIn};
use crate::world::session::Status;
use crate::{ids, signature};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use std::io;
use tower::ServiceExt;

const ANSWER_BYTES_MAX: usize = 4 * 1_048_576;
const PUBLIC_URL: &str = "http://stripe.invalid";

/// A stand-in that is called and not connected to. Sends no webhooks: [`Self::emitted`] has them.
#[derive(Debug)]
pub struct InProcess {
    router: Router,
    shared: Shared,
}

/// What it answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Stripe's id of the request.
    pub request_id: String,
    /// The body.
    pub body: Vec<u8>,
}

/// An event as a webhook would carry it.
#[derive(Debug, Clone)]
pub struct Emitted {
    /// `evt_...`.
    pub id: String,
    /// Such as `checkout.session.completed`.
    pub kind: String,
    /// The exact bytes.
    pub body: String,
}

impl InProcess {
    /// One whose ids follow from `seed`, as long as it stays on this thread.
    ///
    /// # Errors
    /// When the webhook client cannot be built.
    pub fn start(config: Config, seed: u64, now_s: i64) -> io::Result<Self> {
        ids::follow(seed);
        let http = reqwest::Client::builder().no_proxy().build().map_err(io::Error::other)?;
        let shared = StandIn::new(config, PUBLIC_URL.to_owned(), http);
        shared.clock.stand_at(now_s);
        Ok(Self { router: server::router(&shared), shared })
    }

    /// Moves the clock there and expires what is due. Seconds since 1970.
    pub fn at(&self, now_s: i64) {
        self.shared.clock.stand_at(now_s);
        self.shared.sweep();
    }

    /// Answers one request, for the API or the controls; none if the connection was cut.
    ///
    /// # Errors
    /// When the request cannot be made or the answer is larger than any of ours.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> io::Result<Option<Answer>> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).map_err(io::Error::other)?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        if response.extensions().get::<CutConnection>().is_some() {
            return Ok(None);
        }
        let status = response.status().as_u16();
        let request_id = response.headers().get("request-id").and_then(|id| id.to_str().ok());
        let request_id = request_id.unwrap_or_default().to_owned();
        let body = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await;
        Ok(Some(Answer { status, request_id, body: body.map_err(io::Error::other)?.to_vec() }))
    }

    /// The events of an account, oldest first, without the first `known`.
    pub fn emitted(&self, account: &str, known: usize) -> Vec<Emitted> {
        let world = self.shared.world();
        let Some(account) = world.accounts.get(account) else { return Vec::new() };
        let new = account.events.iter().skip(known);
        new.map(|event| Emitted {
            id: event.id.clone(),
            kind: event.kind.clone(),
            body: event.body.clone(),
        })
        .collect()
    }

    /// The sessions of an account that a payer could pay in now.
    pub fn open_sessions(&self, account: &str) -> Vec<String> {
        let world = self.shared.world();
        let Some(account) = world.accounts.get(account) else { return Vec::new() };
        let open = account.sessions.iter().filter(|session| session.status == Status::Open);
        open.map(|session| session.id.clone()).collect()
    }

    /// The signature header of a body, as a webhook sent at `at_s` would carry it.
    pub fn sign(secret: &str, at_s: i64, body: &str) -> String {
        signature::sign(&[secret.to_owned()], at_s, "v1", body.as_bytes())
    }
}
