//! What a life of an invoice uses, counted: the units that the cost model makes its bill from.
//! Must never let the file differ from what is counted, nor write it unless it is asked to.
mod journeys;
mod life;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::interleavings::{in_simulation, setting};
use journeys::{EXTRAS, JOURNEYS};
use life::{Life, Work};

/// Invoices of the file whose import is counted.
const IMPORTED: u32 = 300;
const UNITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cost/units.json");

/// Counts an import with its first mails being due, then each journey from there on.
async fn count(bench: &std::rc::Rc<crate::bench::Bench>) -> Value {
    let mut journeys = BTreeMap::new();
    journeys.insert("issued", Life::issue(bench, IMPORTED).await.works());
    for (name, journey) in JOURNEYS.into_iter().chain(EXTRAS) {
        let life = Life::begin(bench).await;
        journey(&life).await;
        journeys.insert(name, life.works());
    }
    let journeys: BTreeMap<_, _> =
        journeys.iter().map(|(name, works)| (name, works.iter().map(work).collect())).collect();
    let journeys: BTreeMap<_, Vec<Value>> = journeys;
    json!({
        "note": "Counted by tests/simulation/src/counted.rs; written by `COUNT_COST=1 cargo test --profile local -p plixo-simulation counted`.",
        "issued_together": IMPORTED,
        "journeys": journeys,
    })
}

fn work(work: &Work) -> Value {
    json!({
        "function": work.function,
        "trigger": work.trigger,
        "runs": work.runs,
        "counts": work.counts,
    })
}

#[test]
fn the_cost_model_has_the_units_that_the_handlers_use() {
    let counted = in_simulation(|bench| async move { count(&bench).await });
    if setting("COUNT_COST").is_some() {
        let text = serde_json::to_string_pretty(&counted).unwrap() + "\n";
        std::fs::write(UNITS, text).unwrap();
    }
    let known: Value = serde_json::from_str(&std::fs::read_to_string(UNITS).unwrap()).unwrap();
    let again = "run `COUNT_COST=1 cargo test --profile local -p plixo-simulation counted`, \
                 then `make cost` with WRITE=1, and look at what changed";
    for (name, works) in counted["journeys"].as_object().unwrap() {
        assert_eq!(known["journeys"][name], *works, "{name}: {again}");
    }
    assert_eq!(known, counted, "{again}");
}
