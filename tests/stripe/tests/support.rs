//! A stand-in for each test, a client on its own account, and a receiver that remembers.
//! It must never share state between tests.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest::{Client, Method, Response};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stripe_stand_in::{Config, Endpoint, Running, start};
use tokio::net::TcpListener;

pub(crate) const SECRET: &str = "whsec_for_these_tests";

/// A stand-in and a client that speaks for one connected account.
pub(crate) struct World {
    running: Running,
    http: Client,
    pub(crate) account: String,
}

/// The parameters of a plain session.
pub(crate) const SESSION: &str = "mode=payment\
&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=125000\
&line_items[0][price_data][product_data][name]=Invoice+1&line_items[0][quantity]=1\
&allowed_payment_method_types[0]=card&allowed_payment_method_types[1]=us_bank_account\
&success_url=http://seller.test/back?s={CHECKOUT_SESSION_ID}&cancel_url=http://seller.test/no\
&client_reference_id=attempt-1&metadata[invoice]=I1&payment_intent_data[metadata][invoice]=I1";

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let running = start(config).await.unwrap();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { running, http, account: "acct_one".to_owned() }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }

    /// An API request, with an idempotency key or "".
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: &str,
        key: &str,
    ) -> reqwest::Result<Response> {
        let mut request = self
            .http
            .request(method, self.url(path))
            .bearer_auth("sk_test_any")
            .header("stripe-account", &self.account);
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        if !body.is_empty() {
            let kind = "application/x-www-form-urlencoded";
            request = request.header("content-type", kind).body(body.to_owned());
        }
        request.send().await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> (u16, Value) {
        read(self.send(Method::POST, path, body, "").await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        read(self.send(Method::GET, path, "", "").await.unwrap()).await
    }

    /// A plain open session.
    pub(crate) async fn session(&self) -> Value {
        let (status, session) = self.post("/v1/checkout/sessions", SESSION).await;
        assert_eq!(status, 200, "{session}");
        session
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> (u16, Value) {
        let url = self.url(&format!("/_control/{path}"));
        read(self.http.post(url).json(&body).send().await.unwrap()).await
    }

    /// A control that must work.
    pub(crate) async fn order(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(crate) async fn events(&self) -> Vec<Value> {
        let url = self.url(&format!("/_control/events?account={}", self.account));
        let (_, mut answer) = read(self.http.get(url).send().await.unwrap()).await;
        serde_json::from_value(answer["events"].take()).unwrap()
    }

    pub(crate) async fn event_types(&self) -> Vec<String> {
        let events = self.events().await;
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn ledger(&self) -> Value {
        let url = self.url(&format!("/_control/ledger?account={}", self.account));
        read(self.http.get(url).send().await.unwrap()).await.1
    }

    /// A page's HTML, or a form sent with an empty body.
    pub(crate) async fn page(&self, method: Method, path: &str, form: &str) -> Response {
        let kind = "application/x-www-form-urlencoded";
        let request = self.http.request(method, self.url(path)).header("content-type", kind);
        request.body(form.to_owned()).send().await.unwrap()
    }
}

pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// What arrived: signature header and raw body.
pub(crate) type Arrived = (String, String);

/// A receiver that answers with the given statuses in turn, then 200.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    statuses: Arc<Mutex<VecDeque<u16>>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    pub(crate) url: String,
}

impl Receiver {
    pub(crate) async fn answering(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let statuses = Arc::new(Mutex::new(statuses.iter().copied().collect()));
        let receiver = Self { statuses, url, ..Self::default() };
        let router = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub(crate) fn config(&self) -> Config {
        let endpoint = Endpoint { url: self.url.clone(), secret: SECRET.to_owned() };
        Config { endpoints: vec![endpoint], retry_ms: vec![1, 1, 1], ..Config::default() }
    }

    /// Everything that arrived, once there are so many; fails after five seconds.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Arrived> {
        let enough = async {
            while self.arrived.lock().unwrap().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(5), enough).await;
        let arrived = self.arrived.lock().unwrap().clone();
        assert!(waited.is_ok(), "{count} expected, {} arrived", arrived.len());
        arrived
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    receiver.arrived.lock().unwrap().push((signature, body));
    let status = receiver.statuses.lock().unwrap().pop_front().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}
