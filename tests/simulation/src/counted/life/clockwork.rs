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

/// What a run has used for what was due, without looking for it.
pub(super) fn without_looking(mut counts: Counts) -> Counts {
    let requests = [("dynamodb Query".to_owned(), BUCKETS)].into();
    let looking = Counts { read_halves: BUCKETS, requests, ..Counts::default() };
    counts.without(&looking);
    counts
}

async fn sleep_until(second: i64) {
    let left = u64::try_from((second - now().as_second()).max(0)).unwrap();
    tokio::time::sleep(Duration::from_secs(left)).await;
}
