//! The list of a tenant's invoices: the keys by which an invoice is found, what can be asked for,
//! and where a page begins. Must never file an invoice under another tenant's key.
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Invoice, Status};
use ulid::Ulid;

use super::items::{self, Item};
use super::{OwnedBy, Shelf, keys};

mod read;

/// Invoices of one page.
pub const INVOICE_PAGE_MAX: usize = 50;
/// Bytes that a customer's name takes in a key: with the number, less than the 1,024 that a sort
/// key may have. Source: DynamoDB quotas, seen 2026-11.
const CUSTOMER_KEY_MAX: usize = 512;
/// The same for a number.
const NUMBER_KEY_MAX: usize = 384;
/// Longest sort key, in bytes.
const SORT_KEY_MAX: usize = 1_024;

/// Which invoices are wanted; `None` wants all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceQuery {
    /// The seller's tenant id.
    pub tenant: String,
    /// Among which of its invoices.
    pub among: Among,
    /// By where they stand.
    pub status: Option<Status>,
    /// By owner.
    pub owner: Option<OwnedBy>,
    /// By days past the date that counts: at least so many, 1 or more.
    pub overdue_days: Option<i32>,
    /// Invoices on the page, 1 to [`INVOICE_PAGE_MAX`].
    pub limit: usize,
}

/// Where invoices are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Among {
    /// Those that are open, the oldest date first, or those that are over, the newest date first.
    Shelf(Shelf),
    /// Those whose number begins so, in order of their numbers, then those whose customer does.
    /// Upper and lower case are the same.
    Search {
        /// How it begins, not empty.
        text: String,
        /// Only from this half.
        shelf: Option<Shelf>,
    },
    /// The one of exactly that number.
    Number {
        /// As imported.
        number: String,
        /// Only from this half.
        shelf: Option<Shelf>,
    },
}

/// An invoice of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceLine {
    /// The invoice, which may be seconds old.
    pub invoice: Invoice,
    /// Days past the date that counts; `None` if it is not overdue.
    pub days_overdue: Option<i32>,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoicePage {
    /// What was found; fewer than asked for, or none, does not mean that this is the end.
    pub lines: Vec<InvoiceLine>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<InvoicePlace>,
}

/// Where a page begins: after which key of which index. Opaque to callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoicePlace {
    index: Index,
    /// The sort key and the invoice; `None` at the beginning of the index.
    after: Option<(String, Ulid)>,
}

/// The indexes of `template.yaml` that a list is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Index {
    List,
    ByNumber,
    ByCustomer,
}

impl InvoicePlace {
    /// Reads a place as it was given out; `None` if it is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (index, after) = bytes.split_first()?;
        let index = Index::ALL.into_iter().find(|known| known.letter() == *index)?;
        if after.is_empty() {
            return Some(Self { index, after: None });
        }
        let (id, sort) = after.split_first_chunk::<16>()?;
        let sort = String::from_utf8(sort.to_vec()).ok()?;
        let is_key = (1..=SORT_KEY_MAX).contains(&sort.len());
        let after = Some((sort, Ulid(u128::from_be_bytes(*id))));
        is_key.then_some(Self { index, after })
    }
}

impl std::fmt::Display for InvoicePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = vec![self.index.letter()];
        if let Some((sort, id)) = &self.after {
            bytes.extend(id.0.to_be_bytes());
            bytes.extend(sort.as_bytes());
        }
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl InvoiceQuery {
    /// Whether a page of this query can begin there: a place of another search is none.
    pub fn knows(&self, place: &InvoicePlace) -> bool {
        let begins =
            |prefix: &str| place.after.as_ref().is_none_or(|(sort, _)| sort.starts_with(prefix));
        match &self.among {
            Among::Shelf(_) => place.index == Index::List,
            Among::Search { text, .. } => {
                place.index != Index::List && begins(place.index.prefix(text).as_str())
            }
            Among::Number { .. } => false,
        }
    }

    fn is_filtered(&self) -> bool {
        let by_shelf = matches!(self.among, Among::Search { shelf: Some(_), .. });
        by_shelf || self.status.is_some() || self.owner.is_some() || self.overdue_days.is_some()
    }

    fn shelf(&self) -> Option<Shelf> {
        match &self.among {
            Among::Shelf(one) => Some(*one),
            Among::Search { shelf, .. } | Among::Number { shelf, .. } => *shelf,
        }
    }
}

impl Index {
    const ALL: [Self; 3] = [Self::List, Self::ByNumber, Self::ByCustomer];

    fn letter(self) -> u8 {
        match self {
            Self::List => b'l',
            Self::ByNumber => b'n',
            Self::ByCustomer => b'c',
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::ByNumber => "by_number",
            Self::ByCustomer => "by_customer",
        }
    }

    /// The attributes of its hash and sort key.
    fn attributes(self) -> (&'static str, &'static str) {
        match self {
            Self::List => ("list_pk", "list_sk"),
            Self::ByNumber => ("tenant_key", "number_key"),
            Self::ByCustomer => ("tenant_key", "customer_key"),
        }
    }

    /// How the sort keys of what is searched for begin.
    fn prefix(self, search: &str) -> String {
        match self {
            Self::List => String::new(),
            Self::ByNumber => clipped(folded(search), NUMBER_KEY_MAX),
            Self::ByCustomer => clipped(folded(search), CUSTOMER_KEY_MAX),
        }
    }
}

/// Files an invoice under the keys it is found by.
pub(super) fn file(item: &mut Item, invoice: &Invoice) {
    let number = clipped(folded(&invoice.number), NUMBER_KEY_MAX);
    let customer = clipped(folded(&invoice.customer), CUSTOMER_KEY_MAX);
    for (name, value) in [
        ("list_pk", list_pk(&invoice.tenant, shelf_of(invoice))),
        ("list_sk", format!("{}#{}", invoice.due_date, clipped(invoice.number.clone(), 256))),
        ("tenant_key", invoice.tenant.clone()),
        ("customer_key", format!("{customer}#{number}")),
        ("number_key", number),
    ] {
        item.insert(name.to_owned(), AttributeValue::S(value));
    }
}

fn shelf_of(invoice: &Invoice) -> Shelf {
    if invoice.status.is_over() { Shelf::Closed } else { Shelf::Open }
}

fn list_pk(tenant: &str, shelf: Shelf) -> String {
    let shelf = match shelf {
        Shelf::Open => "open",
        Shelf::Closed => "closed",
    };
    format!("INVOICES#{tenant}#{shelf}")
}

/// A text without the difference of upper and lower case, letter by letter: what begins with
/// another text also begins with it once both are folded, which is not so for whole words (a
/// Greek sigma changes at a word's end).
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// At most so many bytes of a text, whole letters.
fn clipped(mut text: String, max: usize) -> String {
    let end = (0..=max.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.truncate(end.unwrap_or_default());
    text
}

/// The invoice of an index item, and its place.
fn read_place(index: Index, item: &Item) -> Option<(String, Ulid)> {
    let (_, sort) = index.attributes();
    let invoice = items::text(item, "pk").and_then(keys::invoice_of)?;
    Some((items::text(item, sort)?.to_owned(), invoice))
}
