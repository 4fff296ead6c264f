//! Controls over events: hold, drop, duplicate, redirect, send again, in any order, and sign.
//! They must never alter an event's body.

use super::{Answer, ControlError, read};
use crate::config::Endpoint;
use crate::deliver::{self, Parcel};
use crate::signature;
use crate::stand_in::Shared;
use crate::world::rules::{Mode, WebhookRules};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const TIMES_MAX: usize = 1_000;
const CONCURRENCY_MAX: usize = 64;
const DUPLICATE_MAX: usize = 200;
const RETRIES_MAX: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetRules {
    account: Option<String>,
    mode: Option<String>,
    types: Option<Vec<String>>,
    duplicate: Option<usize>,
    endpoints: Option<Vec<SetEndpoint>>,
    rolled_secrets: Option<Vec<String>>,
    retry_ms: Option<Vec<u64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetEndpoint {
    url: String,
    secret: String,
}

/// Which events.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    account: Option<String>,
    r#type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    #[serde(default = "once")]
    times: usize,
    #[serde(default = "once")]
    concurrency: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InOrder {
    ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    payload: String,
    secret: Option<String>,
    secrets: Option<Vec<String>>,
    timestamp: Option<i64>,
    scheme: Option<String>,
}

fn once() -> usize {
    1
}

/// `POST webhooks`: for one account, or for all accounts without rules of their own. What is not
/// named stays as it was.
pub(crate) async fn rules(State(shared): State<Shared>, body: Bytes) -> Answer {
    let asked: SetRules = read(&body)?;
    let mut world = shared.world();
    let Some(id) = asked.account.clone() else {
        apply(&mut world.rules, asked)?;
        return Ok(Json(show_rules(&world.rules)));
    };
    let mut rules = world.rules.clone();
    let account = world.account_mut(&id).ok_or_else(|| ControlError::unknown(&id))?;
    if let Some(own) = &account.rules {
        rules = own.clone();
    }
    apply(&mut rules, asked)?;
    let shown = show_rules(&rules);
    account.rules = Some(rules);
    Ok(Json(shown))
}

fn apply(rules: &mut WebhookRules, asked: SetRules) -> Result<(), ControlError> {
    if let Some(mode) = asked.mode {
        rules.mode = match mode.as_str() {
            "deliver" => Mode::Deliver,
            "hold" => Mode::Hold,
            "drop" => Mode::Drop,
            _ => {
                return Err(ControlError::malformed("mode must be deliver, hold or drop"));
            }
        };
    }
    if let Some(types) = asked.types {
        rules.types = types;
    }
    if let Some(duplicate) = asked.duplicate {
        rules.duplicate = duplicate.min(DUPLICATE_MAX);
    }
    if let Some(endpoints) = asked.endpoints {
        rules.endpoints = endpoints
            .into_iter()
            .map(|endpoint| Endpoint { url: endpoint.url, secret: endpoint.secret })
            .collect();
    }
    if let Some(secrets) = asked.rolled_secrets {
        rules.rolled_secrets = secrets;
    }
    if let Some(mut retry_ms) = asked.retry_ms {
        retry_ms.truncate(RETRIES_MAX);
        rules.retry_ms = retry_ms;
    }
    Ok(())
}

fn show_rules(rules: &WebhookRules) -> Value {
    let mode = match rules.mode {
        Mode::Deliver => "deliver",
        Mode::Hold => "hold",
        Mode::Drop => "drop",
    };
    let urls: Vec<&str> = rules.endpoints.iter().map(|endpoint| endpoint.url.as_str()).collect();
    json!({
        "mode": mode, "types": rules.types, "duplicate": rules.duplicate, "endpoints": urls,
        "retry_ms": rules.retry_ms,
    })
}

/// `GET events?account=&type=`, oldest first.
pub(crate) async fn list(State(shared): State<Shared>, Query(wanted): Query<Wanted>) -> Answer {
    let world = shared.world();
    let accounts = world
        .accounts
        .values()
        .filter(|account| wanted.account.as_ref().is_none_or(|id| account.id == *id));
    let events: Vec<Value> = accounts
        .flat_map(|account| account.events.iter().map(move |event| (account, event)))
        .filter(|(_, event)| wanted.r#type.as_ref().is_none_or(|kind| event.kind == *kind))
        .map(|(account, event)| event.render_for_control(&account.id))
        .collect();
    Ok(Json(json!({ "events": events })))
}

/// `POST events/{id}/deliver`: so many times, so many at once; each try once, without retries.
pub(crate) async fn deliver_again(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let asked: Again = read(&body)?;
    let parcels = parcels(&shared, &id)?;
    let gate = Arc::new(Semaphore::new(asked.concurrency.clamp(1, CONCURRENCY_MAX)));
    let mut tries = JoinSet::new();
    for _ in 0..asked.times.min(TIMES_MAX) {
        for parcel in &parcels {
            let (shared, parcel, gate) = (Arc::clone(&shared), parcel.clone(), Arc::clone(&gate));
            tries.spawn(async move {
                let _pass = gate.acquire().await;
                deliver::try_once(&shared, &parcel).await.render()
            });
        }
    }
    let answers = tries.join_all().await;
    Ok(Json(json!({ "answers": answers })))
}

/// `POST events/deliver`: one after the other, in the order given.
pub(crate) async fn deliver_in_order(State(shared): State<Shared>, body: Bytes) -> Answer {
    let asked: InOrder = read(&body)?;
    let mut answers = Vec::new();
    for id in asked.ids.iter().take(TIMES_MAX) {
        for parcel in parcels(&shared, id)? {
            let mut answer = deliver::try_once(&shared, &parcel).await.render();
            answer["id"] = json!(id);
            answers.push(answer);
        }
    }
    Ok(Json(json!({ "answers": answers })))
}

fn parcels(shared: &Shared, id: &str) -> Result<Vec<Parcel>, ControlError> {
    let mut world = shared.world();
    if world.owner_of(id).is_none() {
        return Err(ControlError::unknown(id));
    }
    Ok(deliver::parcels(&mut world, id))
}

/// `POST sign`: a header for a hand-made event.
pub(crate) async fn sign(State(shared): State<Shared>, body: Bytes) -> Answer {
    let asked: Sign = read(&body)?;
    let own = || shared.world().rules.endpoints.first().map(|first| first.secret.clone());
    let secrets = match (asked.secrets, asked.secret) {
        (Some(secrets), _) => secrets,
        (None, Some(secret)) => vec![secret],
        (None, None) => own().into_iter().collect(),
    };
    if secrets.is_empty() {
        return Err(ControlError::malformed("no secret given, and none set at start"));
    }
    let timestamp_s = asked.timestamp.unwrap_or_else(|| shared.clock.signature_now_s());
    let scheme = asked.scheme.as_deref().unwrap_or("v1");
    let header = signature::sign(&secrets, timestamp_s, scheme, asked.payload.as_bytes());
    Ok(Json(json!({ "header": header, "timestamp": timestamp_s })))
}
