//! Publishing timeline entries. Called only with entries that are committed.
//! Must never change an entry: operators, auditors and other systems read the same record.
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::Entry;

use crate::Fault;

/// `source` of our events; rules in `template.yaml` name it.
const SOURCE: &str = "plixo.portal";
/// Entries in one request. Source: EventBridge quotas, seen 2026-11.
const BATCH: usize = 10;

/// The event bus.
#[derive(Clone, Debug)]
pub struct Bus {
    client: Client,
    name: String,
}

impl Bus {
    /// A bus by name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Publishes entries and answers with those that the bus took; the others stay due.
    ///
    /// # Errors
    /// [`Fault::Bus`] if a whole request failed; earlier batches may be out already.
    pub async fn publish<'e>(&self, entries: &'e [Entry]) -> Result<Vec<&'e Entry>, Fault> {
        let mut taken = Vec::new();
        for batch in entries.chunks(BATCH) {
            let events =
                batch.iter().map(|entry| self.event(entry)).collect::<Result<Vec<_>, _>>()?;
            let answer = self
                .client
                .put_events()
                .set_entries(Some(events))
                .send()
                .await
                .map_err(|error| Fault::Bus(crate::fault::chain(&error)))?;
            let results = answer.entries();
            taken.extend(
                batch
                    .iter()
                    .zip(results)
                    .filter(|(_, result)| result.error_code().is_none())
                    .map(|(entry, _)| entry),
            );
        }
        Ok(taken)
    }

    fn event(&self, entry: &Entry) -> Result<PutEventsRequestEntry, Fault> {
        let detail =
            serde_json::to_string(entry).map_err(|error| Fault::Item(error.to_string()))?;
        Ok(PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(entry.fact.name())
            .detail(detail)
            .build())
    }
}

/// The envelope that a queue's handler finds in a message.
#[derive(Debug, serde::Deserialize)]
pub struct Envelope {
    /// The entry.
    pub detail: Entry,
}
