//! What one request has cost at the table, for its log line. Must never be an answer's matter.
use crate::store::InvoiceStore;

/// Round trips and units.
#[derive(Debug, Default)]
pub(super) struct Spent {
    pub(super) round_trips: u64,
    pub(super) read_units: f64,
    pub(super) write_units: f64,
}

impl Spent {
    #[expect(clippy::cast_precision_loss, reason = "a few units per request, for the log")]
    pub(super) fn of(store: &InvoiceStore) -> Self {
        let units = store.units();
        Self {
            round_trips: units.round_trips(),
            read_units: units.read_halves() as f64 / 2.0,
            write_units: units.write_halves() as f64 / 2.0,
        }
    }

    pub(super) fn since(&self, before: &Self) -> Self {
        Self {
            round_trips: self.round_trips.saturating_sub(before.round_trips),
            read_units: self.read_units - before.read_units,
            write_units: self.write_units - before.write_units,
        }
    }
}
