//! Publishes timeline entries to the bus: at once from the table's stream, and by a sweep what
//! was never confirmed. Must never lose one: an entry is due until the bus has taken it.
use domain::{Entry, Moment};
use platform::bus::Bus;
use platform::store::{Due, InvoiceStore, Sweep};
use platform::{Fault, worker};
use serde::Deserialize;

/// Entries per bucket and run of the sweep.
const LIMIT: i32 = 100;

/// A batch from the stream. Source: AWS docs "DynamoDB Streams record", seen 2026-11.
#[derive(Debug, Deserialize)]
pub struct StreamBatch {
    #[serde(rename = "Records")]
    records: Vec<StreamRecord>,
}

#[derive(Debug, Deserialize)]
struct StreamRecord {
    dynamodb: StreamChange,
}

#[derive(Debug, Deserialize)]
struct StreamChange {
    #[serde(rename = "NewImage", default)]
    new_image: Option<serde_dynamo::Item>,
}

/// Publishes the entries of a stream batch. Answers how many.
///
/// # Errors
/// [`Fault`] if the bus did not take them all: the stream delivers the batch again, and what
/// it gives up on, the sweep publishes.
pub async fn relay(store: &InvoiceStore, bus: &Bus, batch: StreamBatch) -> Result<usize, Fault> {
    let mut entries: Vec<Entry> = Vec::new();
    for record in batch.records {
        let Some(image) = record.dynamodb.new_image else { continue };
        if let Ok(entry) = serde_dynamo::from_item(image) {
            entries.push(entry);
        } else {
            // Holding up the stream would hold up every invoice; the sweep meets it again.
            tracing::error!("unreadable entry in the stream");
        }
    }
    publish(store, bus, &entries).await
}

/// Publishes what was due and never confirmed.
///
/// # Errors
/// [`Fault`] if the index does not answer.
pub async fn sweep(
    store: &InvoiceStore,
    bus: &Bus,
    moment: Moment,
) -> Result<worker::Sweep, Fault> {
    let due = store.due(Sweep::Outbox, moment.now, LIMIT).await?;
    let mut sweep = worker::Sweep { due: due.len(), ..worker::Sweep::default() };
    for due in &due {
        match again(store, bus, due).await {
            Ok(()) => sweep.done += 1,
            Err(fault) => {
                tracing::error!(%fault, entry = %due.id, "entry not published");
                sweep.failed += 1;
            }
        }
    }
    Ok(sweep)
}

async fn again(store: &InvoiceStore, bus: &Bus, due: &Due) -> Result<(), Fault> {
    let Some(entry) = store.entry(due.invoice, due.id).await? else {
        return store.take_out(due).await;
    };
    publish(store, bus, &[entry]).await.map(|_| ())
}

async fn publish(store: &InvoiceStore, bus: &Bus, entries: &[Entry]) -> Result<usize, Fault> {
    let taken = bus.publish(entries).await?;
    for entry in &taken {
        store.take_out(&Due::entry(entry.invoice, entry.id)).await?;
    }
    if taken.len() < entries.len() {
        let left = entries.len() - taken.len();
        return Err(Fault::Bus(format!("{left} of {} entries not taken", entries.len())));
    }
    Ok(taken.len())
}
