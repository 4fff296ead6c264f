//! The hosted page and the index, as a browser without scripts uses them.
//! Opening a page must never change anything.

use crate::support::{SESSION, World};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_page_shows_what_is_due_and_takes_a_card() {
    let world = World::new().await;
    let id = world.session().await["id"].as_str().unwrap().to_owned();
    let path = format!("/c/pay/{id}");
    let html = world.page(Method::GET, &path, "").await.text().await.unwrap();
    for part in [
        "test payment page",
        "1,250.00 USD",
        "pay-card",
        "decline-card",
        "pay-ach",
        "fail-ach",
        "refuse-ach",
        "id=\"cancel\"",
        "Invoice 1",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let answer = world.page(Method::POST, &format!("{path}/card"), "").await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], format!("http://seller.test/back?s={id}"));
    let answer = world.page(Method::POST, &format!("{path}/card"), "").await;
    assert_eq!(answer.headers()["location"], path);
    assert_eq!(world.ledger().await["payments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_decline_comes_back_to_the_page_and_says_why() {
    let world = World::new().await;
    let id = world.session().await["id"].as_str().unwrap().to_owned();
    let path = format!("/c/pay/{id}");
    let form = "code=expired_card&decline-card=";
    let answer = world.page(Method::POST, &format!("{path}/decline"), form).await;
    assert_eq!(answer.headers()["location"], path);
    let html = world.page(Method::GET, &path, "").await.text().await.unwrap();
    assert!(html.contains("Your card has expired."));
}

#[tokio::test]
async fn ach_chosen_to_fail_fails_when_settled() {
    let world = World::new().await;
    let id = world.session().await["id"].as_str().unwrap().to_owned();
    let answer = world.page(Method::POST, &format!("/c/pay/{id}/ach-fail"), "").await;
    assert_eq!(answer.headers()["location"], format!("http://seller.test/back?s={id}"));
    world.order(&format!("settle/{id}"), json!({})).await;
    assert_eq!(world.ledger().await["payments"], json!([]));
}

#[tokio::test]
async fn methods_that_are_not_allowed_are_not_offered() {
    let world = World::new().await;
    let body = SESSION.replace("&allowed_payment_method_types[1]=us_bank_account", "");
    let (_, session) = world.post("/v1/checkout/sessions", &body).await;
    let path = format!("/c/pay/{}", session["id"].as_str().unwrap());
    let html = world.page(Method::GET, &path, "").await.text().await.unwrap();
    assert!(!html.contains("pay-ach"));
    world.page(Method::POST, &format!("{path}/ach"), "").await;
    assert!(world.events().await.is_empty());
}

#[tokio::test]
async fn what_sellers_write_is_shown_as_text() {
    let world = World::new().await;
    let body = SESSION.replace("Invoice+1", "%3Cscript%3Ealert(1)%3C/script%3E");
    let (_, session) = world.post("/v1/checkout/sessions", &body).await;
    for path in [format!("/c/pay/{}", session["id"].as_str().unwrap()), "/".to_owned()] {
        let html = world.page(Method::GET, &path, "").await.text().await.unwrap();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{path}");
    }
}

#[tokio::test]
async fn the_index_plays_the_bank() {
    let world = World::new().await;
    for (method, actions) in
        [("us_bank_account", &["settle", "refund"][..]), ("card", &["dispute", "win", "refund"])]
    {
        let id = world.session().await["id"].as_str().unwrap().to_owned();
        world.order(&format!("pay/{id}"), json!({ "method": method })).await;
        for action in actions {
            let path = format!("/demo/{action}/{id}");
            let html = world.page(Method::GET, "/", "").await.text().await.unwrap();
            assert!(html.contains(&path), "{path}");
            assert_eq!(world.page(Method::POST, &path, "").await.status(), 303, "{path}");
        }
    }
    let ledger = world.ledger().await;
    assert!(ledger["payments"].as_array().unwrap().iter().all(|p| p["amount_refunded"] == 125_000));
}

#[tokio::test]
async fn unknown_pages_are_404() {
    let world = World::new().await;
    for path in ["/c/pay/cs_test_nothing", "/nothing", "/v1/nothing"] {
        let status = world.page(Method::GET, path, "").await.status().as_u16();
        assert!(matches!(status, 401 | 404), "{path}");
    }
}
