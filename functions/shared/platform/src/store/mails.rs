//! Marks of mails that were sent, one per cause and recipient.
//! Must never hold an address in the clear: recipients are counted, not named.
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Entry;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use ulid::Ulid;

use super::{Commit, InvoiceStore, call_operator, items, keys, put, put_new};
use crate::Fault;

/// Long after any queue has given up redelivering.
const MARK_LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);

#[derive(Serialize)]
struct Mark {
    sent_at: Timestamp,
}

impl InvoiceStore {
    /// Whether the mail about `cause` to the recipient of that index was sent.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn mail_was_sent(
        &self,
        invoice: Ulid,
        cause: Ulid,
        to: usize,
    ) -> Result<bool, Fault> {
        let key = mark_key(invoice, cause, to);
        Ok(self.item(&key, true).await?.is_some())
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
        let mut mark = items::keyed(&key, &Mark { sent_at: entry.at })?;
        let ttl_s = items::later(entry.at, MARK_LIFE).as_second();
        mark.insert("ttl_s".to_owned(), AttributeValue::N(ttl_s.to_string()));
        let writes = vec![put_new(&self.table, mark)?, put(&self.table, items::entry(entry)?)?];
        let commit = self.transact("mark mail", writes).await?;
        if commit == Commit::Done {
            call_operator(entry);
        }
        Ok(commit)
    }
}

fn mark_key(invoice: Ulid, cause: Ulid, to: usize) -> keys::Key {
    (keys::invoice_pk(invoice), format!("{}{cause}#{to}", keys::MAIL))
}
