//! An answer on its way out: status, body, Stripe's headers, or no answer at all.
//! It must never differ between a first answer and its replay, but for the headers that say so.

use crate::config::API_VERSION;
use crate::error::StripeError;
use crate::server::CutConnection;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    original_request: Option<String>,
    cut: bool,
    headers: HeaderMap,
}

impl Reply {
    fn new(status: u16, body: String) -> Self {
        Self { status, body, original_request: None, cut: false, headers: HeaderMap::new() }
    }

    /// 200 with an object.
    pub(crate) fn ok(value: &Value) -> Self {
        Self::new(200, format!("{value:#}"))
    }

    /// An error object.
    pub(crate) fn error(error: &StripeError) -> Self {
        Self::new(error.status, format!("{:#}", error.body()))
    }

    /// The same bytes again.
    pub(crate) fn replay(status: u16, body: String, request_id: String) -> Self {
        Self { original_request: Some(request_id), ..Self::new(status, body) }
    }

    /// No answer; the connection closes.
    pub(crate) fn cut() -> Self {
        Self { cut: true, ..Self::new(500, String::new()) }
    }

    /// Half of the body, as if a proxy lost the rest.
    pub(crate) fn garbled(mut self) -> Self {
        let mut half = self.body.len() / 2;
        while !self.body.is_char_boundary(half) {
            half -= 1;
        }
        self.body.truncate(half);
        self
    }

    /// Adds what Stripe repeats from the request.
    pub(crate) fn with_headers(mut self, request_id: &str, request: &HeaderMap) -> Self {
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                self.headers.insert(name, value);
            }
        };
        set("content-type", "application/json");
        set("request-id", request_id);
        set("stripe-version", API_VERSION);
        if let Some(original) = &self.original_request {
            set("original-request", original);
            set("idempotent-replayed", "true");
        }
        for name in ["idempotency-key", "stripe-account", "stripe-version"] {
            if let Some(value) = request.get(name) {
                self.headers.insert(name, value.clone());
            }
        }
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        if self.cut {
            response.extensions_mut().insert(CutConnection);
        }
        response
    }
}
