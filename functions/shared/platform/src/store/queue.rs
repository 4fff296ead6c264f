//! The operators' queues: a line per case, filed beside the invoices and made anew whenever
//! the case changes. Must never be decided from: what a case is, its invoice's partition says.
use std::collections::HashMap;

use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Put, ReturnConsumedCapacity, TransactWriteItem,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::CaseKind;
use domain::case::SlaState;
use domain::queue::{Queue, QueueLine};
use ulid::Ulid;

use super::{Commit, InvoiceStore, TRIES_MAX, items, keys};
use crate::Fault;

/// Lines of one page.
pub const QUEUE_PAGE_MAX: usize = 50;
/// Queries for one page: a filter that hardly anything passes ends in a short page.
const QUERIES_MAX: usize = 8;
/// Lines that one query reads before it filters: about 60 kB.
const LINES_READ: i32 = 100;
/// An older line never replaces a newer one, nor takes it away.
const NOT_NEWER: &str = "attribute_not_exists(pk) OR version <= :version";

/// Which half of a queue or list a line is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// What somebody has to look after.
    Open,
    /// What came to its end.
    Closed,
}

/// Whose lines are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedBy {
    /// Those of that operator; a Cognito subject.
    Operator(String),
    /// Those that nobody takes care of.
    Nobody,
}

/// Which lines of a queue are wanted; `None` wants all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueQuery {
    /// The seller's tenant id.
    pub tenant: String,
    /// Which queue.
    pub queue: Queue,
    /// Which half of it.
    pub shelf: Shelf,
    /// By owner.
    pub owner: Option<OwnedBy>,
    /// By the code of a dispute's reason.
    pub reason: Option<String>,
    /// By how near a dispute's deadline is.
    pub sla: Option<SlaState>,
    /// By kind of case.
    pub kind: Option<CaseKind>,
    /// Lines on the page, 1 to [`QUEUE_PAGE_MAX`].
    pub limit: usize,
}

/// Where the next page begins: the case after which it does, opaque to callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(Ulid);

/// A page of a queue, oldest case first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuePage {
    /// What was found; fewer than asked for, or none, does not mean that this is the end.
    pub lines: Vec<QueueLine>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

impl Cursor {
    /// Reads a cursor as it was given out; `None` if it is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 16] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Some(Self(Ulid(u128::from_be_bytes(bytes))))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.0.to_be_bytes()))
    }
}

impl InvoiceStore {
    /// Files a line in its half of the queue and takes it out of the other one, unless a newer
    /// line of the case is filed in either: then it is [`Commit::Lost`], and all is well.
    /// So lines can be filed twice and in any order, and the newest stays.
    ///
    /// # Errors
    /// [`Fault::Contended`] if others filed the same case three times in a row;
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn file_line(&self, line: &QueueLine) -> Result<Commit, Fault> {
        let (here, other) = if line.is_open() {
            (Shelf::Open, Shelf::Closed)
        } else {
            (Shelf::Closed, Shelf::Open)
        };
        for _ in 0..TRIES_MAX {
            let writes = vec![self.put_line(line, here)?, self.delete_line(line, other)?];
            if self.transact("file", writes).await? == Commit::Done {
                return Ok(Commit::Done);
            }
            // Also lost is who met another transaction, which may have been an older line's.
            if self.is_newer(line, here).await? || self.is_newer(line, other).await? {
                return Ok(Commit::Lost);
            }
        }
        Err(Fault::Contended)
    }

    /// A page of a queue from `cursor` on. It may lag behind the invoices by seconds.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn queue(
        &self,
        wanted: &QueueQuery,
        cursor: Option<Cursor>,
    ) -> Result<QueuePage, Fault> {
        let pk = pk(&wanted.tenant, wanted.queue, wanted.shelf);
        let limit = wanted.limit.clamp(1, QUEUE_PAGE_MAX);
        let mut lines: Vec<QueueLine> = Vec::new();
        let mut start =
            cursor.map(|Cursor(case)| keys::attributes(&(pk.clone(), case.to_string())));
        for _ in 0..QUERIES_MAX {
            let filter = Filter::of(wanted);
            let expression = filter.conditions.join(" AND ");
            // Unfiltered, one line more than is shown says whether there are more.
            let page_and_one = i32::try_from(limit + 1).unwrap_or(LINES_READ);
            let lines_read = if expression.is_empty() { page_and_one } else { LINES_READ };
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk")
                .set_filter_expression(Some(expression).filter(|text| !text.is_empty()))
                .set_expression_attribute_names(
                    Some(filter.names).filter(|names| !names.is_empty()),
                )
                .set_expression_attribute_values(Some(filter.values))
                .expression_attribute_values(":pk", AttributeValue::S(pk.clone()))
                .limit(lines_read)
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| Fault::store("queue", &error))?;
            self.units.read(page.consumed_capacity());
            for item in page.items.unwrap_or_default() {
                lines.push(items::read(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || lines.len() >= limit {
                break;
            }
        }
        let cut = lines.len() > limit;
        lines.truncate(limit);
        let next = if cut { lines.last().map(|line| Cursor(line.case)) } else { read_to(start) };
        Ok(QueuePage { lines, next })
    }

    fn put_line(&self, line: &QueueLine, place: Shelf) -> Result<TransactWriteItem, Fault> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(items::keyed(&key(line, place), line)?))
            .condition_expression(NOT_NEWER)
            .expression_attribute_values(":version", AttributeValue::N(line.version.to_string()))
            .build()
            .map_err(|error| Fault::store("build", &error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn delete_line(&self, line: &QueueLine, place: Shelf) -> Result<TransactWriteItem, Fault> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(keys::attributes(&key(line, place))))
            .condition_expression(NOT_NEWER)
            .expression_attribute_values(":version", AttributeValue::N(line.version.to_string()))
            .build()
            .map_err(|error| Fault::store("build", &error))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    async fn is_newer(&self, than: &QueueLine, place: Shelf) -> Result<bool, Fault> {
        let Some(item) = self.item(&key(than, place), true).await? else { return Ok(false) };
        Ok(items::read::<QueueLine>(item)?.version > than.version)
    }
}

/// What a query leaves out. Names are aliased: some are reserved words of DynamoDB's.
#[derive(Default)]
struct Filter {
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Filter {
    fn of(wanted: &QueueQuery) -> Self {
        let mut filter = Self::default();
        match &wanted.owner {
            Some(OwnedBy::Operator(id)) => filter.equal("owner", id),
            Some(OwnedBy::Nobody) => {
                filter.conditions.push("attribute_not_exists(#owner)".to_owned());
                filter.names.insert("#owner".to_owned(), "owner".to_owned());
            }
            None => {}
        }
        if let Some(reason) = &wanted.reason {
            filter.equal("reason", reason);
        }
        if let Some(sla) = wanted.sla {
            filter.equal("sla", sla_word(sla));
        }
        if let Some(kind) = wanted.kind {
            filter.equal("kind", kind_word(kind));
        }
        filter
    }

    fn equal(&mut self, name: &str, value: &str) {
        self.conditions.push(format!("#{name} = :{name}"));
        self.names.insert(format!("#{name}"), name.to_owned());
        self.values.insert(format!(":{name}"), AttributeValue::S(value.to_owned()));
    }
}

fn read_to(last: Option<items::Item>) -> Option<Cursor> {
    let last = last?;
    items::text(&last, "sk").and_then(|case| Ulid::from_string(case).ok()).map(Cursor)
}

fn key(line: &QueueLine, place: Shelf) -> keys::Key {
    (pk(&line.tenant, line.kind.queue(), place), line.case.to_string())
}

fn pk(tenant: &str, queue: Queue, shelf: Shelf) -> String {
    let queue = match queue {
        Queue::Plans => "plans",
        Queue::Disputes => "disputes",
    };
    let shelf = match shelf {
        Shelf::Open => "open",
        Shelf::Closed => "closed",
    };
    format!("QUEUE#{tenant}#{queue}#{shelf}")
}

/// As `QueueLine` writes it.
fn sla_word(sla: SlaState) -> &'static str {
    match sla {
        SlaState::Open => "open",
        SlaState::AtRisk => "at_risk",
        SlaState::Late => "late",
    }
}

/// As `QueueLine` writes it.
fn kind_word(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Plan => "plan",
        CaseKind::Promise => "promise",
        CaseKind::Dispute => "dispute",
    }
}
