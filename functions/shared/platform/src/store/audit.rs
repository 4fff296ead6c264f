//! The audit: what operators did, newest first, month by month. Acts beside invoices have an
//! item of their own; acts on an invoice are entries of its timeline.
//! Must never scan, nor change what is written.
use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::TransactWriteItem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Act, Entry, Invoice};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use ulid::Ulid;

use super::items::Item;
use super::listed::{self, Stretch};
use super::{InvoiceStore, items, keys, put_new};
use crate::Fault;

/// Lines of one page.
pub const AUDIT_PAGE_MAX: usize = 100;
/// Queries for one page: a filter that hardly anything passes ends in a short page, and so do
/// years in which nothing happened.
const QUERIES_MAX: usize = 24;
/// Keys that one query reads: as many as one batch takes.
const KEYS_READ: usize = 100;
/// An act's id is made when its request begins; its time may be this much apart.
const ID_APART: SignedDuration = SignedDuration::from_mins(1);
/// Before the product: nothing was done in months before this one. Months since the year 0.
const FIRST_MONTH: i32 = 2026 * 12;

/// Which lines are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditQuery {
    /// The seller's tenant id.
    pub tenant: String,
    /// Only what this operator did; a Cognito subject.
    pub user: Option<String>,
    /// From this instant on.
    pub from: Timestamp,
    /// Up to this instant, which is not part of it.
    pub to: Timestamp,
    /// Lines on the page, 1 to [`AUDIT_PAGE_MAX`].
    pub limit: usize,
}

/// What an operator did.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditLine {
    /// Identifier in order of time.
    pub id: Ulid,
    /// When.
    pub at: Timestamp,
    /// Who; a Cognito subject.
    pub user: String,
    /// What: the name of a fact or of a deed.
    pub what: &'static str,
    /// To which invoice, if to one.
    pub invoice: Option<AuditedInvoice>,
    /// The particulars of the fact or deed.
    pub detail: Value,
}

/// The invoice of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedInvoice {
    /// Its id.
    pub id: Ulid,
    /// Its number.
    pub number: String,
    /// Who was billed.
    pub customer: String,
}

/// Where the next page begins: a month, and the id before which it does. Opaque to callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditPlace {
    month: i32,
    before: Ulid,
}

/// A page of the audit, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// What was found; fewer than asked for, or none, does not mean that this is the end.
    pub lines: Vec<AuditLine>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<AuditPlace>,
}

impl AuditPlace {
    /// Where a page begins whose first line is this one.
    pub fn of(line: &AuditLine) -> Self {
        Self { month: month_of(line.at), before: Ulid(line.id.0.saturating_add(1)) }
    }

    /// A time before which everything was done that comes from here on, in whole seconds. Lines
    /// stand in the order of their ids, so what was done shortly before it may have come already.
    pub fn end(&self) -> Timestamp {
        if self.before == Ulid(u128::MAX) {
            return start_of(self.month + 1);
        }
        let next_s = i64::try_from((self.before.0 >> 80) / 1_000 + 1).unwrap_or(i64::MAX);
        let end = Timestamp::from_second(next_s).and_then(|at| at.checked_add(ID_APART));
        end.unwrap_or(Timestamp::MAX)
    }

    /// Reads a place as it was given out; `None` if it is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 20] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (month, before) = bytes.split_first_chunk::<4>()?;
        let before = Ulid(u128::from_be_bytes(before.try_into().ok()?));
        let month = i32::from_be_bytes(*month);
        (FIRST_MONTH..=10_000 * 12).contains(&month).then_some(Self { month, before })
    }
}

impl std::fmt::Display for AuditPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = self.month.to_be_bytes().to_vec();
        bytes.extend(self.before.0.to_be_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// Files an entry of an operator's in the audit.
pub(super) fn file_entry(item: &mut Item, entry: &Entry) {
    if entry.audited().is_some() {
        listed::file(item, list(&entry.tenant, month_of(entry.at)), entry.id);
    }
}

impl InvoiceStore {
    /// A page of the audit from `place` on. It may lag by seconds.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn audit(
        &self,
        wanted: &AuditQuery,
        place: Option<AuditPlace>,
    ) -> Result<AuditPage, Fault> {
        let limit = wanted.limit.clamp(1, AUDIT_PAGE_MAX);
        let first_month = month_of(wanted.from).max(FIRST_MONTH);
        let beginning = wanted.beginning();
        let place = place.filter(|place| place.month <= beginning.month);
        let mut place = place.unwrap_or(beginning);
        let mut lines = Vec::new();
        for _ in 0..QUERIES_MAX {
            if place.month < first_month {
                return self.page(lines, None).await;
            }
            let found = self.listed("audit", &wanted.stretch(place, limit)).await?;
            let keys: Vec<_> = found.keys.iter().map(|(_, key)| key.clone()).collect();
            let mut items = self.by_key("audit", &keys).await?;
            for (id, key) in found.keys {
                // One that is full goes on here with the next page.
                if lines.len() >= limit {
                    return self.page(lines, Some(place)).await;
                }
                place.before = id;
                let line = items.remove(&key).map(read_line).transpose()?;
                lines.extend(line.filter(|line| wanted.wants(line)));
            }
            if !found.more {
                place = AuditPlace { month: place.month - 1, before: Ulid(u128::MAX) };
            }
            if lines.len() >= limit {
                break;
            }
        }
        self.page(lines, Some(place).filter(|place| place.month >= first_month)).await
    }

    /// Pages in one, for a file: until there is no more, or at least `lines_max` lines, or at
    /// least `round_trips_max` were made, of which a page makes some 50 at most. `next` is
    /// where it goes on. The round trips are counted on this store, for one caller at a time.
    ///
    /// # Errors
    /// As [`Self::audit`].
    pub async fn audit_file(
        &self,
        wanted: &AuditQuery,
        lines_max: usize,
        round_trips_max: u64,
    ) -> Result<AuditPage, Fault> {
        let wanted = AuditQuery { limit: AUDIT_PAGE_MAX, ..wanted.clone() };
        let end = self.units.round_trips().saturating_add(round_trips_max);
        let mut file = AuditPage { lines: Vec::new(), next: None };
        // It ends: a page that asks nothing goes back over months, to the first.
        loop {
            let page = self.audit(&wanted, file.next).await?;
            file.lines.extend(page.lines);
            file.next = page.next;
            let is_enough = file.lines.len() >= lines_max || self.units.round_trips() >= end;
            if is_enough || file.next.is_none() {
                return Ok(file);
            }
        }
    }

    /// An act as one write of a transaction.
    pub(super) fn put_act(&self, act: &Act) -> Result<TransactWriteItem, Fault> {
        let key = (format!("AUDIT#{}", act.tenant), act.id.to_string());
        let mut item = items::keyed(&key, act)?;
        listed::file(&mut item, list(&act.tenant, month_of(act.at)), act.id);
        put_new(&self.table, item)
    }

    /// Writes an act that changes nothing else.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn record(&self, act: &Act) -> Result<(), Fault> {
        let write = self.put_act(act)?;
        self.insist("record", vec![write]).await?;
        Ok(())
    }

    /// Numbers and customers, which only the invoices know.
    async fn page(
        &self,
        mut lines: Vec<AuditLine>,
        next: Option<AuditPlace>,
    ) -> Result<AuditPage, Fault> {
        let of_lines = lines.iter().filter_map(|line| line.invoice.as_ref().map(|one| one.id));
        let invoices = self.invoices_of(of_lines).await?;
        for told in lines.iter_mut().filter_map(|line| line.invoice.as_mut()) {
            if let Some(invoice) = invoices.get(&told.id) {
                told.number.clone_from(&invoice.number);
                told.customer.clone_from(&invoice.customer);
            }
        }
        Ok(AuditPage { lines, next })
    }

    /// Invoices by their ids, each read once.
    pub(super) async fn invoices_of(
        &self,
        ids: impl Iterator<Item = Ulid>,
    ) -> Result<HashMap<Ulid, Invoice>, Fault> {
        let ids: BTreeSet<Ulid> = ids.collect();
        let keys: Vec<keys::Key> =
            ids.iter().map(|id| (keys::invoice_pk(*id), keys::INVOICE.to_owned())).collect();
        let items = self.by_key("audited invoices", &keys).await?;
        let read = items.into_values().map(items::read::<Invoice>);
        read.map(|invoice| invoice.map(|invoice| (invoice.id, invoice))).collect()
    }
}

impl AuditQuery {
    fn beginning(&self) -> AuditPlace {
        AuditPlace { month: month_of(self.to), before: Ulid(u128::MAX) }
    }

    fn stretch(&self, place: AuditPlace, limit: usize) -> Stretch {
        let from = id_at(self.from.saturating_sub(ID_APART).unwrap_or(Timestamp::MIN));
        let to = id_at(self.to.saturating_add(ID_APART).unwrap_or(Timestamp::MAX));
        // Unfiltered, one key more than is shown says whether there are more.
        let limit = if self.user.is_some() { KEYS_READ } else { KEYS_READ.min(limit + 1) };
        let list = list(&self.tenant, place.month);
        Stretch { list, from, before: place.before.min(to), limit }
    }

    fn wants(&self, line: &AuditLine) -> bool {
        let is_theirs = self.user.as_ref().is_none_or(|user| *user == line.user);
        is_theirs && (self.from..self.to).contains(&line.at)
    }
}

fn read_line(item: Item) -> Result<AuditLine, Fault> {
    if items::text(&item, "sk").is_some_and(|sk| sk.starts_with(keys::TIMELINE)) {
        let entry: Entry = items::read(item)?;
        let user = entry.audited().unwrap_or_default().to_owned();
        let invoice =
            AuditedInvoice { id: entry.invoice, number: String::new(), customer: String::new() };
        return Ok(AuditLine {
            id: entry.id,
            at: entry.at,
            user,
            what: entry.fact.name(),
            invoice: Some(invoice),
            detail: data(&entry.fact),
        });
    }
    let act: Act = items::read(item)?;
    let (what, detail) = (act.deed.name(), data(&act.deed));
    Ok(AuditLine { id: act.id, at: act.at, user: act.operator, what, invoice: None, detail })
}

/// Facts and deeds are written as a name with its data.
fn data(named: &impl serde::Serialize) -> Value {
    let mut named = serde_json::to_value(named).unwrap_or_default();
    named.get_mut("data").map(Value::take).unwrap_or_default()
}

fn list(tenant: &str, month: i32) -> String {
    format!("AUDIT#{tenant}#{}", month_text(month))
}

/// As `2026-11`.
fn month_text(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// The first instant of a month, in UTC.
fn start_of(month: i32) -> Timestamp {
    format!("{}-01T00:00:00Z", month_text(month)).parse().unwrap_or(Timestamp::MAX)
}

/// Months since the year 0, in UTC.
fn month_of(at: Timestamp) -> i32 {
    let date: Date = at.to_zoned(TimeZone::UTC).date();
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

/// The smallest id of that millisecond.
fn id_at(at: Timestamp) -> Ulid {
    let at_ms = u128::try_from(at.as_millisecond()).unwrap_or_default();
    Ulid(at_ms.min((1 << 48) - 1) << 80)
}
