//! Signed events that could not be applied, kept for an operator.
//! Must never refuse one: the signature was good, so it is Stripe's word.
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{InvoiceStore, items};
use crate::Fault;

const LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The body is kept up to this size in bytes, far below the item limit.
const BODY_MAX: usize = 200_000;

#[derive(Serialize)]
struct Kept<'a> {
    reason: &'a str,
    received_at: Timestamp,
    body: &'a str,
}

impl InvoiceStore {
    /// Keeps an event under its id; the same event once more replaces itself.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn quarantine(
        &self,
        event: &str,
        reason: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let id: String = event.chars().filter(char::is_ascii_alphanumeric).take(80).collect();
        let key = (format!("STRIPE#{id}"), "EVENT".to_owned());
        let end = (0..=BODY_MAX.min(body.len())).rev().find(|at| body.is_char_boundary(*at));
        let body = body.get(..end.unwrap_or_default()).unwrap_or_default();
        let mut item = items::keyed(&key, &Kept { reason, received_at: now, body })?;
        let ttl_s = items::later(now, LIFE).as_second();
        item.insert("ttl_s".to_owned(), AttributeValue::N(ttl_s.to_string()));
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("quarantine", &error))?;
        self.units.wrote(sent.consumed_capacity());
        Ok(())
    }
}
