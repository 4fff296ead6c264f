//! What is asked of each service, in the units its bill is made from.
//! Must never guess: units are what the table reports of each request.
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde::Serialize;
use serde_json::{Value, json};

use crate::services::{BUS, FILES, MAIL, STRIPE, TABLE};
use crate::wire::{Answer, Wire};

/// Counts while somebody wants to know; costs nothing otherwise.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Option<Counts>>);

/// What a piece of work has used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Write units, by `table` or index.
    pub(crate) write_units: BTreeMap<String, u64>,
    /// Read units in halves.
    pub(crate) read_halves: u64,
    /// Requests, by service and operation.
    pub(crate) requests: BTreeMap<String, u64>,
    /// Events that the bus was given.
    pub(crate) events: u64,
}

impl Meter {
    /// Counts from nothing.
    pub(crate) fn start(&self) {
        *self.state() = Some(Counts::default());
    }

    /// What was counted since; from here on nothing is.
    pub(crate) fn stop(&self) -> Counts {
        self.state().take().unwrap_or_default()
    }

    /// The table's request, asking for its indexes one by one; none while nobody counts.
    pub(crate) fn in_detail(&self, body: &str) -> Option<String> {
        self.state().as_ref()?;
        let mut request: Value = serde_json::from_str(body).unwrap();
        request["ReturnConsumedCapacity"] = json!("INDEXES");
        Some(request.to_string())
    }

    pub(crate) fn note(&self, wire: &Wire, answer: Option<&Answer>) {
        if let (Some(counts), Some(answer)) = (self.state().as_mut(), answer) {
            counts.note(wire, answer);
        }
    }

    fn state(&self) -> MutexGuard<'_, Option<Counts>> {
        self.0.lock().unwrap()
    }
}

impl Counts {
    /// Adds what another piece of work has used.
    pub(crate) fn add(&mut self, more: Self) {
        for (place, units) in more.write_units {
            *self.write_units.entry(place).or_default() += units;
        }
        for (what, times) in more.requests {
            *self.requests.entry(what).or_default() += times;
        }
        self.read_halves += more.read_halves;
        self.events += more.events;
    }

    /// Leaves out what a schedule's run that finds nothing due has used.
    pub(crate) fn without(&mut self, idle: &Self) {
        self.read_halves -= idle.read_halves;
        for (place, units) in &idle.write_units {
            *self.write_units.get_mut(place).unwrap() -= units;
        }
        self.write_units.retain(|_, units| *units > 0);
        for (what, times) in &idle.requests {
            let all = self.requests.get_mut(what).unwrap();
            *all -= times;
        }
        self.requests.retain(|_, times| *times > 0);
    }

    fn note(&mut self, wire: &Wire, answer: &Answer) {
        let operation = wire.header("x-amz-target").rsplit('.').next().unwrap_or_default();
        let what = match wire.host.as_str() {
            TABLE => format!("dynamodb {operation}"),
            BUS => "events PutEvents".to_owned(),
            MAIL => "ses SendRawEmail".to_owned(),
            FILES => format!("s3 {}", wire.method),
            STRIPE if wire.path.starts_with("/v1/events?") => "stripe list of events".to_owned(),
            STRIPE => "stripe".to_owned(),
            other => panic!("nobody bills for {other}"),
        };
        *self.requests.entry(what).or_default() += 1;
        match wire.host.as_str() {
            TABLE => self.note_table(operation, answer),
            BUS => {
                let sent: Value = serde_json::from_slice(&wire.body).unwrap();
                self.events += u64::try_from(sent["Entries"].as_array().unwrap().len()).unwrap();
            }
            _ => {}
        }
    }

    fn note_table(&mut self, operation: &str, answer: &Answer) {
        let told: Value = serde_json::from_slice(&answer.body).unwrap();
        // A refused condition costs its writes, and no answer says how much.
        assert_eq!(answer.status, 200, "a life in calm meets no refusal: {told}");
        let capacity = &told["ConsumedCapacity"];
        let all = capacity.as_array().cloned().unwrap_or_else(|| vec![capacity.clone()]);
        for one in all {
            if matches!(operation, "GetItem" | "Query" | "BatchGetItem") {
                self.read_halves += halves(&one);
                continue;
            }
            let table = ("table".to_owned(), &one["Table"]);
            let indexes = one["GlobalSecondaryIndexes"].as_object().into_iter().flatten();
            let indexes = indexes.map(|(name, units)| (name.clone(), units));
            for (place, units) in std::iter::once(table).chain(indexes) {
                let halves = halves(units);
                assert_eq!(halves % 2, 0, "no write costs half a unit");
                *self.write_units.entry(place).or_default() += halves / 2;
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "DynamoDB reports small multiples of one half as a float"
)]
fn halves(capacity: &Value) -> u64 {
    (capacity["CapacityUnits"].as_f64().unwrap() * 2.0).round() as u64
}
