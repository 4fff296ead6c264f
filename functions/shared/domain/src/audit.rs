//! What operators do beside invoices, for the audit; what they do to an invoice is on its
//! timeline. Must never be changed once it is written.
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::settings::Changed;
use crate::{Actor, Entry, Fact};

/// Something that an operator did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Identifier in order of time.
    pub id: Ulid,
    /// The seller's tenant id.
    pub tenant: String,
    /// When it was done.
    pub at: Timestamp,
    /// The operator; a Cognito subject.
    pub operator: String,
    /// What was done.
    #[serde(flatten)]
    pub deed: Deed,
}

/// What an operator did beside invoices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "data")]
#[expect(missing_docs, reason = "the fields repeat the words of the variant's sentence")]
pub enum Deed {
    /// Settings became these, at that version.
    SettingsChanged { version: u64, changes: Vec<Changed> },
    /// A file was imported.
    InvoicesImported { import: Ulid, imported: u32, unchanged: u32, rejected: u32, remaining: u32 },
    /// The audit was exported, over these times and of that user.
    AuditExported { from: Timestamp, to: Timestamp, user: Option<String>, lines: u32 },
    /// Somebody signed in.
    SignedIn {},
}

impl Deed {
    /// The variant's name, as the audit shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SettingsChanged { .. } => "SettingsChanged",
            Self::InvoicesImported { .. } => "InvoicesImported",
            Self::AuditExported { .. } => "AuditExported",
            Self::SignedIn {} => "SignedIn",
        }
    }
}

impl Entry {
    /// The operator who caused it, if it belongs into the audit. An import is told there once
    /// and not with each of its invoices, of which it can have twenty thousand.
    pub fn audited(&self) -> Option<&str> {
        match (&self.actor, &self.fact) {
            (_, Fact::InvoiceImported { .. })
            | (Actor::Payer | Actor::Stripe | Actor::Portal, _) => None,
            (Actor::Operator(id), _) => Some(id),
        }
    }
}
