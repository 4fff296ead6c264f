//! Marks of mails: claimed by the delivery that sends it, then sent. One per cause and recipient.
//! Must never hold an address in the clear: recipients are counted, not named.
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::Entry;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use ulid::Ulid;

use super::{Commit, InvoiceStore, call_operator, items, keys, lost_condition, put, put_if};
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

impl InvoiceStore {
    /// Whether the delivery `by` shall send the mail about `cause` to the recipient of that
    /// index. Not if it was sent, nor while another delivery of the same entry is sending it:
    /// if that one fails, its own message comes again, after the claim has run out.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn claim_mail(
        &self,
        cause: &Entry,
        to: usize,
        by: Ulid,
        now: Timestamp,
    ) -> Result<bool, Fault> {
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
            Err(error) => Err(Fault::store("claim mail", &error)),
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
        let commit = self.transact("mark mail", writes).await?;
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
