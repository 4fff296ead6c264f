//! Sellers' settings. Must never be read on a page's way: an invoice carries what it shows.
use domain::Tenant;

use super::{InvoiceStore, items};
use crate::Fault;

impl InvoiceStore {
    /// A seller's settings.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn tenant(&self, id: &str) -> Result<Option<Tenant>, Fault> {
        let key = (format!("TENANT#{id}"), "TENANT".to_owned());
        self.item(&key, false).await?.map(items::read).transpose()
    }
}
