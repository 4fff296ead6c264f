//! The seller who uses the portal, and what of it an invoice carries.
//! Must never hold a secret: keys live with the platform.
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A seller: its settings, as an Admin keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Stable short id, such as `northwind`; equals the operators' Cognito attribute.
    pub id: String,
    /// Name that payers read.
    pub name: String,
    /// Accent of pages and mails, `#rrggbb`.
    pub brand_colour: String,
    /// IANA time zone that due dates and receipts are reckoned in.
    pub zone: String,
    /// Connected Stripe account (`acct_…`); none until the seller has connected.
    pub stripe_account: Option<String>,
    /// Country of that account, ISO 3166-1 alpha-2; decides where ACH is offered.
    pub country: String,
    /// Address that mails come from; verified with SES.
    pub sender: String,
    /// Address that answers and notices to the billing team go to.
    pub reply_to: String,
}

/// What an invoice carries of its seller, so that a page needs one read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// Name that payers read.
    pub name: String,
    /// Accent colour, `#rrggbb`.
    pub brand_colour: String,
    /// IANA time zone.
    pub zone: String,
    /// Address for questions.
    pub contact: String,
    /// Country of the Stripe account; decides where ACH is offered.
    pub country: String,
}

impl Tenant {
    /// The part of the settings that invoices carry.
    pub fn seller(&self) -> Seller {
        Seller {
            name: self.name.clone(),
            brand_colour: self.brand_colour.clone(),
            zone: self.zone.clone(),
            contact: self.reply_to.clone(),
            country: self.country.clone(),
        }
    }
}

impl Seller {
    /// The seller's zone; UTC if the setting names none that is known.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }
}
