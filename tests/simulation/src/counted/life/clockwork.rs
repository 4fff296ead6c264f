//! Time: days go by, and each schedule that would find the invoice due runs then.
//! Must never count a run that finds nothing: those are the same with no invoice at all.
use std::time::Duration;

use serde_json::{Value, json};

use super::Life;
use crate::meter::Counts;
use crate::table;
use crate::time::{moment, now};

/// A schedule that runs this often sees what fell due since. Source: `template.yaml`; that of the
/// links runs every 15 minutes and the cadence's every minute, which changes no count.
const TICK_S: i64 = 300;
/// Buckets that each run looks into, with one request and half a read unit each.
const BUCKETS: u64 = 4;
/// The meter's word for the list of an account's events.
const LIST: &str = "stripe list of events";
/// Times that anything falls due in one life, far more than there are.
const RUNS_MAX: usize = 2_000;

impl Life<'_> {
    /// Goes on for so many days.
    pub(in crate::counted) async fn days(&self, days: u32) {
        let end_s = now().as_second() + i64::from(days) * 86_400;
        for _ in 0..RUNS_MAX {
            let next_s = self.next_due_s().map(|due_s| (due_s / TICK_S + 1) * TICK_S);
            let Some(next_s) = next_s.filter(|next_s| *next_s <= end_s) else {
                return sleep_until(end_s).await;
            };
            sleep_until(next_s).await;
            self.all_schedules().await;
        }
        panic!("something is due again and again");
    }

    /// Goes on for so many ticks, whether or not anything falls due in the index.
    pub(in crate::counted) async fn ticks(&self, ticks: u32) {
        for _ in 0..ticks {
            sleep_until((now().as_second() / TICK_S + 1) * TICK_S).await;
            self.all_schedules().await;
        }
    }

    async fn all_schedules(&self) {
        let (store, stripe) = (self.bench.store(), &self.bench.till.stripe);
        let reconcile = payment_reconciler::reconcile(store, stripe, moment());
        self.run("payment-reconciler", reconcile).await;
        self.settle().await;
        self.run("expiry-sweeper", expiry_sweeper::sweep(store, moment())).await;
        self.settle().await;
        self.run("cadence-sender", cadence_sender::send_due(store, moment())).await;
        self.settle().await;
        self.run("case-clock", case_clock::sweep(store, moment())).await;
        self.settle().await;
    }

    /// When something falls due next, past all functions.
    fn next_due_s(&self) -> Option<i64> {
        let scan = json!({ "TableName": table::NAME }).to_string();
        let services = self.bench.net.services();
        let found: Value =
            serde_json::from_str(&services.table().serve("Scan", &scan).unwrap()).unwrap();
        let items = found["Items"].as_array().unwrap().iter();
        items.filter_map(|item| item["due_at"]["N"].as_str()?.parse().ok()).min()
    }
}

/// What a run has used for what was due, without looking for it: one look into each bucket; and
/// the reconciler's into the watched accounts, with one question for each.
pub(super) fn without_looking(function: &str, mut counts: Counts) -> Counts {
    let mut looks = BUCKETS;
    let mut looking = Counts::default();
    if function == "payment-reconciler" {
        looks += 1;
        if counts.requests.contains_key(LIST) {
            looking.requests =
                [LIST, "dynamodb UpdateItem"].map(|what| (what.to_owned(), 1)).into();
            looking.write_units = [("table".to_owned(), 1)].into();
        }
    }
    looking.requests.insert("dynamodb Query".to_owned(), looks);
    looking.read_halves = looks;
    counts.without(&looking);
    counts
}

async fn sleep_until(second: i64) {
    let left = u64::try_from((second - now().as_second()).max(0)).unwrap();
    tokio::time::sleep(Duration::from_secs(left)).await;
}
