//! What was counted. Must never be edited by hand: the counting test compares it.
use std::collections::BTreeMap;

use serde::Deserialize;

/// Everything that was counted.
#[derive(Clone, Debug, Deserialize)]
pub struct Units {
    /// Invoices that the journey [`ISSUED`] was counted for.
    pub issued_together: u32,
    /// By name, what each function does in it.
    pub journeys: BTreeMap<String, Vec<Work>>,
}

/// The journey before each of the others: an import, until the first mails are due.
pub const ISSUED: &str = "issued";

/// What one function does in a journey.
#[derive(Clone, Debug, Deserialize)]
pub struct Work {
    /// Its name in the template; `browser` for what is no function.
    pub function: String,
    /// Who calls it.
    pub trigger: Trigger,
    /// Calls of it.
    pub runs: u32,
    /// What they used.
    pub counts: Counts,
}

/// Who calls a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A request through API Gateway.
    Api,
    /// The table's stream.
    Stream,
    /// A queue.
    Queue,
    /// A schedule, whose runs are in the fixed part.
    Schedule,
    /// Nobody: a payer's browser talks to S3.
    Browser,
}

/// What was used.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Counts {
    /// Write units by `table` or index.
    pub write_units: BTreeMap<String, u32>,
    /// Read units in halves.
    pub read_halves: u32,
    /// Requests by service and operation.
    pub requests: BTreeMap<String, u32>,
    /// Events.
    pub events: u32,
}

impl Units {
    /// Those of this folder.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load() -> Result<Self, String> {
        serde_json::from_str(include_str!("../units.json"))
            .map_err(|error| format!("units.json: {error}"))
    }

    /// What is done in a journey.
    ///
    /// # Errors
    /// That there is none of this name.
    pub fn journey(&self, name: &str) -> Result<&[Work], String> {
        let found = self.journeys.get(name).map(Vec::as_slice);
        found.ok_or_else(|| format!("units.json has no journey {name}"))
    }
}

impl Counts {
    /// Requests of one kind.
    pub fn requests_of(&self, what: &str) -> f64 {
        self.requests.get(what).copied().map(f64::from).unwrap_or_default()
    }
}
