//! Faults: what the caller sees, and what was really done.
//! A fault must never touch another account.

use crate::support::{SESSION, World, read};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1/checkout/sessions";

async fn with_fault(kind: &str, count: u32) -> World {
    let world = World::new().await;
    let fault = json!({
        "account": world.account, "operation": "checkout.sessions.create", "kind": kind,
        "count": count, "hang_ms": 50,
    });
    world.order("faults", fault).await;
    world
}

async fn create(world: &World) -> Option<(u16, Value)> {
    let answer = world.send(Method::POST, PATH, SESSION, "key-1").await.ok()?;
    Some(read(answer).await)
}

async fn sessions(world: &World) -> usize {
    world.get(PATH).await.1["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_500_is_kept_under_its_key_whether_or_not_it_was_done() {
    for (kind, done) in [("error_before_commit", 0), ("error_after_commit", 1)] {
        let world = with_fault(kind, 1).await;
        assert_eq!(create(&world).await.unwrap().0, 500);
        assert_eq!(create(&world).await.unwrap().0, 500, "replayed");
        assert_eq!(sessions(&world).await, done, "{kind}");
    }
}

#[tokio::test]
async fn a_429_does_nothing_and_the_next_try_works() {
    let world = with_fault("rate_limit", 2).await;
    assert_eq!(create(&world).await.unwrap().0, 429);
    assert_eq!(create(&world).await.unwrap().0, 429);
    assert_eq!(sessions(&world).await, 0);
    assert_eq!(create(&world).await.unwrap().0, 200);
}

#[tokio::test]
async fn a_lost_answer_is_found_again_by_its_key() {
    for kind in ["drop_after_commit", "garble_after_commit", "hang_after_commit"] {
        let world = with_fault(kind, 1).await;
        let first = create(&world).await;
        match kind {
            "drop_after_commit" => assert!(first.is_none()),
            "garble_after_commit" => assert!(first.unwrap().1.is_string()),
            _ => assert_eq!(first.unwrap().0, 200),
        }
        let (status, session) = create(&world).await.unwrap();
        assert_eq!((status, &session["status"]), (200, &json!("open")), "{kind}");
        assert_eq!(sessions(&world).await, 1, "{kind}");
    }
}

#[tokio::test]
async fn a_connection_cut_before_the_commit_does_nothing() {
    let world = with_fault("drop_before_commit", 1).await;
    assert!(create(&world).await.is_none());
    assert_eq!(sessions(&world).await, 0);
    assert_eq!(create(&world).await.unwrap().0, 200);
}

#[tokio::test]
async fn faults_stay_on_their_account() {
    let mut world = with_fault("rate_limit", 1).await;
    world.account = "acct_two".to_owned();
    assert_eq!(create(&world).await.unwrap().0, 200);
}
