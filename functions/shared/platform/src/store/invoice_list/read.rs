//! A page of the list: keys from an index, then the invoices themselves, then what is not wanted
//! is left out. Must never scan, nor read without an end.
use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::invoice::InvoiceFile;
use domain::{Case, Invoice, Status, import};
use jiff::Timestamp;
use ulid::Ulid;

use super::{
    Among, INVOICE_PAGE_MAX, Index, InvoiceLine, InvoicePage, InvoicePlace, InvoiceQuery, folded,
    list_pk, read_place, shelf_of,
};
use crate::Fault;
use crate::store::batch::{Batch, READ_BATCH};
use crate::store::{InvoiceStore, OwnedBy, Shelf, items, keys};

/// Queries for one page: a filter that hardly anything passes ends in a short page.
const QUERIES_MAX: usize = 8;

/// Keys of one query, in the order of the index, and whether it goes on after them.
struct Keys {
    places: Vec<(String, Ulid)>,
    more: Option<(String, Ulid)>,
}

impl InvoiceStore {
    /// A page of a tenant's invoices from `place` on. It may lag behind them by seconds.
    /// A place that the query does not know is taken as the beginning.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn invoices(
        &self,
        wanted: &InvoiceQuery,
        place: Option<InvoicePlace>,
        now: Timestamp,
    ) -> Result<InvoicePage, Fault> {
        let mut place = match (&wanted.among, place) {
            (Among::Number { number, .. }, _) => {
                let id = import::invoice_id(&wanted.tenant, number);
                let lines = self.lines(wanted, Index::List, &[(String::new(), id)], now).await?;
                return Ok(InvoicePage { lines: without_places(lines), next: None });
            }
            (_, Some(place)) if wanted.knows(&place) => place,
            (Among::Search { .. }, _) => InvoicePlace { index: Index::ByNumber, after: None },
            (Among::Shelf(_), _) => InvoicePlace { index: Index::List, after: None },
        };
        let limit = wanted.limit.clamp(1, INVOICE_PAGE_MAX);
        // Unfiltered, one more than is shown says whether there are more.
        let keys_read = if wanted.is_filtered() { READ_BATCH } else { limit + 1 };
        let mut lines = Vec::new();
        let mut next = None;
        for _ in 0..QUERIES_MAX {
            let keys = self.invoice_keys(wanted, &place, keys_read).await?;
            lines.extend(self.lines(wanted, place.index, &keys.places, now).await?);
            next = match (keys.more, place.index) {
                (Some(after), index) => Some(InvoicePlace { index, after: Some(after) }),
                (None, Index::ByNumber) => {
                    Some(InvoicePlace { index: Index::ByCustomer, after: None })
                }
                (None, Index::List | Index::ByCustomer) => None,
            };
            match &next {
                Some(there) if lines.len() < limit => place = there.clone(),
                Some(_) | None => break,
            }
        }
        if lines.len() > limit {
            lines.truncate(limit);
            next = lines.last().map(|(place, _)| place.clone());
        }
        Ok(InvoicePage { lines: without_places(lines), next })
    }

    async fn invoice_keys(
        &self,
        wanted: &InvoiceQuery,
        place: &InvoicePlace,
        keys_read: usize,
    ) -> Result<Keys, Fault> {
        let index = place.index;
        let (hash, sort) = index.attributes();
        let (hash_value, prefix) = match &wanted.among {
            Among::Shelf(one) => (list_pk(&wanted.tenant, *one), None),
            Among::Search { text, .. } => (wanted.tenant.clone(), Some(index.prefix(text))),
            Among::Number { .. } => (wanted.tenant.clone(), None),
        };
        let start = place.after.as_ref().map(|(sort_value, invoice)| {
            let key = (keys::invoice_pk(*invoice), keys::INVOICE.to_owned());
            let mut start = keys::attributes(&key);
            start.insert(hash.to_owned(), AttributeValue::S(hash_value.clone()));
            start.insert(sort.to_owned(), AttributeValue::S(sort_value.clone()));
            start
        });
        let begins = if prefix.is_some() {
            format!(" AND begins_with({sort}, :prefix)")
        } else {
            String::new()
        };
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index.name())
            .expression_attribute_values(":hash", AttributeValue::S(hash_value))
            // What is over is looked for from its end: the newest is asked about most.
            .scan_index_forward(wanted.among != Among::Shelf(Shelf::Closed))
            .limit(i32::try_from(keys_read).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if let Some(prefix) = prefix {
            query = query.expression_attribute_values(":prefix", AttributeValue::S(prefix));
        }
        let page = query
            .key_condition_expression(format!("{hash} = :hash{begins}"))
            .send()
            .await
            .map_err(|error| Fault::store("invoices", &error))?;
        self.units.read(page.consumed_capacity());
        let mut places: Vec<(String, Ulid)> = Vec::new();
        for place in page.items().iter().filter_map(|item| read_place(index, item)) {
            // An index shows an item twice that moves while it is read; a batch takes it once.
            if !places.iter().any(|(_, known)| *known == place.1) {
                places.push(place);
            }
        }
        let more = page.last_evaluated_key().and_then(|last| read_place(index, last));
        Ok(Keys { places, more })
    }

    /// The invoices of those keys that are wanted, in the same order.
    async fn lines(
        &self,
        wanted: &InvoiceQuery,
        index: Index,
        places: &[(String, Ulid)],
        now: Timestamp,
    ) -> Result<Vec<(InvoicePlace, InvoiceLine)>, Fault> {
        let invoice_keys: Vec<keys::Key> = places
            .iter()
            .map(|(_, id)| (keys::invoice_pk(*id), keys::INVOICE.to_owned()))
            .collect();
        // Who asks for one by its number may have imported it a moment ago.
        let consistent = matches!(wanted.among, Among::Number { .. });
        let how = Batch { doing: "invoices", attributes: None, consistent };
        let mut found = HashMap::new();
        for item in self.batch(how, &invoice_keys).await? {
            let invoice: Invoice = items::read(item)?;
            found.insert(invoice.id, invoice);
        }
        found.retain(|_, invoice| is_wanted(wanted, index, invoice));
        let case_keys: Vec<keys::Key> = found.values().filter_map(agreed).collect();
        let mut cases = self.cases_of(&case_keys).await?;
        let mut lines = Vec::new();
        for (sort, id) in places {
            let Some(invoice) = found.remove(id) else { continue };
            let line = line(invoice, cases.remove(id), now);
            let days = line.days_overdue.unwrap_or_default();
            if wanted.overdue_days.is_none_or(|least| days >= least) {
                let after = Some((sort.clone(), *id));
                lines.push((InvoicePlace { index, after }, line));
            }
        }
        Ok(lines)
    }

    /// The cases at those keys, by invoice.
    async fn cases_of(&self, wanted: &[keys::Key]) -> Result<HashMap<Ulid, Case>, Fault> {
        let how = Batch { doing: "invoices", attributes: None, consistent: false };
        let mut cases = HashMap::new();
        for item in self.batch(how, wanted).await? {
            if let Some(invoice) = items::text(&item, "pk").and_then(keys::invoice_of) {
                cases.insert(invoice, items::read(item)?);
            }
        }
        Ok(cases)
    }
}

/// The key of the case whose date counts instead of the invoice's own, if one may.
fn agreed(invoice: &Invoice) -> Option<keys::Key> {
    let may_be_agreed = match invoice.status {
        Status::PlanActive | Status::Promised | Status::Processing | Status::UnderReview => true,
        Status::Open | Status::PlanSubmitted | Status::Disputed | Status::Paid | Status::Closed => {
            false
        }
    };
    let case = invoice.case.filter(|_| may_be_agreed)?;
    Some((keys::invoice_pk(invoice.id), format!("{}{case}", keys::CASE)))
}

/// What the invoice itself says of a query; its date may be its case's, which is asked later.
fn is_wanted(wanted: &InvoiceQuery, index: Index, invoice: &Invoice) -> bool {
    let is_owned = match &wanted.owner {
        Some(OwnedBy::Operator(id)) => invoice.owner.as_ref() == Some(id),
        Some(OwnedBy::Nobody) => invoice.owner.is_none(),
        None => true,
    };
    let begins = |value: &str, text: &str| folded(value).starts_with(&folded(text));
    // An index lags, and its keys are clipped: what counts is the invoice.
    let is_found = match (&wanted.among, index) {
        (Among::Search { text, .. }, Index::ByNumber) => begins(&invoice.number, text),
        // Whose number begins so too was found by it.
        (Among::Search { text, .. }, Index::ByCustomer) => {
            begins(&invoice.customer, text) && !begins(&invoice.number, text)
        }
        (Among::Search { .. }, Index::List) | (Among::Shelf(_) | Among::Number { .. }, _) => true,
    };
    is_owned
        && is_found
        && invoice.tenant == wanted.tenant
        && wanted.shelf().is_none_or(|shelf| shelf == shelf_of(invoice))
        && wanted.status.is_none_or(|status| status == invoice.status)
}

fn line(invoice: Invoice, case: Option<Case>, now: Timestamp) -> InvoiceLine {
    let file = InvoiceFile {
        invoice,
        description: String::new(),
        links: Vec::new(),
        payments: Vec::new(),
        cases: case.into_iter().collect(),
    };
    let days_overdue = file.days_overdue(now);
    InvoiceLine { invoice: file.invoice, days_overdue }
}

fn without_places(lines: Vec<(InvoicePlace, InvoiceLine)>) -> Vec<InvoiceLine> {
    lines.into_iter().map(|(_, line)| line).collect()
}
