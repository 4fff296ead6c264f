//! Marks of mails: claimed by the delivery that sends it, then sent. One per cause and recipient.
//! Must never hold an address in the clear: recipients are counted, not named.
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
};
use domain::Entry;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use ulid::Ulid;

use super::{Commit, InvoiceStore, call_operator, items, keys, put, put_if};
use crate::Fault;

/// Long after any queue has given up redelivering.
const MARK_LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Longer than the mailer may run, shorter than its queue waits before it delivers again.
const CLAIM_LIFE: SignedDuration = SignedDuration::from_secs(90);

#[derive(Serialize)]
struct Claim {
    claimed_by: Ulid,
    claimed_until_s: i64,
}

#[derive(Serialize)]
struct Mark {
    sent_at: Timestamp,
}

/// Whose a mail is to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailClaim {
    /// This delivery's.
    Mine,
    /// Nobody's: it was sent.
    Sent,
    /// Another delivery's, which may yet fail: come again.
    Busy,
}

impl InvoiceStore {
    /// Lets the delivery `by` send the mail about `cause` to the recipient of that index, if
    /// nobody has sent it and nobody else is sending it.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn claim_mail(
        &self,
        cause: &Entry,
        to: usize,
        by: Ulid,
        now: Timestamp,
    ) -> Result<MailClaim, Fault> {
        let claimed_until_s = items::later(now, CLAIM_LIFE).as_second();
        let claim = Claim { claimed_by: by, claimed_until_s };
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(marked(&mark_key(cause.invoice, cause.id, to), &claim, now)?))
            .condition_expression(
                "attribute_not_exists(pk) OR (attribute_not_exists(sent_at) \
                 AND (claimed_by = :by OR claimed_until_s <= :now))",
            )
            .expression_attribute_values(":by", AttributeValue::S(by.to_string()))
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent {
            Ok(done) => {
                self.units.wrote(done.consumed_capacity());
                Ok(MailClaim::Mine)
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    self.units.failed_condition();
                    let is_sent = failed.item().is_some_and(|mark| mark.contains_key("sent_at"));
                    Ok(if is_sent { MailClaim::Sent } else { MailClaim::Busy })
                }
                _ => Err(Fault::store("claim mail", &error)),
            },
        }
    }

    /// Marks the mail as sent and writes it on the timeline, in one transaction.
    ///
    /// # Errors
    /// [`Fault::Store`]; the mail is out, so at most one more follows on redelivery.
    pub async fn mark_mail_sent(
        &self,
        cause: Ulid,
        to: usize,
        entry: &Entry,
    ) -> Result<Commit, Fault> {
        let key = mark_key(entry.invoice, cause, to);
        let mark = marked(&key, &Mark { sent_at: entry.at }, entry.at)?;
        let writes = vec![
            put_if(&self.table, mark, "attribute_not_exists(sent_at)")?,
            put(&self.table, items::entry(entry)?)?,
        ];
        let commit = self.insist("mark mail", writes).await?;
        if commit == Commit::Done {
            call_operator(entry);
        }
        Ok(commit)
    }
}

fn marked(key: &keys::Key, mark: &impl Serialize, at: Timestamp) -> Result<items::Item, Fault> {
    let mut item = items::keyed(key, mark)?;
    let ttl_s = items::later(at, MARK_LIFE).as_second();
    item.insert("ttl_s".to_owned(), AttributeValue::N(ttl_s.to_string()));
    Ok(item)
}

fn mark_key(invoice: Ulid, cause: Ulid, to: usize) -> keys::Key {
    (keys::invoice_pk(invoice), format!("{}{cause}#{to}", keys::MAIL))
}
