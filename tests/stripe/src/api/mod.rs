//! `/v1`: authenticates, picks the account, runs one operation, answers as Stripe does.
//! It must never execute an idempotent request twice, nor leave one half done.

pub(crate) mod events;
pub(crate) mod expand;
pub(crate) mod idempotency;
pub(crate) mod list;
pub(crate) mod operation;
pub(crate) mod params;
pub(crate) mod reply;

use crate::config::API_VERSION;
use crate::error::StripeError;
use crate::stand_in::Shared;
use crate::world::rules::FaultKind;
use crate::world::{Moment, PLATFORM};
use crate::{form, ids};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use idempotency::Begin;
use operation::Operation;
use params::Params;
use reply::Reply;
use serde_json::Value;
use std::time::Duration;

/// One authenticated, parsed request.
#[derive(Debug)]
struct Call {
    account: String,
    operation: Operation,
    endpoint: String,
    params: Value,
    moment: Moment,
}

/// Routes of `/v1`.
pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/v1/{*path}", any(handle))
}

async fn handle(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = ids::random("req_", 14);
    let call = prepare(&shared, &request_id, (&method, &uri), &headers, &body);
    let reply = match call {
        Err(error) => Reply::error(&error),
        // In a task of its own: a client that hangs up must not stop what it asked for.
        Ok(call) => tokio::spawn(run(shared, call))
            .await
            .unwrap_or_else(|_| Reply::error(&StripeError::internal())),
    };
    reply.with_headers(&request_id, &headers).into_response()
}

fn prepare(
    shared: &Shared,
    request_id: &str,
    (method, uri): (&Method, &Uri),
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Call, StripeError> {
    authenticate(shared, headers)?;
    let path = uri.path();
    let operation = Operation::of(method, path).ok_or_else(|| {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        StripeError { status: 404, ..StripeError::invalid(message) }
    })?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let raw = if method == Method::GET { uri.query().unwrap_or_default().as_bytes() } else { body };
    if !raw.is_empty()
        && method == Method::POST
        && !header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    {
        let message = "Invalid request (check that your POST content type is \
                       application/x-www-form-urlencoded).";
        return Err(StripeError::invalid(message));
    }
    let key = header("idempotency-key").filter(|_| method == Method::POST);
    if key.is_some_and(|key| key.is_empty() || key.len() > 255) {
        let message = "Idempotency keys must be 1 to 255 characters long.";
        return Err(StripeError { kind: "idempotency_error", ..StripeError::invalid(message) });
    }
    let account = match &operation {
        Operation::AccountGet(Some(id)) => id.as_str(),
        _ => header("stripe-account").unwrap_or(PLATFORM),
    };
    Ok(Call {
        account: account.to_owned(),
        endpoint: format!("{method} {path}"),
        params: form::decode(raw)?,
        operation,
        moment: Moment {
            api_version: header("stripe-version").unwrap_or(API_VERSION).to_owned(),
            request_id: Some(request_id.to_owned()),
            idempotency_key: key.map(str::to_owned),
            ..shared.moment()
        },
    })
}

fn authenticate(shared: &Shared, headers: &HeaderMap) -> Result<(), StripeError> {
    let refuse = |message: &str| StripeError { status: 401, ..StripeError::invalid(message) };
    let authorization =
        headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(key) = authorization.strip_prefix("Bearer ") else {
        return Err(refuse(
            "You did not provide an API key. You need to provide your API key in the \
             Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    };
    let accepted = match &shared.config.secret_key {
        Some(only) => key == only,
        None => key.starts_with("sk_test_") || key.starts_with("rk_test_"),
    };
    if accepted { Ok(()) } else { Err(refuse("Invalid API Key provided: sk_****")) }
}

async fn run(shared: Shared, call: Call) -> Reply {
    let started = shared.on_account(&call.account, |account| {
        let begin = idempotency::begin(account, &call.moment, &call.endpoint, &call.params);
        let executes = matches!(begin, Begin::Run);
        let fault = match begin {
            Begin::Refuse(_) => None,
            _ => account.take_fault(call.operation.name(), executes),
        };
        (begin, fault)
    });
    let Some((begin, fault)) = started else {
        return Reply::error(&no_access(&call.account));
    };
    let kind = fault.as_ref().map(|fault| fault.kind);
    let wait = Duration::from_millis(fault.map_or(0, |fault| fault.hang_ms));
    match kind {
        Some(FaultKind::RateLimit) => {
            forget(&shared, &call, &begin);
            return Reply::error(&StripeError::rate_limited());
        }
        Some(FaultKind::DropBeforeCommit) => {
            forget(&shared, &call, &begin);
            return Reply::cut();
        }
        Some(FaultKind::HangBeforeCommit) => tokio::time::sleep(wait).await,
        _ => {}
    }
    let reply = match begin {
        Begin::Refuse(error) => return Reply::error(&error),
        Begin::Replay { status, body, request_id } => Reply::replay(status, body, request_id),
        Begin::Run => commit(&shared, &call, kind),
    };
    match kind {
        Some(FaultKind::HangAfterCommit) => tokio::time::sleep(wait).await,
        Some(FaultKind::DropAfterCommit) => return Reply::cut(),
        Some(FaultKind::GarbleAfterCommit) => return reply.garbled(),
        _ => {}
    }
    reply
}

/// Executes under one lock and keeps the answer under the idempotency key.
fn commit(shared: &Shared, call: &Call, fault: Option<FaultKind>) -> Reply {
    let done = shared.on_account(&call.account, |account| {
        crate::verbs::expire::sweep(account, &call.moment);
        let result = match fault {
            Some(FaultKind::ErrorBeforeCommit) => Err(StripeError::internal()),
            _ => call.operation.execute(account, &call.moment, &Params::root(&call.params)),
        };
        let result = match fault {
            Some(FaultKind::ErrorAfterCommit) if result.is_ok() => Err(StripeError::internal()),
            _ => result,
        };
        let keep = result.as_ref().err().is_none_or(|error| error.executed);
        let reply = match result {
            Ok(value) => Reply::ok(&value),
            Err(error) => Reply::error(&error),
        };
        let kept = keep.then(|| (reply.status, reply.body.clone()));
        idempotency::finish(account, &call.moment, kept);
        reply
    });
    done.unwrap_or_else(|| Reply::error(&no_access(&call.account)))
}

fn forget(shared: &Shared, call: &Call, begin: &Begin) {
    if matches!(begin, Begin::Run) {
        shared.on_account(&call.account, |account| {
            idempotency::finish(account, &call.moment, None);
        });
    }
}

fn no_access(account: &str) -> StripeError {
    let shown: String = account.chars().take(100).collect();
    let message = format!(
        "The provided key 'sk_test_****' does not have access to account '{shown}' (or that \
         account does not exist). Application access may have been revoked."
    );
    StripeError { status: 403, ..StripeError::invalid(message) }.code("account_invalid")
}
