//! The timeline: read for operators, appended to by consumers.
//! Must never update or delete an entry's facts.
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::Entry;
use ulid::Ulid;

use super::{InvoiceStore, items, keys};
use crate::Fault;

/// Entries shown of one invoice.
const ENTRIES_MAX: i32 = 200;

impl InvoiceStore {
    /// The latest entries of an invoice, oldest first, [`ENTRIES_MAX`] at most.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn timeline(&self, invoice: Ulid) -> Result<Vec<Entry>, Fault> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(keys::invoice_pk(invoice)))
            .expression_attribute_values(":prefix", AttributeValue::S(keys::TIMELINE.to_owned()))
            .scan_index_forward(false)
            .limit(ENTRIES_MAX)
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("timeline", &error))?;
        self.units.read(page.consumed_capacity());
        let rows = page.items.unwrap_or_default();
        rows.into_iter().rev().map(items::read).collect()
    }

    /// One entry, to publish it.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn entry(&self, invoice: Ulid, id: Ulid) -> Result<Option<Entry>, Fault> {
        let key = (keys::invoice_pk(invoice), format!("{}{id}", keys::TIMELINE));
        self.item(&key, true).await?.map(items::read).transpose()
    }

    /// Appends an entry unless one of its id is there.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn append_once(&self, entry: &Entry) -> Result<(), Fault> {
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(items::entry(entry)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        self.unless_lost("append", sent.map(|done| done.consumed_capacity))
    }
}
