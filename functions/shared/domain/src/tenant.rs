//! The seller who uses the portal, and what of it an invoice carries.
//! Must never hold a secret: keys live with the platform.
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::mail_template::MailTemplate;
use crate::{Amount, Currency};

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
    /// What plans and promises are accepted.
    #[serde(default)]
    pub policy: Policy,
    /// Why an invoice can be disputed, in the order payers see.
    #[serde(default = "standard_reasons")]
    pub reasons: Vec<Reason>,
    /// Days besides Saturdays and Sundays on which nobody works.
    #[serde(default)]
    pub holidays: Vec<Date>,
    /// The seller's own words for the mails of the cadence; none uses ours.
    #[serde(default)]
    pub mail: Option<MailTemplate>,
}

/// What a seller accepts of plans and promises. Amounts are in whole units of the invoice's
/// currency (dollars, not cents), since one policy serves every currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Most instalments of a plan.
    pub instalments_max: u16,
    /// Latest instalment, in days from the day of the proposal.
    pub term_days_max: u16,
    /// Smallest instalment.
    pub instalment_min: i64,
    /// A plan over more than this needs the Controller or Legal.
    pub approval_limit: i64,
    /// Latest date of a promise, in days from the day it is made.
    pub promise_days_max: u16,
}

/// Why an invoice is disputed, and what has to be shown for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code, such as `already_paid`.
    pub code: String,
    /// What payers read.
    pub label: String,
    /// Documents without which it is not accepted.
    #[serde(default)]
    pub documents: Vec<Evidence>,
}

/// A document that a reason asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Stable code, such as `proof_of_payment`.
    pub code: String,
    /// What payers read, such as `Proof of payment`.
    pub label: String,
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

impl Default for Policy {
    fn default() -> Self {
        Self {
            instalments_max: 12,
            term_days_max: 366,
            instalment_min: 25,
            approval_limit: 50_000,
            promise_days_max: 30,
        }
    }
}

impl Policy {
    /// The smallest instalment in `currency`.
    pub fn instalment_min(&self, currency: Currency) -> Amount {
        Amount::of_units(self.instalment_min, currency)
    }

    /// The largest plan that needs no Controller, in `currency`.
    pub fn approval_limit(&self, currency: Currency) -> Amount {
        Amount::of_units(self.approval_limit, currency)
    }

    /// Whether a plan over `amount` needs the Controller or Legal.
    pub fn needs_approval(&self, amount: Amount) -> bool {
        amount.minor > self.approval_limit(amount.currency).minor
    }
}

/// The reasons of a seller who has not changed the list.
pub fn standard_reasons() -> Vec<Reason> {
    let reason = |code: &str, label: &str, documents: &[(&str, &str)]| Reason {
        code: code.to_owned(),
        label: label.to_owned(),
        documents: documents
            .iter()
            .map(|(code, label)| Evidence { code: (*code).to_owned(), label: (*label).to_owned() })
            .collect(),
    };
    vec![
        reason("never_received", "We never received it", &[]),
        reason(
            "damaged_or_wrong",
            "Damaged or wrong goods",
            &[("photo_of_goods", "Photo of the goods")],
        ),
        reason(
            "price_or_quantity",
            "Wrong price or quantity",
            &[("order", "Your order or the agreed quote")],
        ),
        reason("already_paid", "We have already paid", &[("proof_of_payment", "Proof of payment")]),
        reason("duplicate", "We were billed twice for the same", &[]),
        reason(
            "contract_or_tax",
            "Contract or tax terms",
            &[("contract_or_certificate", "Contract or tax certificate")],
        ),
        reason("other", "Something else", &[]),
    ]
}

impl Tenant {
    /// The reason of that code.
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.code == code)
    }

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
