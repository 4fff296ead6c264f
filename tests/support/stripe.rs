//! The Stripe stand-in's controls, scoped to one connected account.
//! Must never touch what all stories share, such as its clock.
use serde_json::{Value, json};

use crate::Stack;

/// The stand-in, seen from one account.
#[derive(Clone, Debug)]
pub struct StandIn {
    stack: Stack,
    http: reqwest::Client,
    account: String,
}

impl StandIn {
    /// The stand-in with an account of the story's own.
    pub async fn with_account(stack: Stack, account: &str, country: &str) -> Self {
        let stand_in = Self { stack, http: reqwest::Client::new(), account: account.to_owned() };
        let details = json!({ "id": account, "country": country, "name": "Seller" });
        stand_in.control("accounts", details).await;
        stand_in
    }

    /// A control; its answer.
    pub async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_control/{path}", self.stack.text("stripe"));
        let answer = self.http.post(url).body(body.to_string());
        let answer = answer.header("content-type", "application/json").send().await;
        let answer = answer.expect("the stand-in answers");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Pays a session by card.
    pub async fn pay(&self, session: &str) {
        self.control(&format!("pay/{session}"), json!({ "method": "card" })).await;
    }

    /// Pays a session from a bank account; the money is on its way.
    pub async fn pay_by_bank(&self, session: &str) {
        self.control(&format!("pay/{session}"), json!({ "method": "us_bank_account" })).await;
    }

    /// What happens to this account's webhooks: `deliver`, `hold` or `drop`.
    pub async fn webhooks(&self, mode: &str) {
        self.control("webhooks", json!({ "account": self.account, "mode": mode })).await;
    }

    /// The account's events of a kind, each with its payload; all of them for an empty kind.
    pub async fn events(&self, kind: &str) -> Vec<Value> {
        let filter = if kind.is_empty() { String::new() } else { format!("&type={kind}") };
        let found = self.get(&format!("events?account={}{filter}", self.account)).await;
        found["events"].as_array().cloned().unwrap_or_default()
    }

    /// Payments, refunds and disputes as the account's books have them.
    pub async fn ledger(&self) -> Value {
        self.get(&format!("ledger?account={}", self.account)).await
    }

    /// The next `count` requests of an operation fail in that way.
    pub async fn fault(&self, operation: &str, kind: &str, count: u32) {
        let fault = json!({ "account": self.account, "operation": operation, "kind": kind,
                            "count": count, "hang_ms": 8_000 });
        self.control("faults", fault).await;
    }

    /// A signature header for a hand-made event.
    pub async fn sign(&self, payload: &str) -> String {
        let answer = self.control("sign", json!({ "payload": payload })).await;
        answer["header"].as_str().expect("a header").to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}/_control/{path}", self.stack.text("stripe"));
        let answer = self.http.get(url).send().await.expect("the stand-in answers");
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
    }
}
