//! `Idempotency-Key` on the real table: one effect, one answer, nothing that the table tells.
//! Must never wait: time is given.
use std::cell::Cell;
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Moment;
use jiff::{SignedDuration, Timestamp};
use lambda_http::Request;
use platform::Fault;
use platform::http::Reply;
use platform::idempotency::once;
use platform::store::InvoiceStore;
use serde_json::{Value, json};
use ulid::Ulid;

use crate::invoices::moment;
use crate::table::Table;

const LINK: &str = "https://pay.example/p/AQGT0kenOfAPayLink";

/// A write of an operator's with this key.
#[derive(Clone, Copy)]
struct Sent<'a> {
    key: &'a str,
    operator: &'a str,
    path: &'a str,
    body: &'a str,
}

const SENT: Sent<'_> =
    Sent { key: "3f6c0f6e", operator: "operator-1", path: "/invoices/1/link", body: "{}" };

impl Sent<'_> {
    fn request(self) -> Request {
        self.request_with(&json!([self.key]), "POST")
    }

    fn request_with(self, keys: &Value, method: &str) -> Request {
        let event = json!({
            "resource": "/invoices/{id}/link", "path": self.path, "httpMethod": method,
            "headers": {},
            "multiValueHeaders": {
                "idempotency-key": keys, "content-type": ["application/json"],
            },
            "queryStringParameters": Value::Null, "multiValueQueryStringParameters": Value::Null,
            "pathParameters": { "id": "1" }, "stageVariables": Value::Null,
            "requestContext": {
                "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
                "identity": { "sourceIp": "127.0.0.1" }, "resourcePath": "/invoices/{id}/link",
                "httpMethod": method, "apiId": "a", "path": self.path,
                "authorizer": { "claims": {
                    "sub": self.operator, "custom:tenant": "northwind", "token_use": "id",
                } },
            },
            "body": self.body, "isBase64Encoded": false,
        });
        lambda_http::request::from_str(&event.to_string()).unwrap()
    }
}

/// What a caller sees of an answer.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    kind: String,
    body: Vec<u8>,
    is_replay: bool,
}

fn seen(reply: Reply) -> Seen {
    let response = reply.into_response();
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    Seen {
        status: response.status().as_u16(),
        kind: header("content-type").unwrap_or_default().to_owned(),
        is_replay: header("idempotency-replayed") == Some("true"),
        body: response.body().as_ref().to_vec(),
    }
}

/// Work that counts how often it is done, and says so.
struct Work {
    done: Cell<u32>,
    status: u16,
}

impl Work {
    fn answering(status: u16) -> Self {
        Self { done: Cell::new(0), status }
    }

    async fn sent(&self, store: &InvoiceStore, request: Request, at: Moment) -> Seen {
        let work = async |_, _| {
            self.done.set(self.done.get() + 1);
            if self.status == 503 {
                return Err(Fault::Contended);
            }
            Ok(Reply::json(self.status, &json!({ "pay_link": LINK, "time": self.done.get() })))
        };
        match once(store, request, at, work).await {
            Ok(reply) => seen(reply),
            Err(fault) => seen(Reply::api_fault(&fault, "reference")),
        }
    }
}

fn after(seconds: i64) -> Moment {
    // Another request: other identifiers, too.
    let seed = u128::from(seconds.unsigned_abs()) + 1;
    Moment::new(moment(0).now + SignedDuration::from_secs(seconds), Ulid(seed << 64))
}

#[tokio::test]
async fn the_same_key_twice_is_one_effect_and_the_same_answer() {
    let table = Table::start().await;
    let store = table.store();
    for (status, key) in [(201, "a"), (200, "b"), (202, "c"), (404, "d"), (409, "e"), (422, "f")] {
        let work = Work::answering(status);
        let sent = Sent { key, ..SENT };
        let first = work.sent(&store, sent.request(), after(0)).await;
        assert_eq!((first.status, first.is_replay), (status, false));
        let second = work.sent(&store, sent.request(), after(3_600)).await;
        assert_eq!(work.done.get(), 1, "{status}");
        assert_eq!(second, Seen { is_replay: true, ..first });
    }
}

#[tokio::test]
async fn without_a_key_and_for_another_caller_it_is_done_each_time() {
    let table = Table::start().await;
    let store = table.store();
    let work = Work::answering(201);
    for (times, request) in [
        SENT.request_with(&json!([]), "POST"),
        SENT.request_with(&json!([]), "POST"),
        SENT.request(),
        Sent { operator: "operator-2", ..SENT }.request(),
        Sent { key: "another", ..SENT }.request(),
        SENT.request_with(&json!([SENT.key]), "GET"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = work.sent(&store, request, after(0)).await;
        assert_eq!((answer.status, answer.is_replay), (201, false));
        assert_eq!(work.done.get() as usize, times + 1);
    }
}

#[tokio::test]
async fn a_key_that_stands_for_another_request_is_refused() {
    let table = Table::start().await;
    let store = table.store();
    let work = Work::answering(201);
    work.sent(&store, SENT.request(), after(0)).await;
    for other in [
        Sent { body: "{\"mail\":true}", ..SENT }.request(),
        Sent { path: "/invoices/2/link", ..SENT }.request(),
        SENT.request_with(&json!([SENT.key]), "PUT"),
    ] {
        let answer = work.sent(&store, other, after(1)).await;
        assert_eq!((answer.status, answer.kind.as_str()), (422, "application/problem+json"));
    }
    assert_eq!(work.done.get(), 1);
}

#[tokio::test]
async fn of_two_at_once_one_works_and_the_other_is_told_to_wait() {
    let table = Table::start().await;
    let (store, other) = (table.store(), table.store());
    let done = Cell::new(0);
    let inner = Cell::new(None);
    let work = async |_, _| {
        done.set(done.get() + 1);
        let again = async |_, _| {
            done.set(done.get() + 1);
            Ok(Reply::json(201, &json!({})))
        };
        let second = once(&other, SENT.request(), after(59), again).await?;
        inner.set(Some(second.into_response()));
        Ok(Reply::json(201, &json!({})))
    };
    let first = once(&store, SENT.request(), after(0), work).await.unwrap();
    assert_eq!((first.status(), done.get()), (201, 1));
    let second = inner.take().unwrap();
    assert_eq!(second.status().as_u16(), 409);
    assert!(second.headers().contains_key("retry-after"));
    // Really side by side: whichever comes first, there is one effect.
    let work = Work::answering(201);
    let sent = Sent { key: "side-by-side", ..SENT };
    let attempts = (1..=8).map(|n| {
        let (store, request, work) = (table.store(), sent.request(), &work);
        async move { work.sent(&store, request, after(n)).await.status }
    });
    let statuses = futures_util::future::join_all(attempts).await;
    println!("side by side: {statuses:?}");
    assert_eq!(work.done.get(), 1);
}

#[tokio::test]
async fn an_attempt_that_never_ended_may_be_made_again_after_a_minute() {
    let table = Table::start().await;
    let store = table.store();
    let work = Work::answering(201);
    // Begun, and then the process was gone.
    let dropped = async |_, _| std::future::pending::<Result<Reply, Fault>>().await;
    let mut begun = Box::pin(once(&store, SENT.request(), after(0), dropped));
    while mark(&table).await.is_none() {
        tokio::select! {
            biased;
            _ = &mut begun => unreachable!("it never ends"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(begun);
    for (at_s, status, done) in [(1, 409, 0), (59, 409, 0), (60, 201, 1), (61, 201, 1)] {
        let answer = work.sent(&store, SENT.request(), after(at_s)).await;
        assert_eq!((answer.status, work.done.get()), (status, done), "after {at_s} s");
    }
    let other = Sent { body: "", ..SENT };
    assert_eq!(work.sent(&store, other.request(), after(200)).await.status, 422);
}

#[tokio::test]
async fn an_answer_of_the_moment_is_not_kept() {
    for status in [401, 403, 429, 500, 503] {
        let table = Table::start().await;
        let store = table.store();
        let work = Work::answering(status);
        for times in 1..=2 {
            let answer = work.sent(&store, SENT.request(), after(times)).await;
            assert_eq!((answer.status, answer.is_replay), (status, false));
            assert_eq!(i64::from(work.done.get()), times);
        }
        assert!(!mark(&table).await.unwrap().contains_key("sealed"));
    }
}

#[tokio::test]
async fn an_answer_that_says_when_to_try_again_is_not_in_the_way_of_that_try() {
    let table = Table::start().await;
    let store = table.store();
    let done = Cell::new(0);
    for (at_s, expected) in [(0, (409, false)), (60, (202, false)), (61, (202, true))] {
        let work = async |_, _| {
            done.set(done.get() + 1);
            let too_soon = Reply::problem(409, "Mailed just now", "Give the mail some time.");
            let mailed = Reply::json(202, &json!({ "mailed_to": 1 }));
            Ok(if done.get() == 1 { too_soon.retry_after_s(60) } else { mailed })
        };
        let answer = seen(once(&store, SENT.request(), after(at_s), work).await.unwrap());
        assert_eq!((answer.status, answer.is_replay), expected, "after {at_s} s");
    }
    assert_eq!(done.get(), 2);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let table = Table::start().await;
    let store = table.store();
    let work = Work::answering(201);
    for (at_s, done) in [(0, 1), (24 * 3_600 - 1, 1), (24 * 3_600, 2)] {
        work.sent(&store, SENT.request(), after(at_s)).await;
        assert_eq!(work.done.get(), done, "after {at_s} s");
    }
    let ttl = mark(&table).await.unwrap().remove("ttl_s").unwrap();
    let end: Timestamp = after(48 * 3_600).now;
    assert_eq!(ttl, AttributeValue::N(end.as_second().to_string()), "by TTL, too");
}

#[tokio::test]
async fn faults_row_57_the_table_tells_neither_the_answer_nor_the_key() {
    let table = Table::start().await;
    let store = table.store();
    let secret = "a-key-that-only-the-caller-has";
    let work = Work::answering(201);
    work.sent(&store, Sent { key: secret, ..SENT }.request(), after(0)).await;
    let mark = mark(&table).await.unwrap();
    let AttributeValue::B(sealed) = &mark["sealed"] else { panic!("no sealed answer") };
    assert!(sealed.as_ref().len() > LINK.len());
    let mut bytes = format!("{mark:?}").into_bytes();
    bytes.extend_from_slice(sealed.as_ref());
    for readable in [LINK, "pay_link", "application/json", secret] {
        let found = bytes.windows(readable.len()).any(|part| part == readable.as_bytes());
        assert!(!found, "{readable} can be read");
    }
}

#[tokio::test]
async fn an_unusable_key_is_refused_by_name_and_nothing_is_done() {
    let table = Table::start().await;
    let store = table.store();
    let work = Work::answering(201);
    let long = "k".repeat(256);
    for keys in [json!([""]), json!(["a b"]), json!([long]), json!(["ä"]), json!(["a", "a"])] {
        let answer = work.sent(&store, SENT.request_with(&keys, "POST"), after(0)).await;
        assert_eq!(answer.status, 400, "{keys}");
    }
    assert_eq!(work.done.get(), 0);
    let longest = "k".repeat(255);
    let answer = work.sent(&store, Sent { key: &longest, ..SENT }.request(), after(0)).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn an_answer_too_long_to_keep_is_given_and_the_key_forgotten() {
    let table = Table::start().await;
    let store = table.store();
    let done = Cell::new(0);
    for times in 1..=2 {
        let work = async |_, _| {
            done.set(done.get() + 1);
            Ok(Reply::json(200, &json!({ "rows": "x".repeat(400 * 1024) })))
        };
        let reply = once(&store, SENT.request(), after(times), work).await.unwrap();
        assert_eq!((reply.status(), i64::from(done.get())), (200, times));
    }
    assert!(!mark(&table).await.unwrap().contains_key("sealed"));
}

/// The one mark that the table has.
async fn mark(table: &Table) -> Option<HashMap<String, AttributeValue>> {
    let items = table.everything().await;
    assert!(items.len() <= 1, "{} items", items.len());
    items.into_iter().next()
}
