//! What operators must not miss: entries that need one, until somebody has dealt with them.
//! Must never let a notice out of the list but in the transaction that tells who closed it.
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use domain::{Change, Entry};
use ulid::Ulid;

use super::items::Item;
use super::listed::{self, Stretch};
use super::{Commit, InvoiceStore, items, keys};
use crate::Fault;

/// Notices of one page.
pub const NOTICE_PAGE_MAX: usize = 50;

/// An entry that waits for an operator, with what its invoice is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub entry: Entry,
    /// The invoice's number.
    pub number: String,
    /// Who was billed.
    pub customer: String,
}

/// A page of notices, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticePage {
    /// What was found; fewer than asked for does not mean that this is the end.
    pub notices: Vec<Notice>,
    /// The next page begins before this notice; `None` at the end.
    pub next: Option<Ulid>,
}

/// Files an entry as a notice if it needs an operator.
pub(super) fn file_entry(item: &mut Item, entry: &Entry) {
    if entry.fact.needs_operator() {
        listed::file(item, list(&entry.tenant), entry.id);
    }
}

impl InvoiceStore {
    /// The open notices of a tenant before that one. It may lag by seconds.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn notices(
        &self,
        tenant: &str,
        limit: usize,
        before: Option<Ulid>,
    ) -> Result<NoticePage, Fault> {
        let limit = limit.clamp(1, NOTICE_PAGE_MAX);
        let before = before.unwrap_or(Ulid(u128::MAX));
        let stretch = Stretch { list: list(tenant), from: Ulid(0), before, limit: limit + 1 };
        let mut found = self.listed("notices", &stretch).await?;
        let cut = found.keys.len() > limit;
        found.keys.truncate(limit);
        let next = if cut || found.more { found.keys.last().map(|(id, _)| *id) } else { None };
        let keys: Vec<_> = found.keys.into_iter().map(|(_, key)| key).collect();
        let mut items = self.by_key("notices", &keys).await?;
        // The index may still list what was closed a moment ago.
        let open = keys.iter().filter_map(|key| items.remove(key)).filter(is_open);
        let entries = open.map(items::read::<Entry>).collect::<Result<Vec<_>, _>>()?;
        let invoices = self.invoices_of(entries.iter().map(|entry| entry.invoice)).await?;
        let notices = entries.into_iter().map(|entry| {
            let invoice = invoices.get(&entry.invoice);
            Notice {
                number: invoice.map(|one| one.number.clone()).unwrap_or_default(),
                customer: invoice.map(|one| one.customer.clone()).unwrap_or_default(),
                entry,
            }
        });
        Ok(NoticePage { notices: notices.collect(), next })
    }

    /// An entry of an invoice, and whether it is an open notice.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn notice(&self, invoice: Ulid, id: Ulid) -> Result<Option<(Entry, bool)>, Fault> {
        let Some(item) = self.item(&entry_key(invoice, id), true).await? else { return Ok(None) };
        let is_open = is_open(&item);
        Ok(Some((items::read(item)?, is_open)))
    }

    /// Writes the change that closes a notice, and takes it out of the list; both, or neither if
    /// the invoice has changed or the notice was closed meanwhile.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn close_notice(&self, change: &Change, notice: Ulid) -> Result<Commit, Fault> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(keys::attributes(&entry_key(change.invoice.id, notice))))
            .update_expression("REMOVE list_pk, list_sk")
            .condition_expression("list_pk = :list")
            .expression_attribute_values(":list", AttributeValue::S(list(&change.invoice.tenant)))
            .build()
            .map_err(|error| Fault::store("build", &error))?;
        let update = TransactWriteItem::builder().update(update).build();
        self.commit_with(change, vec![update]).await
    }
}

fn is_open(item: &Item) -> bool {
    items::text(item, "list_pk").is_some_and(|list| list.starts_with(NOTICES))
}

fn entry_key(invoice: Ulid, id: Ulid) -> keys::Key {
    (keys::invoice_pk(invoice), format!("{}{id}", keys::TIMELINE))
}

const NOTICES: &str = "NOTICES#";

fn list(tenant: &str) -> String {
    format!("{NOTICES}{tenant}")
}
