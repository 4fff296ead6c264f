//! `/v1/events`: what happened, asked of the API instead of told by a webhook.
//! A webhook that never came must never make an event unseen.

use crate::support::{Receiver, SESSION, World, read};
use reqwest::Method;
use serde_json::{Value, json};
use stripe_stand_in::{Config, InProcess};

const PATH: &str = "/v1/events";
const DAYS_30_S: i64 = 30 * 24 * 60 * 60;

async fn paid(world: &World, method: &str) -> String {
    let id = world.session().await["id"].as_str().unwrap().to_owned();
    world.order(&format!("pay/{id}"), json!({ "method": method })).await;
    id
}

async fn list(world: &World, query: &str) -> Value {
    let (status, list) = world.get(&format!("{PATH}?{query}")).await;
    assert_eq!(status, 200, "{query}: {list}");
    list
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let data = list["data"].as_array().unwrap().iter();
    data.map(|event| event[field].as_str().unwrap().to_owned()).collect()
}

/// As a webhook's body would be shown by the API.
fn without_account(mut body: Value) -> Value {
    assert_eq!(body.as_object_mut().unwrap().remove("account"), Some(json!("acct_one")));
    body
}

#[tokio::test]
async fn what_is_listed_is_what_was_sent_newest_first() {
    let receiver = Receiver::answering(&[]).await;
    let world = World::with(receiver.config()).await;
    paid(&world, "card").await;
    receiver.wait_for(3).await;
    let list = list(&world, "").await;
    assert_eq!((&list["object"], &list["url"]), (&json!("list"), &json!(PATH)));
    assert_eq!(list["has_more"], false);
    // The controls' record, since deliveries may overtake each other.
    let sent = world.events().await.into_iter().rev();
    let sent: Vec<Value> = sent.map(|event| without_account(event["payload"].clone())).collect();
    assert_eq!(list["data"], json!(sent));
    let id = sent[0]["id"].as_str().unwrap();
    assert_eq!(world.get(&format!("{PATH}/{id}")).await, (200, sent[0].clone()));
}

#[tokio::test]
async fn an_event_is_there_although_its_webhook_never_came() {
    let receiver = Receiver::answering(&[]).await;
    for mode in ["hold", "drop"] {
        let world = World::with(receiver.config()).await;
        world.order("webhooks", json!({ "account": "acct_one", "mode": mode })).await;
        paid(&world, "card").await;
        let expected =
            ["checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"];
        assert_eq!(texts(&list(&world, "").await, "type"), expected, "{mode}");
    }
    assert!(receiver.wait_for(0).await.is_empty());
}

#[tokio::test]
async fn an_event_keeps_the_object_as_it_was() {
    let world = World::new().await;
    let id = paid(&world, "us_bank_account").await;
    world.order(&format!("settle/{id}"), json!({})).await;
    let list = list(
        &world,
        "types[]=checkout.session.completed\
        &types[]=checkout.session.async_payment_succeeded",
    )
    .await;
    let shown = list["data"].as_array().unwrap().iter().map(|event| &event["data"]["object"]);
    let shown: Vec<_> = shown.map(|session| (&session["id"], &session["payment_status"])).collect();
    let id = json!(id);
    assert_eq!(shown, [(&id, &json!("paid")), (&id, &json!("unpaid"))]);
}

#[tokio::test]
async fn types_are_named_singly_in_groups_or_by_the_dozen() {
    let world = World::new().await;
    paid(&world, "card").await;
    let cases = [
        ("type=charge.succeeded", 1),
        ("type=charge", 0),
        ("type=charge.*", 1),
        ("type=*.succeeded", 2),
        ("type=*", 3),
        ("types[0]=charge.succeeded&types[1]=payment_intent.succeeded", 2),
        ("types[]=charge.succeeded&types[]=charge.failed", 1),
        ("types[]=charge.*", 0),
    ];
    for (query, count) in cases {
        assert_eq!(texts(&list(&world, query).await, "id").len(), count, "{query}");
    }
}

#[tokio::test]
async fn created_is_a_second_or_a_range() {
    let world = World::new().await;
    paid(&world, "card").await;
    let before = texts(&list(&world, "").await, "id");
    world.order("clock", json!({ "advance_s": 600 })).await;
    paid(&world, "card").await;
    let newest = list(&world, "limit=1").await["data"][0]["created"].as_i64().unwrap();
    let young = newest - 300;
    for query in [format!("created[gte]={young}"), format!("created[gt]={young}")] {
        let found = texts(&list(&world, &query).await, "id");
        assert!(found.len() == 3 && !found.contains(&before[0]), "{query}");
    }
    for query in [format!("created[lte]={young}"), format!("created[lt]={young}")] {
        assert_eq!(texts(&list(&world, &query).await, "id"), before, "{query}");
    }
    let exact = list(&world, &format!("created={newest}")).await;
    assert_eq!(exact["data"][0]["created"], newest);
    let nothing = list(&world, &format!("created[gt]={newest}")).await;
    assert_eq!(nothing["data"], json!([]));
}

#[tokio::test]
async fn pages_meet_without_a_gap_both_ways() {
    let world = World::new().await;
    for _ in 0..4 {
        paid(&world, "card").await;
    }
    let all = texts(&list(&world, "limit=100").await, "id");
    assert_eq!(all.len(), 12);
    let first = list(&world, "").await;
    assert_eq!((texts(&first, "id"), &first["has_more"]), (all[..10].to_vec(), &json!(true)));
    let rest = list(&world, &format!("starting_after={}", all[9])).await;
    assert_eq!((texts(&rest, "id"), &rest["has_more"]), (all[10..].to_vec(), &json!(false)));
    let back = list(&world, &format!("ending_before={}&limit=5", all[10])).await;
    assert_eq!((texts(&back, "id"), &back["has_more"]), (all[5..10].to_vec(), &json!(true)));
    let newer = list(&world, &format!("ending_before={}", all[0])).await;
    assert_eq!((&newer["data"], &newer["has_more"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn what_stripe_refuses_is_refused() {
    let world = World::new().await;
    paid(&world, "card").await;
    let id = texts(&list(&world, "").await, "id").remove(0);
    let types = |count: usize| "&types[]=charge.succeeded".repeat(count);
    list(&world, &types(20)).await;
    let cases = [
        ("type=charge.failed&types[]=charge.failed".to_owned(), "type"),
        (types(21), "types"),
        ("types=charge.failed".to_owned(), "types"),
        ("types[one]=charge.failed".to_owned(), "types"),
        ("types[01]=charge.failed".to_owned(), "types"),
        ("type=".to_owned(), "type"),
        ("limit=0".to_owned(), "limit"),
        ("limit=101".to_owned(), "limit"),
        ("limit=ten".to_owned(), "limit"),
        ("created=today".to_owned(), "created"),
        ("created[gte]=today".to_owned(), "created[gte]"),
        ("created[since]=1".to_owned(), "created[since]"),
        ("starting_after=evt_none".to_owned(), "starting_after"),
        (format!("starting_after={id}&ending_before={id}"), "ending_before"),
        ("expand[]=data.data.object".to_owned(), "expand"),
        ("account=acct_one".to_owned(), "account"),
    ];
    for (query, param) in cases {
        let (status, answer) = world.get(&format!("{PATH}?{query}")).await;
        let error = &answer["error"];
        assert_eq!((status, &error["type"]), (400, &json!("invalid_request_error")), "{query}");
        assert_eq!(error["param"], param, "{query}");
    }
}

#[tokio::test]
async fn another_account_sees_none_of_it() {
    let mut world = World::new().await;
    paid(&world, "card").await;
    let id = texts(&list(&world, "").await, "id").remove(0);
    world.account = "acct_two".to_owned();
    assert_eq!(list(&world, "").await["data"], json!([]));
    let (status, answer) = world.get(&format!("{PATH}/{id}")).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("resource_missing")));
    let (status, _) = world.get(&format!("{PATH}?starting_after={id}")).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn after_thirty_days_an_event_is_gone() {
    let world = World::new().await;
    paid(&world, "card").await;
    let id = texts(&list(&world, "").await, "id").remove(0);
    world.order("clock", json!({ "advance_s": DAYS_30_S - 60 })).await;
    assert_eq!(texts(&list(&world, "").await, "id").len(), 3);
    world.order("clock", json!({ "advance_s": 120 })).await;
    assert_eq!(list(&world, "").await["data"], json!([]));
    assert_eq!(world.get(&format!("{PATH}/{id}")).await.0, 404);
    assert_eq!(world.get(&format!("{PATH}?ending_before={id}")).await.0, 400);
    assert_eq!(world.events().await.len(), 3, "the controls still show them");
}

#[tokio::test]
async fn faults_hit_the_list_and_the_next_try_works() {
    let cases = [
        ("error_before_commit", Some(500)),
        ("error_after_commit", Some(500)),
        ("rate_limit", Some(429)),
        ("hang_after_commit", Some(200)),
        ("garble_after_commit", Some(200)),
        ("drop_before_commit", None),
        ("drop_after_commit", None),
    ];
    let world = World::new().await;
    paid(&world, "card").await;
    for (kind, expected) in cases {
        let fault = json!({
            "account": "acct_one", "operation": "events.list", "kind": kind, "hang_ms": 50,
        });
        world.order("faults", fault).await;
        let first = match world.send(Method::GET, PATH, "", "").await {
            Err(_) => None,
            Ok(answer) => Some(read(answer).await),
        };
        assert_eq!(first.as_ref().map(|(status, _)| *status), expected, "{kind}");
        let garbled = first.is_some_and(|(_, body)| body.is_string());
        assert_eq!(garbled, kind == "garble_after_commit", "{kind}");
        assert_eq!(texts(&list(&world, "").await, "id").len(), 3, "{kind}");
    }
}

#[tokio::test]
async fn in_process_it_is_a_request_like_any_other() {
    let stripe = InProcess::start(Config::default(), 7, 1_700_000_000).unwrap();
    let api = [
        ("authorization", "Bearer sk_test_any"),
        ("stripe-account", "acct_one"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let api = api.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let call = async |method: &str, path: &str, body: &str| -> Value {
        let answer = stripe.call(method, path, &api, body.into()).await.unwrap().unwrap();
        assert_eq!(answer.status, 200, "{path}");
        serde_json::from_slice(&answer.body).unwrap()
    };
    let session = call("POST", "/v1/checkout/sessions", SESSION).await;
    let id = session["id"].as_str().unwrap();
    call("POST", &format!("/_control/pay/{id}"), "{\"method\":\"us_bank_account\"}").await;
    call("POST", &format!("/_control/settle/{id}"), "{}").await;
    let list = call("GET", "/v1/events?limit=100&created[gte]=1700000000", "").await;
    let mut listed = texts(&list, "id");
    listed.reverse();
    let emitted = stripe.emitted("acct_one", 0).into_iter().map(|event| event.id);
    assert_eq!(listed, emitted.collect::<Vec<_>>());
    assert_eq!(listed.len(), 5);
}
