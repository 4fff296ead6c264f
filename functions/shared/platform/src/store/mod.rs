//! The table: one partition per invoice, one query to read it, one transaction to change it.
//! Must never decide anything; a lost race is reported, not resolved.
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, Put, ReturnConsumedCapacity, TransactWriteItem,
};
use domain::invoice::InvoiceFile;
use domain::{Change, Entry, Refusal};
use jiff::Timestamp;
use ulid::Ulid;

use crate::Fault;
use crate::operator::Operator;

mod audit;
mod batch;
mod due;
mod import_log;
mod imports;
mod invoice_list;
mod items;
mod keys;
mod limits;
mod link_clock;
mod listed;
mod mails;
mod notices;
mod once;
mod operators;
mod quarantine;
mod queue;
mod sellers;
mod sessions;
mod settings;
mod timeline;
mod transact;
mod units;
mod watches;

pub use audit::{AUDIT_PAGE_MAX, AuditLine, AuditPage, AuditPlace, AuditQuery, AuditedInvoice};
pub use due::{Due, Sweep};
pub use import_log::{IMPORT_PAGE_MAX, ImportLog, ImportPage, REJECTS_KEPT};
pub use imports::IMPORT_BATCH;
pub use invoice_list::{
    Among, INVOICE_PAGE_MAX, InvoiceLine, InvoicePage, InvoicePlace, InvoiceQuery,
};
pub use limits::Counted;
pub use mails::MailClaim;
pub use notices::{NOTICE_PAGE_MAX, Notice, NoticePage};
pub use once::{Begun, Kept, Once};
pub use operators::Colleague;
pub use queue::{Cursor, OwnedBy, QUEUE_PAGE_MAX, QueuePage, QueueQuery, Shelf};
pub use sessions::StoredSession;
pub use settings::Settings;
pub use units::Units;
pub use watches::{Stopped, Watch};

/// Pages of one query: 1 MB each, far beyond what one invoice holds.
const PAGES_MAX: usize = 8;
/// A lost race is decided anew this often.
const TRIES_MAX: usize = 3;

/// Invoices in DynamoDB.
#[derive(Clone, Debug)]
pub struct InvoiceStore {
    client: Client,
    table: String,
    units: Units,
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// Everything is written.
    Done,
    /// Somebody else changed the invoice first; nothing is written.
    Lost,
}

/// How a decision ended, with the invoice as it is now.
#[derive(Debug)]
pub enum Decided {
    /// There is no such invoice.
    Missing,
    /// The business said no; nothing is written.
    Refused(Refusal, Box<InvoiceFile>),
    /// There was nothing to change.
    Unchanged(Box<InvoiceFile>),
    /// The change is committed.
    Committed(Box<InvoiceFile>),
}

impl InvoiceStore {
    /// A store on `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table, units: Units::default() }
    }

    /// Opens the connection with the query that requests begin with, of a partition that is none,
    /// so that the first request of a cold start pays for neither. A failure is left to it.
    pub async fn connect(&self) {
        if let Err(fault) = self.file_page("CONNECT".to_owned(), None).await {
            tracing::warn!(%fault, "the table's connection was not opened");
        }
    }

    /// What this store has cost since it was made.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// Everything a page or a decision needs of one invoice: one strongly consistent query.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn load(&self, invoice: Ulid) -> Result<Option<InvoiceFile>, Fault> {
        let mut rows = Vec::new();
        let mut start = None;
        for _ in 0..PAGES_MAX {
            let page = self.file_page(keys::invoice_pk(invoice), start).await?;
            rows.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return items::file(rows);
            }
        }
        Err(Fault::Item(format!("invoice {invoice} has more than {PAGES_MAX} pages")))
    }

    /// The same for an operator: another tenant's invoice is told to the log, and then is none.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub async fn load_own(
        &self,
        invoice: Ulid,
        operator: &Operator,
    ) -> Result<Option<InvoiceFile>, Fault> {
        let Some(file) = self.load(invoice).await? else { return Ok(None) };
        if file.invoice.tenant != operator.tenant {
            crate::log::foreign_tenant(operator, &invoice.to_string());
            return Ok(None);
        }
        Ok(Some(file))
    }

    async fn file_page(
        &self,
        pk: String,
        start: Option<items::Item>,
    ) -> Result<QueryOutput, Fault> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk < :end")
            .expression_attribute_values(":pk", AttributeValue::S(pk))
            .expression_attribute_values(":end", AttributeValue::S(keys::FILE_END.to_owned()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(|error| Fault::store("load", &error))?;
        self.units.read(page.consumed_capacity());
        Ok(page)
    }

    /// Loads, lets `decide`, commits; a lost race is decided anew, three times at most.
    ///
    /// # Errors
    /// [`Fault::Contended`] after three lost races; otherwise as [`Self::load`].
    pub async fn decide(
        &self,
        invoice: Ulid,
        decide: impl FnMut(&InvoiceFile) -> Result<Option<Change>, Refusal>,
    ) -> Result<Decided, Fault> {
        match self.load(invoice).await? {
            Some(file) => self.decide_on(file, decide).await,
            None => Ok(Decided::Missing),
        }
    }

    /// The same, beginning with a file that was loaded already.
    ///
    /// # Errors
    /// As [`Self::decide`].
    pub async fn decide_on(
        &self,
        file: InvoiceFile,
        mut decide: impl FnMut(&InvoiceFile) -> Result<Option<Change>, Refusal>,
    ) -> Result<Decided, Fault> {
        let invoice = file.invoice.id;
        let mut loaded = Some(file);
        for _ in 0..TRIES_MAX {
            let file = match loaded.take() {
                Some(file) => file,
                None => match self.load(invoice).await? {
                    Some(file) => file,
                    None => return Ok(Decided::Missing),
                },
            };
            let change = match decide(&file) {
                Ok(Some(change)) => change,
                Ok(None) => return Ok(Decided::Unchanged(Box::new(file))),
                Err(refusal) => return Ok(Decided::Refused(refusal, Box::new(file))),
            };
            if self.commit(&change).await? == Commit::Done {
                return Ok(Decided::Committed(Box::new(file.after(change))));
            }
        }
        Err(Fault::Contended)
    }

    /// Writes a change: all of it if the invoice is still at the version it was made from
    /// and no link of it was opened since, or nothing.
    ///
    /// # Errors
    /// [`Fault::Store`]; the SDK has then tried three times with the same token, so whether
    /// it was written is unknown until the invoice is loaded again.
    pub async fn commit(&self, change: &Change) -> Result<Commit, Fault> {
        self.commit_with(change, Vec::new()).await
    }

    /// The same, with writes that belong to it.
    async fn commit_with(
        &self,
        change: &Change,
        others: Vec<TransactWriteItem>,
    ) -> Result<Commit, Fault> {
        let invoice = change.invoice.id;
        let mut writes = vec![self.put_invoice(change)?];
        for link in &change.links {
            let item = items::link(invoice, link)?;
            writes.push(match link.opened_at {
                Some(_) => put(&self.table, item)?,
                // Opened since it was read: decided anew, or the opening would be lost.
                None => put_if(&self.table, item, "attribute_not_exists(opened_at)")?,
            });
        }
        for payment in &change.payments {
            writes.push(put(&self.table, items::payment(invoice, payment)?)?);
        }
        for case in &change.cases {
            writes.push(put(&self.table, items::case(&change.invoice, case)?)?);
        }
        for entry in &change.entries {
            writes.push(put(&self.table, items::entry(entry)?)?);
        }
        writes.extend(others);
        let commit = self.transact("commit", writes).await?;
        if commit == Commit::Done {
            change.entries.iter().for_each(call_operator);
        }
        Ok(commit)
    }

    fn put_invoice(&self, change: &Change) -> Result<TransactWriteItem, Fault> {
        let before = change.invoice.version.saturating_sub(1);
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(items::invoice(&change.invoice)?))
            .condition_expression("version = :before")
            .expression_attribute_values(":before", AttributeValue::N(before.to_string()))
            .build()
            .map_err(|error| Fault::store("build", &error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    async fn item(&self, key: &keys::Key, consistent: bool) -> Result<Option<items::Item>, Fault> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::attributes(key)))
            .consistent_read(consistent)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("get", &error))?;
        self.units.read(found.consumed_capacity());
        Ok(found.item)
    }
}

impl InvoiceStore {
    /// A single write that was sent under a condition: one that did not hold is no failure.
    fn unless_lost<E, R>(
        &self,
        doing: &'static str,
        sent: Result<Option<ConsumedCapacity>, SdkError<E, R>>,
    ) -> Result<(), Fault>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        match sent {
            Ok(capacity) => self.units.wrote(capacity.as_ref()),
            Err(error) if lost_condition(&error) => self.units.failed_condition(),
            Err(error) => return Err(Fault::store(doing, &error)),
        }
        Ok(())
    }
}

/// Whoever commits it, a fact that somebody has to act on sets off the alarm.
fn call_operator(entry: &Entry) {
    if entry.fact.needs_operator() {
        crate::log::call_operator(entry.fact.name(), &entry.invoice.to_string());
    }
}

/// A single write whose condition did not hold: there was nothing to do any more.
fn lost_condition<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}

fn put(table: &str, item: items::Item) -> Result<TransactWriteItem, Fault> {
    let put = Put::builder()
        .table_name(table)
        .set_item(Some(item))
        .build()
        .map_err(|error| Fault::store("build", &error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn put_new(table: &str, item: items::Item) -> Result<TransactWriteItem, Fault> {
    put_if(table, item, "attribute_not_exists(pk)")
}

fn put_if(table: &str, item: items::Item, condition: &str) -> Result<TransactWriteItem, Fault> {
    let put = Put::builder()
        .table_name(table)
        .set_item(Some(item))
        .condition_expression(condition)
        .build()
        .map_err(|error| Fault::store("build", &error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

/// The entry of a consumer with one effect: its id is made from its cause, so that writing
/// it twice writes it once.
fn stamped(entry: Entry, id: Ulid, at: Timestamp) -> Entry {
    Entry { id, at, ..entry }
}
