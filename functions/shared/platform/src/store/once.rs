//! Marks of writes that a caller has given a key: begun, then answered; gone after a day.
//! Must never hold an answer in the clear: it may carry a pay link.
use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::from_item;
use ulid::Ulid;

use super::{InvoiceStore, items, keys};
use crate::Fault;

/// How long a key is known.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// Twice as long as any function may run: who began and has not answered by then never will.
const WORK_MAX: SignedDuration = SignedDuration::from_secs(60);

/// A write that is to have one effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Whose.
    pub tenant: String,
    /// The caller's Cognito subject.
    pub operator: String,
    /// Digest of the caller's key, in hex.
    pub key: String,
    /// Digest of all that the request says, in hex.
    pub content: String,
    /// This attempt at it.
    pub run: Ulid,
}

/// What is kept of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The status code.
    pub status: u16,
    /// Type and text of the answer, sealed.
    pub sealed: Vec<u8>,
}

/// Whose a write is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// This attempt's.
    Mine,
    /// Another attempt's, which has not ended.
    Working,
    /// Nobody's: it was done, with this answer.
    Done(Kept),
    /// Nobody's: the same key stands for another request.
    Other,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    run: Ulid,
    content: String,
    working_until_s: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answered: Option<u16>,
    ttl_s: i64,
}

impl Once {
    fn key(&self) -> keys::Key {
        let Self { tenant, operator, key, .. } = self;
        (format!("ONCE#{tenant}#{operator}#{key}"), "ONCE".to_owned())
    }

    fn mark(&self, answered: Option<u16>, now: Timestamp) -> Mark {
        Mark {
            run: self.run,
            content: self.content.clone(),
            working_until_s: items::later(now, WORK_MAX).as_second(),
            answered,
            ttl_s: items::later(now, LIFE).as_second(),
        }
    }
}

impl InvoiceStore {
    /// Begins a write, if nobody has done it and nobody else is about to.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn begin_once(&self, once: &Once, now: Timestamp) -> Result<Begun, Fault> {
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(items::keyed(&once.key(), &once.mark(None, now))?))
            // TTL removes an item some time after its hour.
            .condition_expression(
                "attribute_not_exists(pk) OR ttl_s <= :now OR (content = :content AND \
                 attribute_not_exists(answered) AND (run = :run OR working_until_s <= :now))",
            )
            .expression_attribute_values(":content", AttributeValue::S(once.content.clone()))
            .expression_attribute_values(":run", AttributeValue::S(once.run.to_string()))
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent {
            Ok(done) => {
                self.units.wrote(done.consumed_capacity());
                Ok(Begun::Mine)
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    self.units.failed_condition();
                    found(once, failed.item().cloned().unwrap_or_default())
                }
                _ => Err(Fault::store("begin once", &error)),
            },
        }
    }

    /// Keeps the answer of the attempt that began it; another attempt's is left as it is.
    ///
    /// # Errors
    /// [`Fault::Store`]; the write itself is done all the same.
    pub async fn keep_answer(&self, once: &Once, kept: Kept, now: Timestamp) -> Result<(), Fault> {
        let mut item = items::keyed(&once.key(), &once.mark(Some(kept.status), now))?;
        item.insert("sealed".to_owned(), AttributeValue::B(kept.sealed.into()));
        self.end_once(once, item).await
    }

    /// Forgets an attempt that came to nothing, so that the same can be sent again at once.
    ///
    /// # Errors
    /// [`Fault::Store`]; then it can be sent again after a minute.
    pub async fn forget_once(&self, once: &Once, now: Timestamp) -> Result<(), Fault> {
        // Left to TTL rather than deleted: no function needs a leave to delete for this.
        let mark = Mark { ttl_s: now.as_second(), ..once.mark(None, now) };
        self.end_once(once, items::keyed(&once.key(), &mark)?).await
    }

    async fn end_once(&self, once: &Once, item: items::Item) -> Result<(), Fault> {
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("run = :run AND attribute_not_exists(answered)")
            .expression_attribute_values(":run", AttributeValue::S(once.run.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        self.unless_lost("end once", sent.map(|done| done.consumed_capacity))
    }
}

fn found(once: &Once, mut item: HashMap<String, AttributeValue>) -> Result<Begun, Fault> {
    let sealed = match item.remove("sealed") {
        Some(AttributeValue::B(sealed)) => sealed.into_inner(),
        _ => Vec::new(),
    };
    let mark: Mark = from_item(item).map_err(|error| Fault::Item(format!("once: {error}")))?;
    Ok(match mark.answered {
        _ if mark.content != once.content => Begun::Other,
        Some(status) => Begun::Done(Kept { status, sealed }),
        None => Begun::Working,
    })
}
