//! Counts of what payers send, one small item per subject and window, gone by TTL soon after.
//! Must never hold an address: a subject is a link's id or a pseudonym.
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::Limit;
use jiff::Timestamp;
use tokio::time::timeout;

use super::{InvoiceStore, keys, lost_condition};
use crate::Fault;

/// Counters are asked beside a load, which takes a few milliseconds; nobody waits for them longer.
const PATIENCE: Duration = Duration::from_secs(1);
/// A count stays this much longer than its window, in seconds: clocks differ a little.
const TTL_AFTER_S: i64 = 3_600;

/// Something whose sendings are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many are allowed.
    pub limit: Limit,
    /// Whose: a link's id, or a pseudonym.
    pub subject: String,
}

impl InvoiceStore {
    /// Counts one sending of a link, and of an address where one is known, both at once. The
    /// first limit that it is too much for, if any; then the sending must not be taken.
    /// If a counter does not answer, the sending counts as within its limit: a payment must
    /// not depend on a counter.
    pub async fn count_sending(
        &self,
        link: &Counted,
        address: Option<&Counted>,
        now: Timestamp,
    ) -> Option<Limit> {
        let by_address = async {
            match address {
                Some(address) => self.is_within(address, now).await,
                None => true,
            }
        };
        let (link_is_within, address_is_within) =
            tokio::join!(self.is_within(link, now), by_address);
        let used_up = if link_is_within { address } else { Some(link) };
        let used_up = used_up.filter(|_| !(link_is_within && address_is_within));
        used_up.map(|counted| {
            tracing::info!(limit = counted.limit.name, "too much sent");
            crate::log::count("SentTooOften", 1);
            counted.limit
        })
    }

    async fn is_within(&self, counted: &Counted, now: Timestamp) -> bool {
        let fault = match timeout(PATIENCE, self.add_one(counted, now)).await {
            Ok(Ok(is_within)) => return is_within,
            Ok(Err(fault)) => fault.to_string(),
            Err(_) => format!("no answer in {PATIENCE:?}"),
        };
        tracing::warn!(limit = counted.limit.name, fault, "not counted");
        crate::log::count("LimiterUnavailable", 1);
        true
    }

    /// Whether there was room for one more.
    async fn add_one(&self, counted: &Counted, now: Timestamp) -> Result<bool, Fault> {
        let Counted { limit, subject } = counted;
        let number = |number: i64| AttributeValue::N(number.to_string());
        let ttl_s = limit.window_end_s(now).saturating_add(TTL_AFTER_S);
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::attributes(&keys::limit(*limit, subject, now))))
            .update_expression("ADD uses :one SET ttl_s = :ttl")
            .condition_expression("attribute_not_exists(uses) OR uses < :max")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":ttl", number(ttl_s))
            .expression_attribute_values(":max", number(i64::from(limit.max)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent {
            Ok(done) => {
                self.units.wrote(done.consumed_capacity());
                Ok(true)
            }
            Err(error) if lost_condition(&error) => {
                self.units.failed_condition();
                Ok(false)
            }
            Err(error) => Err(Fault::store("count", &error)),
        }
    }
}
