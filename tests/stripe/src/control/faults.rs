//! Controls that set an account up: its country and name, and what will go wrong with its requests.
//! A fault must never outlast its count.

use super::{Answer, ControlError, read};
use crate::stand_in::Shared;
use crate::world::Account;
use crate::world::rules::{Fault, FaultKind};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

const FAULTS_MAX: usize = 1_000;
const HANG_MS_MAX: u64 = 120_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddFault {
    account: String,
    operation: String,
    kind: String,
    #[serde(default = "once")]
    count: u32,
    #[serde(default)]
    hang_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetAccount {
    id: String,
    country: Option<String>,
    name: Option<String>,
    refused: Option<bool>,
}

fn once() -> u32 {
    1
}

/// `POST faults`; a count of 0 clears the account's faults for that operation.
pub(crate) async fn add(State(shared): State<Shared>, body: Bytes) -> Answer {
    let asked: AddFault = read(&body)?;
    let kind = FaultKind::from_word(&asked.kind)
        .ok_or_else(|| ControlError::malformed(format!("unknown kind {}", asked.kind)))?;
    let fault = Fault {
        operation: asked.operation,
        kind,
        count: asked.count,
        hang_ms: asked.hang_ms.min(HANG_MS_MAX),
    };
    let waiting = shared.on_account(&asked.account, |account| {
        if fault.count == 0 {
            account.faults.retain(|other| other.operation != fault.operation);
        } else if account.faults.len() < FAULTS_MAX {
            account.faults.push(fault);
        }
        account.faults.len()
    });
    let waiting = waiting.ok_or_else(|| ControlError::unknown(&asked.account))?;
    Ok(Json(json!({ "waiting": waiting })))
}

/// `POST accounts`: makes or changes an account.
pub(crate) async fn account(State(shared): State<Shared>, body: Bytes) -> Answer {
    let asked: SetAccount = read(&body)?;
    if !asked.id.starts_with("acct_") {
        return Err(ControlError::malformed("id must begin with acct_"));
    }
    let mut world = shared.world();
    let account = world
        .accounts
        .entry(asked.id.clone())
        .or_insert_with(|| Account::new(&asked.id, "US", "Test seller"));
    if let Some(country) = asked.country {
        account.country = country;
    }
    if let Some(name) = asked.name {
        account.name = name;
    }
    if let Some(refused) = asked.refused {
        account.refused = refused;
    }
    Ok(Json(json!({
        "id": account.id, "country": account.country, "name": account.name,
        "refused": account.refused,
    })))
}
