//! Deliveries: signed, repeated until accepted, and at the tests' command.
//! A redelivery must never change a byte of the body.

use crate::support::{Receiver, SECRET, World};
use serde_json::{Value, json};
use stripe_stand_in::sign;

async fn pay(world: &World) {
    let session = world.session().await;
    world.order(&format!("pay/{}", session["id"].as_str().unwrap()), json!({})).await;
}

fn timestamp(signature: &str) -> i64 {
    let first = signature.split(',').next().unwrap();
    first.strip_prefix("t=").unwrap().parse().unwrap()
}

#[test]
fn the_signature_is_the_one_stripe_would_make() {
    // Known answer: printf '1700000000.{}' | openssl dgst -sha256 -hmac whsec_x
    let header = sign(&["whsec_x".to_owned()], 1_700_000_000, "v1", b"{}");
    let expected = "t=1700000000,\
        v1=be8cb8325f2202445260a855532f967e30ad2a9394ce28da66ee02880ddcb661";
    assert_eq!(header, expected);
}

#[tokio::test]
async fn every_delivery_is_signed_over_its_raw_body() {
    let receiver = Receiver::answering(&[]).await;
    let world = World::with(receiver.config()).await;
    pay(&world).await;
    for (signature, body) in receiver.wait_for(3).await {
        let at_s = timestamp(&signature);
        assert_eq!(signature, sign(&[SECRET.to_owned()], at_s, "v1", body.as_bytes()));
        let event: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(event["account"], "acct_one");
        assert_eq!(event["livemode"], false);
    }
}

#[tokio::test]
async fn what_is_not_answered_2xx_comes_again() {
    let receiver = Receiver::answering(&[500, 503]).await;
    let world = World::with(receiver.config()).await;
    let session = world.session().await;
    world.order(&format!("expire/{}", session["id"].as_str().unwrap()), json!({})).await;
    let arrived = receiver.wait_for(3).await;
    assert!(arrived.iter().all(|(_, body)| *body == arrived[0].1));
    let events = world.events().await;
    let statuses: Vec<&Value> =
        events[0]["attempts"].as_array().unwrap().iter().map(|a| &a["status"]).collect();
    assert_eq!(statuses[..2], [&json!(500), &json!(503)]);
}

#[tokio::test]
async fn held_events_leave_when_told_and_in_the_order_told() {
    let receiver = Receiver::answering(&[]).await;
    let world = World::with(receiver.config()).await;
    world.order("webhooks", json!({ "account": "acct_one", "mode": "hold" })).await;
    pay(&world).await;
    let events = world.events().await;
    assert!(events.iter().all(|event| event["delivery"] == "held"));
    let ids: Vec<&Value> = events.iter().rev().map(|event| &event["id"]).collect();
    world.order("events/deliver", json!({ "ids": ids })).await;
    let arrived = receiver.wait_for(3).await;
    let order: Vec<Value> = arrived
        .iter()
        .map(|(_, body)| serde_json::from_str::<Value>(body).unwrap()["id"].clone())
        .collect();
    assert_eq!(order.iter().collect::<Vec<_>>(), ids);
}

#[tokio::test]
async fn one_event_can_come_a_hundred_times() {
    let receiver = Receiver::answering(&[]).await;
    let world = World::with(receiver.config()).await;
    world.order("webhooks", json!({ "account": "acct_one", "mode": "drop" })).await;
    pay(&world).await;
    let events = world.events().await;
    let path = format!("events/{}/deliver", events[0]["id"].as_str().unwrap());
    let answer = world.order(&path, json!({ "times": 100, "concurrency": 32 })).await;
    assert_eq!(answer["answers"].as_array().unwrap().len(), 100);
    let arrived = receiver.wait_for(100).await;
    assert!(arrived.iter().all(|(_, body)| body == events[0]["raw"].as_str().unwrap()));
}

#[tokio::test]
async fn duplicates_and_a_rolled_secret_are_as_asked() {
    let receiver = Receiver::answering(&[]).await;
    let world = World::with(receiver.config()).await;
    let rules = json!({
        "account": "acct_one", "duplicate": 2, "rolled_secrets": ["whsec_old"],
    });
    world.order("webhooks", rules).await;
    let session = world.session().await;
    world.order(&format!("expire/{}", session["id"].as_str().unwrap()), json!({})).await;
    for (signature, body) in receiver.wait_for(3).await {
        let secrets = [SECRET.to_owned(), "whsec_old".to_owned()];
        assert_eq!(signature, sign(&secrets, timestamp(&signature), "v1", body.as_bytes()));
    }
}

#[tokio::test]
async fn rules_of_one_account_leave_the_others_alone() {
    let receiver = Receiver::answering(&[]).await;
    let mut world = World::with(receiver.config()).await;
    world.order("webhooks", json!({ "account": "acct_one", "mode": "drop" })).await;
    pay(&world).await;
    world.account = "acct_two".to_owned();
    pay(&world).await;
    for (_, body) in receiver.wait_for(3).await {
        assert!(body.contains("acct_two"));
    }
}
