//! Writing imported invoices: a few rows per transaction, none twice.
//! Must never overwrite an invoice: what is there stays.
use std::collections::HashMap;

use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use domain::Change;
use ulid::Ulid;

use super::{Commit, InvoiceStore, items, keys, put_new};
use crate::Fault;

/// Keys in one batch read. Source: DynamoDB quotas, seen 2026-11.
const READ_BATCH: usize = 100;
/// Rows in one transaction: 3 items each, 100 items at most.
pub const IMPORT_BATCH: usize = 30;
/// DynamoDB may leave keys unread under load; asked again this often.
const READ_TRIES_MAX: usize = 5;

impl InvoiceStore {
    /// The row digests of those invoices that are there.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn row_digests(&self, invoices: &[Ulid]) -> Result<HashMap<Ulid, String>, Fault> {
        let mut digests = HashMap::new();
        for batch in invoices.chunks(READ_BATCH) {
            let mut wanted = Some(digest_keys(batch)?);
            for _ in 0..READ_TRIES_MAX {
                let Some(keys) = wanted.take() else { break };
                let page = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, keys)
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await
                    .map_err(|error| Fault::store("digests", &error))?;
                self.units.read(page.consumed_capacity().first());
                for item in
                    page.responses().into_iter().flat_map(|tables| tables.values()).flatten()
                {
                    let invoice = items::text(item, "pk").and_then(keys::invoice_of);
                    let digest = items::text(item, "row_digest");
                    digests.extend(invoice.zip(digest.map(str::to_owned)));
                }
                let mut rest = page.unprocessed_keys.unwrap_or_default();
                wanted = rest.remove(&self.table).filter(|rest| !rest.keys().is_empty());
            }
            if wanted.is_some() {
                return Err(Fault::Store {
                    doing: "digests",
                    cause: "keys left unread".to_owned(),
                });
            }
        }
        Ok(digests)
    }

    /// Writes new invoices, all of them or none.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn create(&self, invoices: &[(Change, String)]) -> Result<Commit, Fault> {
        let mut writes = Vec::new();
        for (change, description) in invoices {
            writes.push(put_new(&self.table, items::invoice(&change.invoice)?)?);
            if !description.is_empty() {
                let item = items::description(change.invoice.id, description)?;
                writes.push(put_new(&self.table, item)?);
            }
            for entry in &change.entries {
                writes.push(put_new(&self.table, items::entry(entry)?)?);
            }
        }
        if writes.is_empty() {
            return Ok(Commit::Done);
        }
        self.insist("create", writes).await
    }
}

fn digest_keys(invoices: &[Ulid]) -> Result<KeysAndAttributes, Fault> {
    let keys = invoices
        .iter()
        .map(|id| keys::attributes(&(keys::invoice_pk(*id), keys::INVOICE.to_owned())))
        .collect();
    KeysAndAttributes::builder()
        .set_keys(Some(keys))
        .projection_expression("pk, row_digest")
        .consistent_read(true)
        .build()
        .map_err(|error| Fault::store("build", &error))
}
