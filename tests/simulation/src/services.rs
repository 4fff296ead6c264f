//! What is behind the network: DynamoDB in process, the Stripe stand-in, and the little that we
//! use of EventBridge, SES and S3. Must never fail by itself: that is the network's part.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use stripe_stand_in::{Config, InProcess};

use crate::meter::Meter;
use crate::table::Table;
use crate::wire::{Answer, Wire};

pub(crate) const TABLE: &str = "table.invalid";
pub(crate) const STRIPE: &str = "stripe.invalid";
pub(crate) const BUS: &str = "bus.invalid";
pub(crate) const MAIL: &str = "mail.invalid";
pub(crate) const FILES: &str = "files.invalid";

/// All services of one simulation; clones are the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Services(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    table: Table,
    stripe: InProcess,
    meter: Meter,
    seen: Mutex<Seen>,
}

/// What the services were given.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Timeline items as the table's stream carries them, oldest first.
    pub(crate) stream: Vec<Value>,
    /// Events that the bus took: detail.
    pub(crate) published: Vec<Value>,
    /// Mails that SES took: recipients.
    pub(crate) mails: Vec<String>,
    /// Sessions that a payer was sent to. One that nobody has the address of cannot be paid.
    disclosed: BTreeSet<String>,
    /// The most of these that were open at once.
    pub(crate) open_sessions_max: usize,
    objects: BTreeMap<String, Object>,
}

/// A file in the bucket.
#[derive(Clone, Debug)]
struct Object {
    /// As the header `x-amz-meta-name` carries it.
    name: String,
    body: Vec<u8>,
}

impl Services {
    pub(crate) fn new(table: Table, seed: u64) -> Self {
        let config = Config::default();
        let stripe = InProcess::start(config, seed, crate::time::BEGIN_S).unwrap();
        Self(Arc::new(Inner { table, stripe, meter: Meter::default(), seen: Mutex::default() }))
    }

    /// What a bill would be made from.
    pub(crate) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    pub(crate) fn table(&self) -> &Table {
        &self.0.table
    }

    /// The stand-in, with its clock at now.
    pub(crate) fn stripe(&self) -> &InProcess {
        self.0.stripe.at(crate::time::now().as_second());
        &self.0.stripe
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap()
    }

    /// Answers a request; none if the service itself cut the connection.
    pub(crate) async fn serve(&self, wire: &Wire) -> Option<Answer> {
        let answer = match wire.host.as_str() {
            TABLE => Some(self.serve_table(wire)),
            STRIPE => self.serve_stripe(wire).await,
            BUS => Some(self.serve_bus(wire)),
            MAIL => Some(self.serve_mail(wire)),
            FILES => Some(self.serve_files(wire)),
            other => panic!("nobody listens at {other}"),
        };
        self.0.meter.note(wire, answer.as_ref());
        answer
    }

    fn serve_table(&self, wire: &Wire) -> Answer {
        let operation = wire.header("x-amz-target").rsplit('.').next().unwrap_or_default();
        let body = std::str::from_utf8(&wire.body).unwrap();
        let asked = self.0.meter.in_detail(body);
        match self.0.table.serve(operation, asked.as_deref().unwrap_or(body)) {
            Ok(answer) => {
                self.seen().stream.extend(entries_written(operation, body));
                Answer::json(200, answer.into_bytes())
            }
            Err((status, answer)) => Answer::json(status, answer.into_bytes()),
        }
    }

    async fn serve_stripe(&self, wire: &Wire) -> Option<Answer> {
        let answer = self
            .stripe()
            .call(&wire.method, &wire.path, &wire.headers, wire.body.clone())
            .await
            .unwrap();
        self.count_open();
        let answer = answer?;
        let headers = vec![("request-id", answer.request_id)];
        Some(Answer { status: answer.status, headers, body: answer.body })
    }

    /// A payer is sent to that session.
    pub(crate) fn disclose(&self, session: &str) {
        self.seen().disclosed.insert(session.to_owned());
        self.count_open();
    }

    /// The sessions that a payer could pay in now.
    pub(crate) fn payable(&self) -> Vec<String> {
        let open = self.stripe().open_sessions(crate::bench::ACCOUNT);
        let seen = self.seen();
        open.into_iter().filter(|session| seen.disclosed.contains(session)).collect()
    }

    fn count_open(&self) {
        let open = self.payable().len();
        let mut seen = self.seen();
        seen.open_sessions_max = seen.open_sessions_max.max(open);
    }

    fn serve_bus(&self, wire: &Wire) -> Answer {
        let sent: Value = serde_json::from_slice(&wire.body).unwrap();
        let entries = sent["Entries"].as_array().unwrap();
        let taken: Vec<_> = entries.iter().map(|_| json!({ "EventId": "1" })).collect();
        let detail = |entry: &Value| serde_json::from_str(entry["Detail"].as_str().unwrap());
        self.seen().published.extend(entries.iter().map(|entry| detail(entry).unwrap()));
        let answer = json!({ "FailedEntryCount": 0, "Entries": taken });
        Answer::json(200, answer.to_string().into_bytes())
    }

    fn serve_mail(&self, wire: &Wire) -> Answer {
        let to = form_urlencoded::parse(&wire.body).find_map(|(name, value)| {
            (name == "Destinations.member.1").then(|| value.into_owned())
        });
        self.seen().mails.push(to.unwrap());
        let body = "<SendRawEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\">\
                    <SendRawEmailResult><MessageId>1</MessageId></SendRawEmailResult>\
                    </SendRawEmailResponse>";
        let headers = vec![("content-type", "text/xml".to_owned())];
        Answer { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    fn serve_files(&self, wire: &Wire) -> Answer {
        let key = wire.path.split('?').next().unwrap_or_default().to_owned();
        let mut seen = self.seen();
        let object = match wire.method.as_str() {
            "PUT" => {
                let name = wire.header("x-amz-meta-name").to_owned();
                seen.objects.insert(key, Object { name, body: wire.body.clone() });
                Some(Object { name: String::new(), body: Vec::new() })
            }
            _ => seen.objects.get(&key).cloned(),
        };
        let status = if object.is_some() { 200 } else { 404 };
        let (name, body) = object.map(|found| (found.name, found.body)).unwrap_or_default();
        let headers = vec![
            ("etag", "\"1\"".to_owned()),
            ("content-length", body.len().to_string()),
            ("x-amz-version-id", "1".to_owned()),
            ("x-amz-meta-name", name),
        ];
        Answer { status, headers, body }
    }

    /// Puts a file there as a payer's browser does, past our functions; `name` as the ticket says.
    pub(crate) fn upload(&self, key: &str, name: &str, body: &[u8]) {
        let object = Object { name: name.to_owned(), body: body.to_vec() };
        self.seen().objects.insert(format!("/bucket/{key}"), object);
    }
}

/// The timeline items that a write has put, as the stream would carry them.
fn entries_written(operation: &str, body: &str) -> Vec<Value> {
    if !matches!(operation, "TransactWriteItems" | "PutItem") {
        return Vec::new();
    }
    let sent: Value = serde_json::from_str(body).unwrap();
    let puts: Vec<&Value> = match operation {
        "PutItem" => vec![&sent["Item"]],
        _ => sent["TransactItems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["Put"]["Item"])
            .collect(),
    };
    let is_entry = |item: &&Value| item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("T#"));
    puts.into_iter().filter(is_entry).cloned().collect()
}
