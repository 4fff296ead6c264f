//! The history of imports: a line each, and the first of what was rejected beside it.
//! Must never be what an import is resumed from: the invoices themselves say what is in.
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::import::Reject;
use domain::{Act, Currency};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use super::{InvoiceStore, items, keys, put_new};
use crate::Fault;

/// Imports of one page.
pub const IMPORT_PAGE_MAX: usize = 50;
/// Rejects that are kept with an import; its file has all of them. Far below an item's 400 KB.
pub const REJECTS_KEPT: usize = 500;

/// An import that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLog {
    /// Identifier in order of time.
    pub id: Ulid,
    /// When it began.
    pub at: Timestamp,
    /// The operator; a Cognito subject.
    pub by: String,
    /// The currency of rows that named none.
    pub currency: Currency,
    /// Rows that became invoices.
    pub imported: u32,
    /// Rows that were in already.
    pub unchanged: u32,
    /// Rows that were not accepted.
    pub rejected: u32,
    /// Rows that were not reached.
    pub remaining: u32,
    /// What the file was called, as the caller said.
    pub file_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Rejects {
    rejects: Vec<Reject>,
}

/// A page of imports, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPage {
    /// What was found.
    pub imports: Vec<ImportLog>,
    /// The next page begins before this import; `None` at the end.
    pub next: Option<Ulid>,
}

impl InvoiceStore {
    /// Notes an import of a tenant's with the first of its rejects, and the act that tells of it.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn log_import(
        &self,
        log: &ImportLog,
        rejects: &[Reject],
        act: &Act,
    ) -> Result<(), Fault> {
        let key = (pk(&act.tenant), log.id.to_string());
        let mut writes = vec![put_new(&self.table, items::keyed(&key, log)?)?, self.put_act(act)?];
        if !rejects.is_empty() {
            let kept = Rejects { rejects: rejects.iter().take(REJECTS_KEPT).cloned().collect() };
            let item = items::keyed(&rejects_key(&act.tenant, log.id), &kept)?;
            writes.push(put_new(&self.table, item)?);
        }
        self.insist("log import", writes).await?;
        Ok(())
    }

    /// The imports of a tenant before that one.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn imports(
        &self,
        tenant: &str,
        limit: usize,
        before: Option<Ulid>,
    ) -> Result<ImportPage, Fault> {
        let limit = limit.clamp(1, IMPORT_PAGE_MAX);
        let before = before.map_or_else(|| "~".to_owned(), |id| id.to_string());
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk < :before")
            .expression_attribute_values(":pk", AttributeValue::S(pk(tenant)))
            .expression_attribute_values(":before", AttributeValue::S(before))
            .scan_index_forward(false)
            // One more than is shown says whether there are more.
            .limit(i32::try_from(limit + 1).unwrap_or(1))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("imports", &error))?;
        self.units.read(page.consumed_capacity());
        let found = page.items.unwrap_or_default().into_iter().map(items::read);
        let mut imports = found.collect::<Result<Vec<ImportLog>, _>>()?;
        let cut = imports.len() > limit;
        imports.truncate(limit);
        let next = imports.last().filter(|_| cut).map(|log| log.id);
        Ok(ImportPage { imports, next })
    }

    /// An import of a tenant's with the first of its rejects.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn import(
        &self,
        tenant: &str,
        id: Ulid,
    ) -> Result<Option<(ImportLog, Vec<Reject>)>, Fault> {
        let key = (pk(tenant), id.to_string());
        let Some(log) = self.item(&key, true).await? else { return Ok(None) };
        let rejects = self.item(&rejects_key(tenant, id), true).await?;
        let rejects = rejects.map(items::read::<Rejects>).transpose()?;
        let rejects = rejects.map(|kept| kept.rejects).unwrap_or_default();
        Ok(Some((items::read(log)?, rejects)))
    }
}

fn pk(tenant: &str) -> String {
    format!("IMPORTS#{tenant}")
}

/// Apart from the line, so that a page of imports does not read them.
fn rejects_key(tenant: &str, id: Ulid) -> keys::Key {
    (format!("REJECTS#{tenant}"), id.to_string())
}
