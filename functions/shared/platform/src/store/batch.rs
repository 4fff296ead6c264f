//! Many items by their keys, a hundred in one request.
//! Must never leave a key unread without a word.
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};

use super::items::Item;
use super::{InvoiceStore, keys};
use crate::Fault;

/// Keys in one batch read. Source: DynamoDB quotas, seen 2026-11.
pub(super) const READ_BATCH: usize = 100;
/// DynamoDB may leave keys unread under load; asked again this often.
const READ_TRIES_MAX: usize = 5;

/// How a batch is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch {
    /// For the fault, should it not be answered.
    pub(super) doing: &'static str,
    /// The attributes wanted; `None` wants all.
    pub(super) attributes: Option<&'static str>,
    /// Whether the newest is wanted, for twice the units.
    pub(super) consistent: bool,
}

impl InvoiceStore {
    /// Those of the items that are there, in no order. No key may be in the list twice.
    pub(super) async fn batch(&self, how: Batch, wanted: &[keys::Key]) -> Result<Vec<Item>, Fault> {
        let mut items = Vec::new();
        for keys in wanted.chunks(READ_BATCH) {
            let mut wanted = Some(how.request(keys)?);
            for _ in 0..READ_TRIES_MAX {
                let Some(keys) = wanted.take() else { break };
                let page = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, keys)
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await
                    .map_err(|error| Fault::store(how.doing, &error))?;
                self.units.read(page.consumed_capacity().first());
                let mut tables = page.responses.unwrap_or_default();
                items.extend(tables.remove(&self.table).unwrap_or_default());
                let mut rest = page.unprocessed_keys.unwrap_or_default();
                wanted = rest.remove(&self.table).filter(|rest| !rest.keys().is_empty());
            }
            if wanted.is_some() {
                let cause = "keys left unread".to_owned();
                return Err(Fault::Store { doing: how.doing, cause });
            }
        }
        Ok(items)
    }
}

impl Batch {
    fn request(self, wanted: &[keys::Key]) -> Result<KeysAndAttributes, Fault> {
        KeysAndAttributes::builder()
            .set_keys(Some(wanted.iter().map(keys::attributes).collect()))
            .set_projection_expression(self.attributes.map(str::to_owned))
            .consistent_read(self.consistent)
            .build()
            .map_err(|error| Fault::store("build", &error))
    }
}
