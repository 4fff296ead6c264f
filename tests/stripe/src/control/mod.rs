//! `/_control`: what tests do that no payer and no seller can. JSON, no authentication.
//! A control must never reach past the account or object it names, save the clock.

mod faults;
pub(crate) mod later;
mod ledger;
mod payments;
mod time;
mod webhooks;

use crate::error::StripeError;
use crate::stand_in::Shared;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What every control answers.
pub(crate) type Answer = Result<axum::Json<Value>, ControlError>;

/// A control that was asked for something impossible.
#[derive(Debug)]
pub(crate) struct ControlError(u16, String);

impl ControlError {
    /// 404.
    fn unknown(id: &str) -> Self {
        Self(404, format!("nothing here is called {id}"))
    }

    /// 400.
    fn malformed(message: impl Into<String>) -> Self {
        Self(400, message.into())
    }
}

impl From<StripeError> for ControlError {
    fn from(error: StripeError) -> Self {
        Self(error.status, error.message)
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0).unwrap_or(StatusCode::BAD_REQUEST);
        (status, axum::Json(json!({ "error": self.1 }))).into_response()
    }
}

/// Reads a JSON body; an empty one counts as `{}`.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| ControlError::malformed(error.to_string()))
}

/// Routes of the controls, below `/_control`.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/pay/{session}", post(payments::pay))
        .route("/decline/{session}", post(payments::decline))
        .route("/refuse-bank/{session}", post(payments::refuse_bank))
        .route("/settle/{session}", post(payments::settle))
        .route("/fail/{session}", post(payments::fail))
        .route("/expire/{session}", post(payments::expire))
        .route("/refund", post(payments::refund))
        .route("/refund/{id}/settle", post(payments::settle_refund))
        .route("/refund/{id}/fail", post(payments::fail_refund))
        .route("/dispute/{intent}", post(payments::dispute))
        .route("/dispute/{id}/close", post(payments::close_dispute))
        .route("/clock", get(time::read_clock).post(time::move_clock))
        .route("/accounts", post(faults::account))
        .route("/faults", post(faults::add))
        .route("/ledger", get(ledger::ledger))
        .route("/webhooks", post(webhooks::rules))
        .route("/events", get(webhooks::list))
        .route("/events/deliver", post(webhooks::deliver_in_order))
        .route("/events/{id}/deliver", post(webhooks::deliver_again))
        .route("/sign", post(webhooks::sign))
}
