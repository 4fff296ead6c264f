//! What opening writes: the first opening, the hourly clock, and the end.
//! Must never change what a link is good for.
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, TransactWriteItem, Update};
use domain::Moment;
use domain::{Actor, Entry, Fact, InvoiceFile, Link};
use jiff::Timestamp;
use ulid::Ulid;

use super::due::Due;
use super::{Commit, InvoiceStore, items, keys, put, stamped};
use crate::Fault;

impl InvoiceStore {
    /// Notes an opening: the first one on the timeline, later ones on the clock at most once
    /// an hour, most of them not at all.
    ///
    /// # Errors
    /// [`Fault::Store`]; the page can be shown all the same.
    pub async fn note_opening(
        &self,
        file: &InvoiceFile,
        link: &Link,
        moment: &mut Moment,
    ) -> Result<(), Fault> {
        let now = moment.now;
        if link.opened_at.is_none() {
            let fact = Fact::LinkOpened { link: link.id };
            let entry = Entry::new(&file.invoice, moment, Actor::Payer, fact);
            return self.first_opening(file.invoice.id, link, entry, now).await;
        }
        self.note_activity(file, link, now).await
    }

    /// Notes that somebody or something was there, without calling it an opening: on the clock,
    /// at most once an hour.
    ///
    /// # Errors
    /// [`Fault::Store`]; the page can be shown all the same.
    pub async fn note_activity(
        &self,
        file: &InvoiceFile,
        link: &Link,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if link.clock_is_due(now) {
            return self.wind(file.invoice.id, link, now).await;
        }
        Ok(())
    }

    async fn first_opening(
        &self,
        invoice: Ulid,
        link: &Link,
        entry: Entry,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let active = Link { last_active_at: now, ..link.clone() };
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(link_key(invoice, link)))
            .update_expression("SET opened_at = :now, last_active_at = :now, ttl_s = :ttl")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(opened_at)")
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .expression_attribute_values(":ttl", ttl(&active))
            .build()
            .map_err(|error| Fault::store("build", &error))?;
        let writes = vec![
            TransactWriteItem::builder().update(update).build(),
            put(&self.table, items::entry(&entry)?)?,
        ];
        // Lost means that somebody else opened it at the same time; that is on the timeline.
        if self.transact("open", writes).await? == Commit::Done {
            crate::log::count("LinkOpened", 1);
        }
        Ok(())
    }

    async fn wind(&self, invoice: Ulid, link: &Link, now: Timestamp) -> Result<(), Fault> {
        let active = Link { last_active_at: now, ..link.clone() };
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(link_key(invoice, link)))
            .update_expression("SET last_active_at = :now, ttl_s = :ttl")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .expression_attribute_values(":ttl", ttl(&active))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        // TTL was quicker: there is no clock to wind any more.
        self.unless_lost("clock", sent.map(|done| done.consumed_capacity))
    }

    /// Writes the end of a link on the timeline, once however often it is called: the entry
    /// is named by the link and the instant it died. Then takes the link out of the sweep.
    ///
    /// # Errors
    /// [`Fault::Store`]; nothing is lost, the next sweep finds the link again.
    pub async fn note_expiry(
        &self,
        file: &InvoiceFile,
        link: &Link,
        due: &Due,
        moment: &mut Moment,
    ) -> Result<(), Fault> {
        let died_at = link.expires_at();
        let id = Ulid::from_parts(
            u64::try_from(died_at.as_millisecond()).unwrap_or_default(),
            link.id.random(),
        );
        let fact = Fact::LinkExpired { link: link.id };
        let entry = Entry::new(&file.invoice, moment, Actor::Portal, fact);
        self.append_once(&stamped(entry, id, died_at)).await?;
        self.take_out(due).await
    }
}

fn link_key(invoice: Ulid, link: &Link) -> items::Item {
    keys::attributes(&(keys::invoice_pk(invoice), format!("{}{}", keys::LINK, link.id)))
}

fn ttl(link: &Link) -> AttributeValue {
    AttributeValue::N(items::link_ttl_s(link).to_string())
}
