//! The index `list`: the keys of one list, newest first. Keys only; what they name is read after.
//! Must never be trusted alone: it may lag, so each item is read again before it is shown.
use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use ulid::Ulid;

use super::batch::Batch;
use super::items::{self, Item};
use super::{InvoiceStore, keys};
use crate::Fault;

/// Name of the index in `template.yaml`.
const INDEX: &str = "list";

/// A part of one list.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    /// Which list.
    pub(super) list: String,
    /// From this id on.
    pub(super) from: Ulid,
    /// Up to this id, which is not part of it.
    pub(super) before: Ulid,
    /// Most keys that are wanted.
    pub(super) limit: usize,
}

/// What was found of it.
#[derive(Debug)]
pub(super) struct Listed {
    /// Ids and keys, newest first.
    pub(super) keys: Vec<(Ulid, keys::Key)>,
    /// Whether there may be more of the stretch.
    pub(super) more: bool,
}

/// Files an item in a list, under its id.
pub(super) fn file(item: &mut Item, list: String, id: Ulid) {
    item.insert("list_pk".to_owned(), AttributeValue::S(list));
    item.insert("list_sk".to_owned(), AttributeValue::S(id.to_string()));
}

impl InvoiceStore {
    /// The keys of a stretch, newest first.
    pub(super) async fn listed(
        &self,
        doing: &'static str,
        stretch: &Stretch,
    ) -> Result<Listed, Fault> {
        let Some(last) = stretch.before.0.checked_sub(1).filter(|last| *last >= stretch.from.0)
        else {
            return Ok(Listed { keys: Vec::new(), more: false });
        };
        let text = |id: Ulid| AttributeValue::S(id.to_string());
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression("list_pk = :list AND list_sk BETWEEN :from AND :last")
            .expression_attribute_values(":list", AttributeValue::S(stretch.list.clone()))
            .expression_attribute_values(":from", text(stretch.from))
            .expression_attribute_values(":last", text(Ulid(last)))
            .scan_index_forward(false)
            .limit(i32::try_from(stretch.limit).unwrap_or(1))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store(doing, &error))?;
        self.units.read(page.consumed_capacity());
        let found = page.items().iter().filter_map(|item| {
            let id = items::text(item, "list_sk").and_then(|id| Ulid::from_string(id).ok())?;
            let key = (items::text(item, "pk")?.to_owned(), items::text(item, "sk")?.to_owned());
            Some((id, key))
        });
        Ok(Listed { keys: found.collect(), more: page.last_evaluated_key.is_some() })
    }

    /// The items of these keys, by key; no key may be in the list twice.
    pub(super) async fn by_key(
        &self,
        doing: &'static str,
        wanted: &[keys::Key],
    ) -> Result<HashMap<keys::Key, Item>, Fault> {
        let how = Batch { doing, attributes: None, consistent: false };
        let keyed = |item: Item| {
            let key = (items::text(&item, "pk")?.to_owned(), items::text(&item, "sk")?.to_owned());
            Some((key, item))
        };
        Ok(self.batch(how, wanted).await?.into_iter().filter_map(keyed).collect())
    }
}
