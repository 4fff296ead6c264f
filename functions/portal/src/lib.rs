//! What a payer sees and does: a file per action, a binary per file.
//! Must never show internals: a fault becomes an apology with a reference.

pub mod answer;
pub mod dispute;
pub mod files;
pub mod new_link;
pub mod page;
pub mod paid;
pub mod pay;
pub mod plan;
pub mod promise;
pub mod receipt;
pub mod refusal;
pub mod view;

mod documents;
mod limit;
mod multipart;
mod show;
mod submission;
mod visit;
mod visitor;

use platform::http::Reply;
use platform::store::InvoiceStore;
use platform::stripe::Stripe;
use platform::token::LinkKeys;
use platform::{Fault, Setup};

use page::{Plain, PlainPage};

/// What every payer action needs.
#[derive(Debug)]
pub struct Portal {
    /// The table.
    pub store: InvoiceStore,
    /// The keys that links are signed with.
    pub keys: LinkKeys,
    /// Origins of Checkout, for the policy on where forms may lead.
    pub checkout_origins: String,
}

/// What the actions about money need besides.
#[derive(Debug)]
pub struct Till {
    /// The rest of the portal.
    pub portal: Portal,
    /// Stripe's API.
    pub stripe: Stripe,
    /// The portal's public address, if it is set.
    pub public_url: Option<String>,
}

impl Portal {
    /// Reads settings and opens the table.
    ///
    /// # Errors
    /// [`Fault::Config`].
    pub async fn start(setup: &mut Setup) -> Result<Self, Fault> {
        let origin = setup.optional("CHECKOUT_ORIGIN");
        Ok(Self {
            store: setup.store().await,
            keys: setup.link_keys().await?,
            checkout_origins: origin.unwrap_or_else(|| "https://checkout.stripe.com".to_owned()),
        })
    }
}

impl Till {
    /// Reads settings, opens the table and prepares Stripe.
    ///
    /// # Errors
    /// [`Fault::Config`].
    pub async fn start(setup: &mut Setup) -> Result<Self, Fault> {
        Ok(Self {
            portal: Portal::start(setup).await?,
            stripe: setup.stripe().await?,
            public_url: setup.optional("PORTAL_URL"),
        })
    }
}

/// The page shown when the world has failed us.
pub fn apology(fault: &Fault, reference: &str) -> Reply {
    let status = if fault.is_retryable() { 503 } else { 500 };
    let page = PlainPage { kind: Plain::Unavailable { reference: reference.to_owned() } };
    show::plain(status, &page)
}
