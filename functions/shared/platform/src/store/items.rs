//! Domain values as items and back, with the index and TTL attributes they carry.
//! Must never keep a meaning of its own: an attribute here serves reading or sweeping.
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::invoice::InvoiceFile;
use domain::{Case, Entry, Invoice, Link, LinkState, Payment};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};
use ulid::Ulid;

use super::due::{self, Sweep};
use super::{audit, invoice_list, keys, notices};
use crate::Fault;

pub(super) type Item = HashMap<String, AttributeValue>;

/// A dead link's item stays this long for the sweeper, then TTL removes it.
const LINK_AFTERLIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A payment that can become money is asked about at Stripe this long after a change.
pub(super) const ASK_STRIPE_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// An entry whose publication is not confirmed by then is published again.
const PUBLISH_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);

#[derive(Serialize, Deserialize)]
struct Description {
    text: String,
}

pub(super) fn invoice(invoice: &Invoice) -> Result<Item, Fault> {
    let key = (keys::invoice_pk(invoice.id), keys::INVOICE.to_owned());
    let mut item = keyed(&key, invoice)?;
    if let Some(at) = invoice.cadence.next_at() {
        due::file(&mut item, Sweep::Cadence, invoice.id, at);
    }
    invoice_list::file(&mut item, invoice);
    Ok(item)
}

pub(super) fn description(invoice: Ulid, text: &str) -> Result<Item, Fault> {
    let key = (keys::invoice_pk(invoice), keys::DESCRIPTION.to_owned());
    keyed(&key, &Description { text: text.to_owned() })
}

pub(super) fn link(invoice: Ulid, link: &Link) -> Result<Item, Fault> {
    let key = (keys::invoice_pk(invoice), format!("{}{}", keys::LINK, link.id));
    let mut item = keyed(&key, link)?;
    item.insert("ttl_s".to_owned(), AttributeValue::N(link_ttl_s(link).to_string()));
    match link.state {
        LinkState::Live => due::file(&mut item, Sweep::Expiry, invoice, link.expires_at()),
        // Its end came with its outcome or its successor, so that nobody has to look for it.
        LinkState::Spent | LinkState::Replaced => {}
    }
    Ok(item)
}

/// When TTL may delete the link's item.
pub(super) fn link_ttl_s(link: &Link) -> i64 {
    later(link.expires_at(), LINK_AFTERLIFE).as_second()
}

pub(super) fn payment(invoice: Ulid, payment: &Payment) -> Result<Item, Fault> {
    let key = (keys::invoice_pk(invoice), format!("{}{}", keys::PAYMENT, payment.id));
    let mut item = keyed(&key, payment)?;
    if payment.is_live() {
        let at = payment.settled_at.unwrap_or(payment.started_at);
        due::file(&mut item, Sweep::Payment, invoice, later(at, ASK_STRIPE_AFTER));
    }
    Ok(item)
}

/// `invoice` is the one the case is of: dates are reckoned in its seller's zone.
pub(super) fn case(invoice: &Invoice, case: &Case) -> Result<Item, Fault> {
    let key = (keys::invoice_pk(invoice.id), format!("{}{}", keys::CASE, case.id));
    let mut item = keyed(&key, case)?;
    if let Some(at) = case.next_at(&invoice.seller) {
        due::file(&mut item, Sweep::Case, invoice.id, at);
    }
    Ok(item)
}

pub(super) fn entry(entry: &Entry) -> Result<Item, Fault> {
    let key = (keys::invoice_pk(entry.invoice), format!("{}{}", keys::TIMELINE, entry.id));
    let mut item = keyed(&key, entry)?;
    due::file(&mut item, Sweep::Outbox, entry.invoice, later(entry.at, PUBLISH_AGAIN_AFTER));
    audit::file_entry(&mut item, entry);
    notices::file_entry(&mut item, entry);
    Ok(item)
}

pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// The rows of one partition, put together.
pub(super) fn file(rows: Vec<Item>) -> Result<Option<InvoiceFile>, Fault> {
    let mut invoice: Option<Invoice> = None;
    let mut description = String::new();
    let mut links = Vec::new();
    let mut payments = Vec::new();
    let mut cases = Vec::new();
    for row in rows {
        let sk = text(&row, "sk").unwrap_or_default().to_owned();
        if sk == keys::INVOICE {
            invoice = Some(read(row)?);
        } else if sk == keys::DESCRIPTION {
            description = read::<Description>(row)?.text;
        } else if sk.starts_with(keys::LINK) {
            links.push(read(row)?);
        } else if sk.starts_with(keys::PAYMENT) {
            payments.push(read(row)?);
        } else if sk.starts_with(keys::CASE) {
            cases.push(read(row)?);
        }
    }
    Ok(invoice.map(|invoice| InvoiceFile { invoice, description, links, payments, cases }))
}

pub(super) fn keyed(key: &keys::Key, value: &impl Serialize) -> Result<Item, Fault> {
    let mut item: Item = to_item(value).map_err(|error| Fault::Item(error.to_string()))?;
    // An absent value reads back as `None`; a stored null would only cost bytes.
    item.retain(|_, value| !value.is_null());
    item.extend(keys::attributes(key));
    Ok(item)
}

pub(super) fn read<T: DeserializeOwned>(item: Item) -> Result<T, Fault> {
    let key = text(&item, "sk").unwrap_or_default().to_owned();
    // Not the error's own text: it may quote a value.
    from_item(item).map_err(|_| Fault::Item(key))
}

pub(super) fn text<'i>(item: &'i Item, name: &str) -> Option<&'i str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}
