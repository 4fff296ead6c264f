//! Writing imported invoices: a few rows per transaction, none twice.
//! Must never overwrite an invoice: what is there stays.
use std::collections::HashMap;

use domain::Change;
use ulid::Ulid;

use super::batch::Batch;
use super::{Commit, InvoiceStore, items, keys, put_new};
use crate::Fault;

/// Rows in one transaction: 3 items each, 100 items at most.
pub const IMPORT_BATCH: usize = 30;

impl InvoiceStore {
    /// The row digests of those invoices that are there.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn row_digests(&self, invoices: &[Ulid]) -> Result<HashMap<Ulid, String>, Fault> {
        let wanted: Vec<keys::Key> =
            invoices.iter().map(|id| (keys::invoice_pk(*id), keys::INVOICE.to_owned())).collect();
        let how = Batch { doing: "digests", attributes: Some("pk, row_digest"), consistent: true };
        let mut digests = HashMap::new();
        for item in self.batch(how, &wanted).await? {
            let invoice = items::text(&item, "pk").and_then(keys::invoice_of);
            let digest = items::text(&item, "row_digest");
            digests.extend(invoice.zip(digest.map(str::to_owned)));
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
