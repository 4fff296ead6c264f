//! One key, one effect.
//! A key must never serve two accounts or two sets of parameters.

use crate::support::{SESSION, World, read};
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/v1/checkout/sessions";

#[tokio::test]
async fn a_repeat_gets_the_same_bytes() {
    let world = World::new().await;
    let first = world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap();
    assert!(!first.headers().contains_key("idempotent-replayed"));
    let first = first.text().await.unwrap();
    let second = world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap();
    assert_eq!(second.headers()["idempotent-replayed"], "true");
    assert_eq!(second.text().await.unwrap(), first);
    let (_, list) = world.get(PATH).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn other_parameters_or_another_endpoint_are_refused() {
    let world = World::new().await;
    world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap();
    let other = SESSION.replace("125000", "125001");
    for (path, body) in [(PATH, other.as_str()), ("/v1/refunds", "payment_intent=pi_1")] {
        let answer = world.send(Method::POST, path, body, "key-1").await.unwrap();
        let (status, answer) = read(answer).await;
        assert_eq!((status, &answer["error"]["type"]), (400, &json!("idempotency_error")));
    }
}

#[tokio::test]
async fn keys_belong_to_one_account() {
    let mut world = World::new().await;
    let first = read(world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap()).await.1;
    world.account = "acct_two".to_owned();
    let second = read(world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap()).await.1;
    assert_ne!(first["id"], second["id"]);
}

#[tokio::test]
async fn a_refused_parameter_leaves_the_key_free() {
    let world = World::new().await;
    let bad = SESSION.replace("125000", "1");
    let (status, _) = read(world.send(Method::POST, PATH, &bad, "key-1").await.unwrap()).await;
    assert_eq!(status, 400);
    let (status, _) = read(world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap()).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_key_in_flight_is_in_use() {
    let world = World::new().await;
    let fault = json!({
        "account": world.account, "operation": "checkout.sessions.create",
        "kind": "hang_before_commit", "hang_ms": 400,
    });
    world.order("faults", fault).await;
    let second = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        read(world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap()).await
    };
    let (first, second) = tokio::join!(world.send(Method::POST, PATH, SESSION, "key-1"), second);
    assert_eq!(read(first.unwrap()).await.0, 200);
    let code = &second.1["error"]["code"];
    assert_eq!((second.0, code), (409, &json!("idempotency_key_in_use")));
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let world = World::new().await;
    let first = read(world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap()).await.1;
    world.order("clock", json!({ "advance_s": 86_402 })).await;
    let second = read(world.send(Method::POST, PATH, SESSION, "key-1").await.unwrap()).await.1;
    assert_ne!(first["id"], second["id"]);
}
