//! The index `due`: what is due when, in a few buckets per sweep. Keys only and sparse, so an
//! entry costs little; reading it costs what is due, not what lives.
//! Must never be trusted alone: it may lag, so each item is read again before acting.
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;
use ulid::Ulid;

use super::items::{self, Item};
use super::{InvoiceStore, keys};
use crate::Fault;

/// Name of the index in `template.yaml`.
const INDEX: &str = "due";
/// Buckets per sweep, so that no one partition of the index takes every write.
const BUCKETS: u128 = 4;

/// Which schedule looks at an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// Mails of the cadence.
    Cadence,
    /// Links that may have died.
    Expiry,
    /// Payments to ask Stripe about.
    Payment,
    /// Entries whose publication is not confirmed.
    Outbox,
    /// Plans, promises and disputes that time moves.
    Case,
}

/// Something that was due when the index was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The invoice it belongs to.
    pub invoice: Ulid,
    /// The link, payment, case or entry; the invoice's own id for a cadence step.
    pub id: Ulid,
    key: keys::Key,
    /// When it was due as the index had it; none for an entry that was not looked up there.
    filed_at: Option<String>,
}

impl Sweep {
    fn bucket(self, shard: u128) -> String {
        let name = match self {
            Self::Cadence => "cadence",
            Self::Expiry => "expiry",
            Self::Payment => "payment",
            Self::Outbox => "outbox",
            Self::Case => "case",
        };
        format!("{name}#{shard}")
    }
}

/// Files an item under its sweep.
pub(super) fn file(item: &mut Item, sweep: Sweep, invoice: Ulid, at: Timestamp) {
    let bucket = sweep.bucket(invoice.0 % BUCKETS);
    item.insert("due_bucket".to_owned(), AttributeValue::S(bucket));
    item.insert("due_at".to_owned(), AttributeValue::N(at.as_second().to_string()));
}

impl InvoiceStore {
    /// What is due at `now`, oldest first, at most `limit` per bucket.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn due(&self, sweep: Sweep, now: Timestamp, limit: i32) -> Result<Vec<Due>, Fault> {
        let mut due = Vec::new();
        for shard in 0..BUCKETS {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(INDEX)
                .key_condition_expression("due_bucket = :bucket AND due_at <= :now")
                .expression_attribute_values(":bucket", AttributeValue::S(sweep.bucket(shard)))
                .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
                .limit(limit)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| Fault::store("due", &error))?;
            self.units.read(page.consumed_capacity());
            due.extend(page.items().iter().filter_map(read_due));
        }
        Ok(due)
    }

    /// Files an item anew, because it turned out not to be due yet.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn file_again(&self, due: &Due, at: Timestamp) -> Result<(), Fault> {
        let update = self
            .client
            .update_item()
            .update_expression("SET due_at = :at")
            .expression_attribute_values(":at", AttributeValue::N(at.as_second().to_string()));
        self.update(due, update).await
    }

    /// Takes an item out of the index: there is nothing more to do about it.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn take_out(&self, due: &Due) -> Result<(), Fault> {
        let update = self.client.update_item().update_expression("REMOVE due_bucket, due_at");
        self.update(due, update).await
    }

    async fn update(
        &self,
        due: &Due,
        update: aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder,
    ) -> Result<(), Fault> {
        // Only while it is filed as it was found: a commit may have taken it out meanwhile, or
        // filed it anew, and that counts.
        let update = match &due.filed_at {
            Some(was) => update
                .condition_expression("attribute_exists(due_bucket) AND due_at = :was")
                .expression_attribute_values(":was", AttributeValue::N(was.clone())),
            None => update.condition_expression("attribute_exists(due_bucket)"),
        };
        let sent = update
            .table_name(&self.table)
            .set_key(Some(keys::attributes(&due.key)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        self.unless_lost("file", sent.map(|done| done.consumed_capacity))
    }
}

impl Due {
    /// A timeline entry as its own place in the outbox.
    pub fn entry(invoice: Ulid, id: Ulid) -> Self {
        let key = (keys::invoice_pk(invoice), format!("{}{id}", keys::TIMELINE));
        Self { invoice, id, key, filed_at: None }
    }
}

fn read_due(item: &Item) -> Option<Due> {
    let key = (items::text(item, "pk")?.to_owned(), items::text(item, "sk")?.to_owned());
    let invoice = keys::invoice_of(&key.0)?;
    let id = keys::id_of(&key.1).unwrap_or(invoice);
    let filed_at = item.get("due_at").and_then(|at| at.as_n().ok()).cloned();
    Some(Due { invoice, id, key, filed_at })
}
