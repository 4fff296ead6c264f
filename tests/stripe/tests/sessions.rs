//! Creating, reading, listing and expiring sessions, and what is refused.
//! A refusal must leave nothing behind.

use crate::support::{SESSION, World};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_session_starts_open_and_unpaid() {
    let world = World::new().await;
    let session = world.session().await;
    assert_eq!(session["status"], "open");
    assert_eq!(session["payment_status"], "unpaid");
    assert_eq!(session["amount_total"], 125_000);
    assert_eq!(session["payment_intent"], json!(null));
    assert_eq!(session["allowed_payment_method_types"], json!(["card", "us_bank_account"]));
    assert!(session["url"].as_str().unwrap().ends_with(session["id"].as_str().unwrap()));
}

#[tokio::test]
async fn without_a_key_nobody_is_served() {
    let world = World::new().await;
    for authorization in ["", "Bearer nonsense", "Bearer sk_live_x"] {
        let request = reqwest::Client::new().get(world.url("/v1/account"));
        let answer = request.header("authorization", authorization).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{authorization}");
    }
}

#[tokio::test]
async fn another_account_sees_nothing() {
    let mut world = World::new().await;
    let session = world.session().await;
    let id = session["id"].as_str().unwrap();
    world.account = "acct_two".to_owned();
    let (status, answer) = world.get(&format!("/v1/checkout/sessions/{id}")).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("resource_missing")));
    let (status, _) = world.post(&format!("/v1/checkout/sessions/{id}/expire"), "").await;
    assert_eq!(status, 404);
    let (_, list) = world.get("/v1/checkout/sessions").await;
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn an_account_without_access_is_refused() {
    let world = World::new().await;
    world.order("accounts", json!({ "id": "acct_one", "refused": true })).await;
    let (status, answer) = world.get("/v1/account").await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("account_invalid")));
}

#[tokio::test]
async fn what_stripe_refuses_is_refused() {
    let world = World::new().await;
    world.order("accounts", json!({ "id": "acct_one", "country": "DE" })).await;
    let card_only = SESSION.replace("&allowed_payment_method_types[1]=us_bank_account", "");
    let unit = "[unit_amount]=125000";
    let cases = [
        (format!("{card_only}&nonsense=1"), "parameter_unknown"),
        (format!("{card_only}&payment_intent_data[odd]=1"), "parameter_unknown"),
        (card_only.replace(unit, "[unit_amount]=49"), "amount_too_small"),
        (card_only.replace(unit, "[unit_amount]=100000000"), "amount_too_large"),
        (card_only.replace(unit, "[unit_amount]=1.5"), "parameter_invalid_integer"),
        (card_only.replace("mode=payment&", ""), "parameter_missing"),
        (card_only.replace("http://seller.test/no", "seller"), "url_invalid"),
        (format!("{card_only}&customer_email=nobody"), "email_invalid"),
        (SESSION.to_owned(), "payment_method_unsupported_type"),
    ];
    for (body, code) in cases {
        let (status, answer) = world.post("/v1/checkout/sessions", &body).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{answer}");
    }
    let (_, list) = world.get("/v1/checkout/sessions").await;
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn it_expires_between_thirty_minutes_and_a_day_ahead() {
    let world = World::new().await;
    let created = world.session().await["created"].as_i64().unwrap();
    for (ahead_s, expected) in [(1_700, 400), (1_860, 200), (86_300, 200), (86_500, 400)] {
        let body = format!("{SESSION}&expires_at={}", created + ahead_s);
        let (status, answer) = world.post("/v1/checkout/sessions", &body).await;
        assert_eq!(status, expected, "{ahead_s}: {answer}");
    }
}

#[tokio::test]
async fn expiring_works_once_and_only_when_open() {
    let world = World::new().await;
    let session = world.session().await;
    let path = format!("/v1/checkout/sessions/{}/expire", session["id"].as_str().unwrap());
    let (status, expired) = world.post(&path, "").await;
    assert_eq!((status, &expired["status"]), (200, &json!("expired")));
    assert_eq!(expired["url"], json!(null));
    assert_eq!(world.post(&path, "").await.0, 400);
    assert_eq!(world.event_types().await, ["checkout.session.expired"]);
}

#[tokio::test]
async fn time_expires_what_is_open_and_spares_what_is_paid() {
    let world = World::new().await;
    let (open, paid) = (world.session().await, world.session().await);
    let paid_id = paid["id"].as_str().unwrap();
    world.order(&format!("pay/{paid_id}"), json!({})).await;
    world.order("clock", json!({ "advance_s": 86_401 })).await;
    for (session, expected) in [(&open, "expired"), (&paid, "complete")] {
        let path = format!("/v1/checkout/sessions/{}", session["id"].as_str().unwrap());
        assert_eq!(world.get(&path).await.1["status"], expected);
    }
    let path = format!("/c/pay/{}", open["id"].as_str().unwrap());
    let page = world.page(Method::GET, &path, "").await;
    assert!(page.text().await.unwrap().contains("id=\"expired\""));
}

#[tokio::test]
async fn lists_are_newest_first_in_pages() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, world.session().await["id"].clone());
    }
    let (_, first) = world.get("/v1/checkout/sessions?limit=2").await;
    assert_eq!((&first["data"][0]["id"], &first["has_more"]), (&ids[0], &json!(true)));
    let after = first["data"][1]["id"].as_str().unwrap();
    let path = format!("/v1/checkout/sessions?limit=3&starting_after={after}");
    let (_, second) = world.get(&path).await;
    assert_eq!((&second["data"][2]["id"], &second["has_more"]), (&ids[4], &json!(false)));
    let (_, none) = world.get("/v1/checkout/sessions?status=complete&created[gte]=1").await;
    assert_eq!(none["data"], json!([]));
}
