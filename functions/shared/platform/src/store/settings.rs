//! A seller's settings with their version: changed if nobody else has, and told in the audit.
//! Must never write one without the other.
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use domain::{Act, Tenant};

use super::{Commit, InvoiceStore, items, keys};
use crate::Fault;

/// Counts changes; absent before the first.
const VERSION: &str = "settings_version";

/// Settings as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Counts changes, from 0.
    pub version: u64,
    /// The settings.
    pub tenant: Tenant,
}

impl InvoiceStore {
    /// A seller's settings, the newest.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn settings(&self, tenant: &str) -> Result<Option<Settings>, Fault> {
        let Some(item) = self.item(&key(tenant), true).await? else { return Ok(None) };
        let version = item.get(VERSION).and_then(|version| version.as_n().ok());
        let version = version.and_then(|version| version.parse().ok()).unwrap_or_default();
        Ok(Some(Settings { version, tenant: items::read(item)? }))
    }

    /// Writes settings whose version is one above the stored one, with the act that tells of it.
    /// [`Commit::Lost`] if somebody else has changed them: then nothing is written.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn change_settings(&self, next: &Settings, act: &Act) -> Result<Commit, Fault> {
        let mut item = items::keyed(&key(&next.tenant.id), &next.tenant)?;
        item.insert(VERSION.to_owned(), AttributeValue::N(next.version.to_string()));
        let before = next.version.saturating_sub(1);
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = if before == 0 {
            put.condition_expression(format!(
                "attribute_exists(pk) AND attribute_not_exists({VERSION})"
            ))
        } else {
            put.condition_expression(format!("{VERSION} = :before"))
                .expression_attribute_values(":before", AttributeValue::N(before.to_string()))
        };
        let put = put.build().map_err(|error| Fault::store("build", &error))?;
        let put = TransactWriteItem::builder().put(put).build();
        self.insist("settings", vec![put, self.put_act(act)?]).await
    }
}

fn key(tenant: &str) -> keys::Key {
    (format!("TENANT#{tenant}"), "TENANT".to_owned())
}
