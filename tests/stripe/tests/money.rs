//! Card, decline, ACH, refunds and disputes: the money and the events that tell of it.
//! The ledger must never show more than was captured.

use crate::support::World;
use serde_json::{Value, json};

async fn paid(world: &World, method: &str) -> (String, String) {
    let id = world.session().await["id"].as_str().unwrap().to_owned();
    let answer = world.order(&format!("pay/{id}"), json!({ "method": method })).await;
    (id, answer["payment_intent"]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_card_pays_at_once() {
    let world = World::new().await;
    let (id, intent) = paid(&world, "card").await;
    let path = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent.latest_charge");
    let (_, session) = world.get(&path).await;
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&json!("complete"), &json!("paid"))
    );
    assert_eq!(session["payment_intent"]["amount_received"], 125_000);
    let charge = &session["payment_intent"]["latest_charge"];
    assert_eq!(charge["payment_method_details"]["card"]["last4"], "4242");
    assert_eq!(charge["metadata"]["invoice"], "I1");
    let expected = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"];
    assert_eq!(world.event_types().await, expected);
    assert_eq!(world.control(&format!("pay/{id}"), json!({})).await.0, 400);
    let ledger = world.ledger().await;
    assert_eq!(ledger["payments"].as_array().unwrap().len(), 1);
    assert_eq!(ledger["payments"][0]["payment_intent"], json!(intent));
    assert_eq!(ledger["payments"][0]["client_reference_id"], "attempt-1");
}

#[tokio::test]
async fn a_declined_card_may_be_tried_again() {
    let world = World::new().await;
    let id = world.session().await["id"].as_str().unwrap().to_owned();
    let body = json!({ "code": "insufficient_funds" });
    let declined = world.order(&format!("decline/{id}"), body).await;
    assert_eq!(declined["session"]["status"], "open");
    let intent = &declined["payment_intent"];
    assert_eq!(intent["status"], "requires_payment_method");
    assert_eq!(intent["last_payment_error"]["decline_code"], "insufficient_funds");
    let again = world.order(&format!("pay/{id}"), json!({})).await;
    assert_eq!(again["payment_intent"]["id"], intent["id"]);
    assert_eq!(again["payment_intent"]["last_payment_error"], json!(null));
    let types = world.event_types().await;
    assert_eq!(types[..2], ["charge.failed", "payment_intent.payment_failed"]);
    assert_eq!(world.ledger().await["payments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_bank_account_refused_at_once_leaves_the_session_open() {
    let world = World::new().await;
    let id = world.session().await["id"].as_str().unwrap().to_owned();
    let refused = world.order(&format!("refuse-bank/{id}"), json!({})).await;
    assert_eq!(refused["session"]["status"], "open");
    let intent = &refused["payment_intent"];
    assert_eq!(intent["status"], "requires_payment_method");
    let error = &intent["last_payment_error"];
    assert_eq!(error["code"], "bank_account_unusable");
    assert_eq!(error["payment_method"]["type"], "us_bank_account");
    let types = world.event_types().await;
    assert_eq!(types, ["charge.failed", "payment_intent.payment_failed"]);
    let paid = world.order(&format!("pay/{id}"), json!({})).await;
    assert_eq!(paid["session"]["payment_status"], "paid");
    assert_eq!(world.ledger().await["payments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn ach_is_complete_but_unpaid_until_settled() {
    let world = World::new().await;
    let (id, _) = paid(&world, "us_bank_account").await;
    let (_, session) = world.get(&format!("/v1/checkout/sessions/{id}")).await;
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&json!("complete"), &json!("unpaid"))
    );
    assert_eq!(world.ledger().await["payments"], json!([]));
    let settled = world.order(&format!("settle/{id}"), json!({})).await;
    assert_eq!(settled["session"]["payment_status"], "paid");
    assert_eq!(world.control(&format!("settle/{id}"), json!({})).await.0, 400);
    let expected = [
        "payment_intent.processing",
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ];
    assert_eq!(world.event_types().await, expected);
}

#[tokio::test]
async fn ach_that_bounces_takes_nothing() {
    let world = World::new().await;
    let (id, _) = paid(&world, "us_bank_account").await;
    let failed = world.order(&format!("fail/{id}"), json!({})).await;
    assert_eq!(failed["session"]["payment_status"], "unpaid");
    assert_eq!(failed["payment_intent"]["status"], "requires_payment_method");
    let types = world.event_types().await;
    assert_eq!(types[4], "checkout.session.async_payment_failed");
    assert_eq!(world.ledger().await["payments"], json!([]));
}

#[tokio::test]
async fn refunds_never_exceed_what_was_captured() {
    let world = World::new().await;
    let (_, intent) = paid(&world, "card").await;
    let refund = |amount: i64| format!("payment_intent={intent}&amount={amount}");
    assert_eq!(world.post("/v1/refunds", &refund(125_001)).await.0, 400);
    let (status, first) = world.post("/v1/refunds", &refund(100_000)).await;
    assert_eq!((status, &first["status"]), (200, &json!("succeeded")));
    assert_eq!(world.post("/v1/refunds", &refund(25_001)).await.0, 400);
    assert_eq!(world.post("/v1/refunds", &refund(0)).await.0, 400);
    let (status, _) = world.post("/v1/refunds", &format!("payment_intent={intent}")).await;
    assert_eq!(status, 200);
    let (status, answer) = world.post("/v1/refunds", &refund(1)).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("charge_already_refunded")));
    assert_eq!(world.ledger().await["payments"][0]["amount_refunded"], 125_000);
}

#[tokio::test]
async fn concurrent_refunds_stop_at_the_captured_amount() {
    let world = World::new().await;
    let (_, intent) = paid(&world, "card").await;
    let body = format!("payment_intent={intent}&amount=50000");
    let (a, b, c, d) = tokio::join!(
        world.post("/v1/refunds", &body),
        world.post("/v1/refunds", &body),
        world.post("/v1/refunds", &body),
        world.post("/v1/refunds", &body),
    );
    let done = [a, b, c, d].iter().filter(|(status, _)| *status == 200).count();
    assert_eq!(done, 2);
}

#[tokio::test]
async fn a_failed_refund_gives_its_amount_back() {
    let world = World::new().await;
    let (id, intent) = paid(&world, "us_bank_account").await;
    world.order(&format!("settle/{id}"), json!({})).await;
    let refund = world.order("refund", json!({ "payment_intent": intent })).await;
    assert_eq!(refund["refund"]["status"], "pending");
    let refund_id = refund["refund"]["id"].as_str().unwrap();
    let failed = world.order(&format!("refund/{refund_id}/fail"), json!({})).await;
    assert_eq!(failed["refund"]["status"], "failed");
    assert_eq!(world.ledger().await["payments"][0]["amount_refunded"], 0);
    let types = world.event_types().await;
    let expected = ["refund.created", "charge.refunded", "refund.updated", "refund.failed"];
    assert_eq!(types[5..], expected);
}

#[tokio::test]
async fn a_dispute_blocks_refunds_until_it_is_won() {
    let world = World::new().await;
    let (_, intent) = paid(&world, "card").await;
    let opened = world.order(&format!("dispute/{intent}"), json!({})).await;
    let id = opened["dispute"]["id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/v1/disputes/{id}")).await.1["status"], "needs_response");
    let body = format!("payment_intent={intent}");
    let (_, refused) = world.post("/v1/refunds", &body).await;
    assert_eq!(refused["error"]["code"], "charge_disputed");
    world.order(&format!("dispute/{id}/close"), json!({ "outcome": "won" })).await;
    let again = world.control(&format!("dispute/{id}/close"), json!({ "outcome": "lost" })).await;
    assert_eq!(again.0, 400);
    assert_eq!(world.post("/v1/refunds", &body).await.0, 200);
    let types: Vec<Value> = world.event_types().await.into_iter().map(Value::String).collect();
    assert!(types.contains(&json!("charge.dispute.created")));
    assert!(types.contains(&json!("charge.dispute.closed")));
}
