//! Accounts with a bank payment under way, all in one partition: what happened in them is asked
//! of Stripe in one go. Must never hold a payment: which are under way is the index's to know.
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{InvoiceStore, PAGES_MAX, items, keys};
use crate::Fault;

const PARTITION: &str = "WATCH";
/// TTL removes a watch that has ended, some time after this.
const AFTERLIFE: SignedDuration = SignedDuration::from_hours(24);

/// A connected account whose events are followed. In whole seconds, as Stripe counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// `acct_…`.
    pub account: String,
    /// Everything before this second is known.
    pub since_s: i64,
    /// It ends then.
    pub until_s: i64,
    /// Where the last run stopped, if it could not read all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
}

/// A place in the list of an account's events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// The second that the list ends with.
    pub to_s: i64,
    /// The last event that was read, `evt_…`; the list goes on with older ones.
    pub event: String,
    /// Whether anything up to here could not be done.
    #[serde(default)]
    pub failed: bool,
}

#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    watch: &'a Watch,
    ttl_s: i64,
}

impl InvoiceStore {
    /// All of them, those that ended a short while ago included. One that cannot be read is
    /// logged and left out: the others are not its concern.
    ///
    /// # Errors
    /// [`Fault::Store`]; [`Fault::Item`] if there are far too many.
    pub async fn watches(&self) -> Result<Vec<Watch>, Fault> {
        let mut watches = Vec::new();
        let mut start = None;
        for _ in 0..PAGES_MAX {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", AttributeValue::S(PARTITION.to_owned()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| Fault::store("watches", &error))?;
            self.units.read(page.consumed_capacity());
            for item in page.items.unwrap_or_default() {
                match items::read(item) {
                    Ok(watch) => watches.push(watch),
                    Err(fault) => tracing::error!(%fault, "a watch is left out"),
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(watches);
            }
        }
        Err(Fault::Item(format!("more than {PAGES_MAX} pages of watches")))
    }

    /// Begins to watch an account that nobody watches at `now`.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn begin_watch(&self, watch: &Watch, now: Timestamp) -> Result<(), Fault> {
        let ttl_s = watch.until_s.saturating_add(AFTERLIFE.as_secs());
        let item = items::keyed(&key(watch), &Stored { watch, ttl_s })?;
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            // TTL removes an item some time after its hour.
            .condition_expression("attribute_not_exists(pk) OR until_s < :now")
            .expression_attribute_values(":now", number(now.as_second()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        // Another run has begun it a moment ago.
        self.unless_lost("begin watch", sent.map(|done| done.consumed_capacity))
    }

    /// Watches until `until_s` at least; it must not have ended.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn prolong_watch(&self, watch: &Watch, until_s: i64) -> Result<(), Fault> {
        let update = self
            .client
            .update_item()
            .update_expression("SET until_s = :until, ttl_s = :ttl")
            .condition_expression("until_s BETWEEN :was AND :until")
            .expression_attribute_values(":was", number(watch.until_s))
            .expression_attribute_values(":until", number(until_s))
            .expression_attribute_values(
                ":ttl",
                number(until_s.saturating_add(AFTERLIFE.as_secs())),
            );
        self.update_watch(watch, update).await
    }

    /// Notes how far the events of a watch are read, unless somebody else has.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn move_watch(&self, from: &Watch, to: &Watch) -> Result<(), Fault> {
        let update = self
            .client
            .update_item()
            .condition_expression("since_s = :was")
            .expression_attribute_values(":was", number(from.since_s))
            .expression_attribute_values(":since", number(to.since_s));
        let update = match &to.stopped {
            Some(stopped) => {
                let stopped = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(stopped)
                    .map_err(|error| Fault::Item(error.to_string()))?;
                update
                    .update_expression("SET since_s = :since, stopped = :stopped")
                    .expression_attribute_values(":stopped", stopped)
            }
            None => update.update_expression("SET since_s = :since REMOVE stopped"),
        };
        self.update_watch(from, update).await
    }

    async fn update_watch(
        &self,
        watch: &Watch,
        update: UpdateItemFluentBuilder,
    ) -> Result<(), Fault> {
        let sent = update
            .table_name(&self.table)
            .set_key(Some(keys::attributes(&key(watch))))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        self.unless_lost("watch", sent.map(|done| done.consumed_capacity))
    }
}

fn key(watch: &Watch) -> keys::Key {
    (PARTITION.to_owned(), watch.account.clone())
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
