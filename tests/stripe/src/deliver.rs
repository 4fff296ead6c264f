//! Carries events to their receivers: signed, bounded, retried until answered 2xx.
//! It must never change a body, and never send what is held or dropped.

use crate::config::Endpoint;
use crate::signature::sign;
use crate::stand_in::Shared;
use crate::world::World;
use crate::world::event::{Attempt, Delivery};
use crate::world::rules::{Mode, WebhookRules};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// One event for one receiver.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) account: String,
    pub(crate) event: String,
    body: String,
    endpoint: Endpoint,
    secrets: Vec<String>,
    retry_ms: Vec<u64>,
    lanes: Arc<Semaphore>,
}

/// Hands an account's new events to delivery, as its rules say.
pub(crate) fn send_new(shared: &Shared, world: &mut World, account_id: &str) {
    let Some(account) = world.accounts.get_mut(account_id) else {
        return;
    };
    for event_id in std::mem::take(&mut account.outbox) {
        let rules = account.rules.as_ref().unwrap_or(&world.rules);
        let Some(event) = account.events.get_mut(&event_id) else {
            continue;
        };
        event.delivery = match rules.mode_for(&event.kind) {
            Mode::Hold => Delivery::Held,
            Mode::Drop => Delivery::Dropped,
            Mode::Deliver if rules.endpoints.is_empty() => Delivery::Recorded,
            Mode::Deliver => Delivery::Sending,
        };
        let (body, sending) = (event.body.clone(), event.delivery == Delivery::Sending);
        for _ in 0..if sending { rules.duplicate.saturating_add(1) } else { 0 } {
            for parcel in pack(rules, account_id, &event_id, &body, &account.lanes) {
                tokio::spawn(carry(Arc::clone(shared), parcel));
            }
        }
    }
}

/// The parcels of an event that is sent again by a control; empty for an unknown event.
pub(crate) fn parcels(world: &mut World, event_id: &str) -> Vec<Parcel> {
    let shared_rules = world.rules.clone();
    let Some(account) = world.owner_of(event_id) else {
        return Vec::new();
    };
    let rules = account.rules.as_ref().unwrap_or(&shared_rules);
    let Some(event) = account.events.get(event_id) else {
        return Vec::new();
    };
    pack(rules, &account.id, event_id, &event.body, &account.lanes)
}

fn pack(
    rules: &WebhookRules,
    account: &str,
    event: &str,
    body: &str,
    lanes: &Arc<Semaphore>,
) -> Vec<Parcel> {
    let endpoints = rules.endpoints.iter();
    endpoints
        .map(|endpoint| {
            let mut secrets = vec![endpoint.secret.clone()];
            secrets.extend(rules.rolled_secrets.clone());
            Parcel {
                account: account.to_owned(),
                event: event.to_owned(),
                body: body.to_owned(),
                endpoint: endpoint.clone(),
                secrets,
                retry_ms: rules.retry_ms.clone(),
                lanes: Arc::clone(lanes),
            }
        })
        .collect()
}

/// Tries until 2xx or out of retries.
async fn carry(shared: Shared, parcel: Parcel) {
    let waits = parcel.retry_ms.iter().copied().map(Some).chain([None]);
    for wait_ms in waits {
        let attempt = {
            let _lane = parcel.lanes.acquire().await;
            try_once(&shared, &parcel).await
        };
        if attempt.status.is_some_and(is_success) {
            return;
        }
        match wait_ms {
            Some(wait_ms) => tokio::time::sleep(Duration::from_millis(wait_ms)).await,
            None => mark(&shared, &parcel, Delivery::Failed),
        }
    }
}

/// One request, noted on the event.
pub(crate) async fn try_once(shared: &Shared, parcel: &Parcel) -> Attempt {
    let timestamp_s = shared.clock.signature_now_s();
    let header = sign(&parcel.secrets, timestamp_s, "v1", parcel.body.as_bytes());
    let started = Instant::now();
    let answer = shared
        .http
        .post(&parcel.endpoint.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", header)
        .body(parcel.body.clone())
        .send()
        .await;
    let attempt = Attempt {
        url: parcel.endpoint.url.clone(),
        status: answer.ok().map(|answer| answer.status().as_u16()),
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    note(shared, parcel, &attempt);
    attempt
}

fn note(shared: &Shared, parcel: &Parcel, attempt: &Attempt) {
    let mut world = shared.world();
    let account = world.accounts.get_mut(&parcel.account);
    if let Some(event) = account.and_then(|account| account.events.get_mut(&parcel.event)) {
        event.note(attempt.clone());
        if attempt.status.is_some_and(is_success) {
            event.delivery = Delivery::Delivered;
        }
    }
}

fn mark(shared: &Shared, parcel: &Parcel, delivery: Delivery) {
    let mut world = shared.world();
    let account = world.accounts.get_mut(&parcel.account);
    if let Some(event) = account.and_then(|account| account.events.get_mut(&parcel.event))
        && event.delivery == Delivery::Sending
    {
        event.delivery = delivery;
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}
