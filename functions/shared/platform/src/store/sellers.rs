//! Sellers' settings, and which seller a connected account belongs to.
//! Must never take the tenant from metadata: our own map decides.
use domain::Tenant;
use serde::Deserialize;

use super::{InvoiceStore, items};
use crate::Fault;

#[derive(Deserialize)]
struct AccountOwner {
    tenant: String,
}

impl InvoiceStore {
    /// A seller's settings.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn tenant(&self, id: &str) -> Result<Option<Tenant>, Fault> {
        let key = (format!("TENANT#{id}"), "TENANT".to_owned());
        self.item(&key, false).await?.map(items::read).transpose()
    }

    /// The tenant that owns a connected account.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn tenant_of_account(&self, account: &str) -> Result<Option<String>, Fault> {
        let key = (format!("ACCOUNT#{account}"), "ACCOUNT".to_owned());
        let owner = self.item(&key, false).await?.map(items::read::<AccountOwner>).transpose()?;
        Ok(owner.map(|owner| owner.tenant))
    }
}
