//! The emulator's own API, spoken plainly: items, functions, operators, logs, queues.
//! Must never be used to do what the product should do; only to set a scene or to look.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::Stack;

/// Log lines in one answer.
const LINES_MAX: usize = 10_000;

/// A call that is answered by a server error is made again this often.
const CALLS_MAX: usize = 4;

/// A client of the emulator.
#[derive(Clone, Debug)]
pub struct Aws {
    pub(crate) stack: Stack,
    http: reqwest::Client,
    started_ms: i64,
}

impl Aws {
    /// A client of the stack's emulator.
    #[expect(clippy::disallowed_methods, reason = "a story reads the log from its own start on")]
    pub fn new(stack: Stack) -> Self {
        let started_ms = jiff::Timestamp::now().as_millisecond();
        Self { stack, http: reqwest::Client::new(), started_ms }
    }

    pub(crate) async fn call(&self, service: &str, target: &str, body: Value) -> Value {
        // The emulator's own tables are not safe from stories that run side by side: now and
        // then it answers 500 to a call that is right.
        for _ in 0..CALLS_MAX {
            let (status, text) = self.call_once(service, target, &body).await;
            if status.is_server_error() {
                continue;
            }
            assert!(status.is_success(), "{target}: {status} {text}");
            return serde_json::from_str(&text).unwrap_or(Value::Null);
        }
        panic!("{target}: {CALLS_MAX} server errors in a row");
    }

    pub(crate) async fn call_once(
        &self,
        service: &str,
        target: &str,
        body: &Value,
    ) -> (reqwest::StatusCode, String) {
        let answer = self
            .http
            .post(self.stack.text("aws_endpoint"))
            .header("X-Amz-Target", target)
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("Authorization", authorization(service))
            .body(body.to_string())
            .send()
            .await
            .expect("the emulator answers");
        (answer.status(), answer.text().await.expect("a body"))
    }

    /// Verifies a sender's address with SES, as a seller does once.
    pub async fn verify_sender(&self, address: &str) {
        let call = self.http.post(self.stack.text("aws_endpoint"));
        let call = call
            .header("Authorization", authorization("ses"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(format!("Action=VerifyEmailIdentity&Version=2010-12-01&EmailAddress={address}"));
        let answer = call.send().await.expect("the emulator answers");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// Puts an item of strings and booleans.
    pub async fn put_item(&self, fields: Value) {
        let fields = fields.as_object().expect("an object");
        let item: serde_json::Map<String, Value> = fields
            .iter()
            .map(|(name, value)| {
                let kind = if value.is_boolean() { "BOOL" } else { "S" };
                (name.clone(), json!({ kind: value }))
            })
            .collect();
        let body = json!({ "TableName": self.stack.text("table"), "Item": item });
        self.call("dynamodb", "DynamoDB_20120810.PutItem", body).await;
    }

    /// The first items of those invoices, as they are stored; 100 at most.
    pub async fn invoice_items(&self, ids: &[String]) -> Vec<Value> {
        let key = |id: &String| json!({ "pk": { "S": format!("INVOICE#{id}") }, "sk": { "S": "1#invoice" } });
        let keys: Vec<Value> = ids.iter().map(key).collect();
        let table = self.stack.text("table");
        let body = json!({ "RequestItems": { &table: { "Keys": keys } } });
        let page = self.call("dynamodb", "DynamoDB_20120810.BatchGetItem", body).await;
        page["Responses"][&table].as_array().cloned().unwrap_or_default()
    }

    /// Puts items as they were read; 25 at most.
    pub async fn put_back(&self, items: &[Value]) {
        let put = |item: &Value| json!({ "PutRequest": { "Item": item } });
        let puts: Vec<Value> = items.iter().map(put).collect();
        let body = json!({ "RequestItems": { self.stack.text("table"): puts } });
        self.call("dynamodb", "DynamoDB_20120810.BatchWriteItem", body).await;
    }

    /// Changes an item in place, to set the scene that only time would make.
    pub async fn update_item(&self, key: (&str, &str), expression: &str, values: Value) {
        let mut body = json!({
            "TableName": self.stack.text("table"),
            "Key": { "pk": { "S": key.0 }, "sk": { "S": key.1 } },
            "UpdateExpression": expression,
            "ExpressionAttributeValues": values,
        });
        // A word that DynamoDB keeps for itself.
        if expression.contains("#date") {
            body["ExpressionAttributeNames"] = json!({ "#date": "date" });
        }
        self.call("dynamodb", "DynamoDB_20120810.UpdateItem", body).await;
    }

    /// Deletes an item, as TTL would.
    pub async fn delete_item(&self, key: (&str, &str)) {
        let body = json!({
            "TableName": self.stack.text("table"),
            "Key": { "pk": { "S": key.0 }, "sk": { "S": key.1 } },
        });
        self.call("dynamodb", "DynamoDB_20120810.DeleteItem", body).await;
    }

    /// All items of a partition.
    pub async fn partition(&self, pk: &str) -> Vec<Value> {
        let body = json!({
            "TableName": self.stack.text("table"),
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": { ":pk": { "S": pk } },
            "ConsistentRead": true,
        });
        let page = self.call("dynamodb", "DynamoDB_20120810.Query", body).await;
        page["Items"].as_array().cloned().unwrap_or_default()
    }

    /// Runs a function as its schedule would.
    pub async fn invoke(&self, binary: &str) -> Value {
        self.invoke_with(binary, &json!({ "source": "aws.scheduler" })).await
    }

    /// Runs a function with an event; its answer, also if it failed.
    pub async fn invoke_with(&self, binary: &str, event: &Value) -> Value {
        let (endpoint, name) = (self.stack.text("aws_endpoint"), self.stack.function(binary));
        let url = format!("{endpoint}/2015-03-31/functions/{name}/invocations");
        let call = self.http.post(url).header("Authorization", authorization("lambda"));
        let answer = call.body(event.to_string()).send().await;
        let text = answer.expect("the emulator answers").text().await.expect("a body");
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    }

    /// Every line that the functions have logged since this client was made, which a story does
    /// first. The emulator answers with the oldest lines of a time and never says that there
    /// are more, so a full page is followed by one from its last instant on.
    pub async fn logs(&self) -> Vec<String> {
        let mut lines = BTreeSet::new();
        let mut from_ms = self.started_ms;
        // Bounded: far more pages than a run can fill.
        for _ in 0..100 {
            let body = json!({ "logGroupName": self.stack.text("log_group"),
                               "limit": LINES_MAX, "startTime": from_ms });
            let page = self.call("logs", "Logs_20140328.FilterLogEvents", body).await;
            let events = page["events"].as_array().cloned().unwrap_or_default();
            for event in &events {
                let at_ms = event["timestamp"].as_i64().unwrap_or_default();
                from_ms = from_ms.max(at_ms);
                let line = event["message"].as_str().unwrap_or_default().to_owned();
                lines.insert((at_ms, line));
            }
            if events.len() < LINES_MAX {
                return lines.into_iter().map(|(_, line)| line).collect();
            }
        }
        panic!("more log lines than can be read");
    }

    /// A secret's value, by its name in the stack file.
    pub async fn secret(&self, name: &str) -> String {
        let body = json!({ "SecretId": self.stack.text(name) });
        let found = self.call("secretsmanager", "secretsmanager.GetSecretValue", body).await;
        found["SecretString"].as_str().expect("a text").to_owned()
    }

    /// Puts a message into a queue of the stack file; its id.
    pub async fn send(&self, queue: &str, message: &str) -> String {
        let body = json!({ "QueueUrl": self.stack.text(queue), "MessageBody": message });
        let sent = self.call("sqs", "AmazonSQS.SendMessage", body).await;
        sent["MessageId"].as_str().expect("an id").to_owned()
    }

    /// Up to ten messages of a queue, which stay in it; the next look shows others.
    pub async fn peek(&self, queue: &str) -> Vec<String> {
        let body = json!({ "QueueUrl": self.stack.text(queue), "MaxNumberOfMessages": 10,
                           "VisibilityTimeout": 2 });
        let found = self.call("sqs", "AmazonSQS.ReceiveMessage", body).await;
        let messages = found["Messages"].as_array().cloned().unwrap_or_default();
        messages.iter().map(|one| one["Body"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// How long a message that failed stays hidden before it is tried again.
    pub async fn hide_failed(&self, queue: &str, seconds: u32) {
        let body = json!({ "QueueUrl": self.stack.text(queue),
                           "Attributes": { "VisibilityTimeout": seconds.to_string() } });
        self.call("sqs", "AmazonSQS.SetQueueAttributes", body).await;
    }

    /// How many messages wait in a queue of the stack file.
    pub async fn waiting(&self, queue: &str) -> u64 {
        let body = json!({ "QueueUrl": self.stack.text(queue),
                           "AttributeNames": ["ApproximateNumberOfMessages"] });
        let answer = self.call("sqs", "AmazonSQS.GetQueueAttributes", body).await;
        let count = answer["Attributes"]["ApproximateNumberOfMessages"].as_str();
        count.and_then(|count| count.parse().ok()).unwrap_or_default()
    }
}

/// The emulator reads the service from the scope and does not check the signature.
fn authorization(service: &str) -> String {
    let scope = format!("test/20260101/us-east-1/{service}/aws4_request");
    format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
}
