//! Where things stand in the table. What the view reads sorts before [`FILE_END`].
//! Must never hold a token: the database holds no secret.
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Limit;
use jiff::Timestamp;
use ulid::Ulid;

/// Partition and sort key.
pub(super) type Key = (String, String);

/// The view and every decision read sort keys below this.
pub(super) const FILE_END: &str = "6";
pub(super) const INVOICE: &str = "1#invoice";
pub(super) const DESCRIPTION: &str = "2#description";
pub(super) const LINK: &str = "3#link#";
pub(super) const PAYMENT: &str = "4#payment#";
pub(super) const CASE: &str = "5#case#";
/// Marks of mails that were sent.
pub(super) const MAIL: &str = "M#";
/// Timeline entries; the stream's filter names this prefix.
pub(super) const TIMELINE: &str = "T#";

pub(super) fn invoice_pk(invoice: Ulid) -> String {
    format!("INVOICE#{invoice}")
}

/// Where the count of a subject in a window stands: far from any invoice.
pub(super) fn limit(limit: Limit, subject: &str, now: Timestamp) -> Key {
    let start_s = limit.window_start_s(now);
    (format!("LIMIT#{}#{subject}#{start_s}", limit.name), "LIMIT".to_owned())
}

/// The invoice of a partition key.
pub(super) fn invoice_of(pk: &str) -> Option<Ulid> {
    pk.strip_prefix("INVOICE#").and_then(|id| Ulid::from_string(id).ok())
}

/// The id at the end of a sort key.
pub(super) fn id_of(sk: &str) -> Option<Ulid> {
    sk.rsplit_once('#').and_then(|(_, id)| Ulid::from_string(id).ok())
}

pub(super) fn attributes((pk, sk): &Key) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(pk.clone())),
        ("sk".to_owned(), AttributeValue::S(sk.clone())),
    ])
}
