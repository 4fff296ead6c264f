//! What the store has cost: round trips and capacity units, as DynamoDB reports them.
//! Must never be guessed: a failed condition is the one cost that no answer carries.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// Running totals; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Units(Arc<Totals>);

#[derive(Debug, Default)]
struct Totals {
    round_trips: AtomicU64,
    read_halves: AtomicU64,
    write_halves: AtomicU64,
    failed_conditions: AtomicU64,
}

impl Units {
    /// Requests that were answered.
    pub fn round_trips(&self) -> u64 {
        self.0.round_trips.load(Ordering::Relaxed)
    }

    /// Read units in halves, since an eventually consistent read costs half a unit.
    pub fn read_halves(&self) -> u64 {
        self.0.read_halves.load(Ordering::Relaxed)
    }

    /// Write units in halves, index writes included.
    pub fn write_halves(&self) -> u64 {
        self.0.write_halves.load(Ordering::Relaxed)
    }

    /// Transactions that lost; each has cost its writes all the same.
    pub fn failed_conditions(&self) -> u64 {
        self.0.failed_conditions.load(Ordering::Relaxed)
    }

    pub(super) fn read(&self, capacity: Option<&ConsumedCapacity>) {
        self.0.round_trips.fetch_add(1, Ordering::Relaxed);
        self.0.read_halves.fetch_add(halves(capacity.into_iter()), Ordering::Relaxed);
    }

    pub(super) fn wrote<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        self.0.round_trips.fetch_add(1, Ordering::Relaxed);
        self.0.write_halves.fetch_add(halves(capacity.into_iter()), Ordering::Relaxed);
    }

    pub(super) fn failed_condition(&self) {
        self.0.round_trips.fetch_add(1, Ordering::Relaxed);
        self.0.failed_conditions.fetch_add(1, Ordering::Relaxed);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "DynamoDB reports small multiples of one half as a float"
)]
fn halves<'a>(capacity: impl Iterator<Item = &'a ConsumedCapacity>) -> u64 {
    let units: f64 = capacity.filter_map(ConsumedCapacity::capacity_units).sum();
    (units * 2.0).round() as u64
}
