//! Who may do what: nine roles, seventeen tasks, one table. `docs/roles.md` is written from it.
//! Must never let a group in that the table does not know.
use std::collections::BTreeSet;

use serde_json::Value;

mod endpoints;

#[cfg(test)]
mod tests;

pub use endpoints::{ENDPOINTS, Endpoint};

/// A role of an operator's, which is a group of the Cognito pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sets the product up.
    Admin,
    /// Answers for the books.
    Controller,
    /// Leads collections.
    ArManager,
    /// Works the invoices.
    ArOperator,
    /// Sold what was billed.
    Sales,
    /// Looks after the customer.
    Csm,
    /// Answers for disputes.
    Legal,
    /// Looks after billing.
    BillingAdmin,
    /// Looks only.
    Viewer,
}

/// What an operator may want; each endpoint asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// Find and read invoices and their timelines.
    Read,
    /// Give an invoice an owner.
    AssignInvoice,
    /// Import invoices.
    Import,
    /// Read what was imported, and what was rejected.
    ReadImports,
    /// See a live pay link, and mail it again.
    ShareLink,
    /// Put a new pay link in place of the old one.
    RegenerateLink,
    /// Download receipts.
    ReadReceipt,
    /// Read plans, promises and disputes, and the documents that came with them.
    ReadCases,
    /// Take a case, give it away, ask the payer.
    WorkCases,
    /// Approve, decline, accept, reject.
    DecideCases,
    /// Read the organisation's settings.
    ReadSettings,
    /// Change any setting.
    WriteSettings,
    /// Change the policy and the reasons of disputes, and no other setting.
    WritePolicy,
    /// Read and export what operators did.
    ReadAudit,
    /// Read what an operator must not miss.
    ReadNotices,
    /// Mark such a notice as done.
    CloseNotices,
    /// Read who the operators are; be known as one.
    ReadOperators,
}

/// The roles of one operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Role {
    /// Every role, in the order of the docs.
    pub const ALL: [Self; 9] = [
        Self::Admin,
        Self::Controller,
        Self::ArManager,
        Self::ArOperator,
        Self::Sales,
        Self::Csm,
        Self::Legal,
        Self::BillingAdmin,
        Self::Viewer,
    ];

    /// The group of the Cognito pool.
    pub fn group(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Controller => "controller",
            Self::ArManager => "ar_manager",
            Self::ArOperator => "ar_operator",
            Self::Sales => "sales",
            Self::Csm => "csm",
            Self::Legal => "legal",
            Self::BillingAdmin => "billing_admin",
            Self::Viewer => "viewer",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Controller => "Controller",
            Self::ArManager => "A/R Manager",
            Self::ArOperator => "A/R Operator",
            Self::Sales => "Sales",
            Self::Csm => "CSM",
            Self::Legal => "Legal",
            Self::BillingAdmin => "Billing Admin",
            Self::Viewer => "Viewer",
        }
    }

    /// The role of that group, spelt exactly so; `None` for any other group.
    pub fn of_group(group: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.group() == group)
    }

    /// Whether the role allows the task.
    pub fn may(self, task: Task) -> bool {
        use Task::{
            CloseNotices, DecideCases, Read, ReadAudit, ReadCases, ReadImports, ReadNotices,
            ReadOperators, ReadReceipt, ReadSettings, RegenerateLink, ShareLink, WorkCases,
            WritePolicy, WriteSettings,
        };
        match self {
            Self::Admin => true,
            Self::ArManager => !matches!(task, WriteSettings | WritePolicy),
            Self::ArOperator => !matches!(task, WriteSettings | WritePolicy | ReadAudit),
            Self::Controller => matches!(
                task,
                Read | ReadReceipt
                    | ReadImports
                    | ReadCases
                    | WorkCases
                    | DecideCases
                    | ReadSettings
                    | WritePolicy
                    | ReadAudit
                    | ReadNotices
                    | CloseNotices
                    | ReadOperators
            ),
            Self::Legal => matches!(
                task,
                Read | ReadReceipt
                    | ReadCases
                    | WorkCases
                    | DecideCases
                    | ReadSettings
                    | ReadAudit
                    | ReadNotices
                    | ReadOperators
            ),
            Self::BillingAdmin => matches!(
                task,
                Read | ReadImports
                    | ShareLink
                    | RegenerateLink
                    | ReadReceipt
                    | ReadCases
                    | WorkCases
                    | ReadSettings
                    | ReadNotices
                    | CloseNotices
                    | ReadOperators
            ),
            Self::Sales | Self::Csm => matches!(task, Read | ReadCases | ReadOperators),
            Self::Viewer => matches!(
                task,
                Read | ReadReceipt
                    | ReadCases
                    | ReadSettings
                    | ReadAudit
                    | ReadNotices
                    | ReadOperators
            ),
        }
    }

    /// Whether plans over the seller's limit may be approved.
    pub fn may_exceed_limit(self) -> bool {
        matches!(self, Self::Controller | Self::Legal)
    }
}

impl Task {
    /// Every task, in the order of the docs.
    pub const ALL: [Self; 17] = [
        Self::Read,
        Self::AssignInvoice,
        Self::Import,
        Self::ReadImports,
        Self::ShareLink,
        Self::RegenerateLink,
        Self::ReadReceipt,
        Self::ReadCases,
        Self::WorkCases,
        Self::DecideCases,
        Self::ReadSettings,
        Self::WriteSettings,
        Self::WritePolicy,
        Self::ReadAudit,
        Self::ReadNotices,
        Self::CloseNotices,
        Self::ReadOperators,
    ];

    /// What it is to do, as the docs say it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Read => "Find and read invoices and their timelines",
            Self::AssignInvoice => "Give an invoice an owner",
            Self::Import => "Import invoices",
            Self::ReadImports => "Read imports and their rejects",
            Self::ShareLink => "See a live pay link and mail it again",
            Self::RegenerateLink => "Put a new pay link in place of the old one",
            Self::ReadReceipt => "Download receipts",
            Self::ReadCases => "Read plans, promises, disputes and their documents",
            Self::WorkCases => "Take a case, give it away, ask the payer",
            Self::DecideCases => "Decide plans and disputes",
            Self::ReadSettings => "Read the settings",
            Self::WriteSettings => "Change any setting",
            Self::WritePolicy => "Change policy and reasons",
            Self::ReadAudit => "Read and export the audit",
            Self::ReadNotices => "Read notices",
            Self::CloseNotices => "Mark a notice as done",
            Self::ReadOperators => "Read who the operators are",
        }
    }
}

impl Roles {
    /// The roles that the claim `cognito:groups` names. The token itself carries a list; API
    /// Gateway hands it on as one string, `a,b`, and others as `[a b]`. Unknown groups are no
    /// roles.
    pub fn of_claim(claim: &Value) -> Self {
        match claim {
            Value::String(text) => Self::of_groups(
                text.trim_matches(['[', ']']).split([' ', ',']).filter(|group| !group.is_empty()),
            ),
            Value::Array(groups) => Self::of_groups(groups.iter().filter_map(Value::as_str)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Self::default(),
        }
    }

    /// The roles of these groups.
    pub fn of_groups<'a>(groups: impl IntoIterator<Item = &'a str>) -> Self {
        Self(groups.into_iter().filter_map(Role::of_group).collect())
    }

    /// Whether one of the roles allows the task.
    pub fn may(&self, task: Task) -> bool {
        self.iter().any(|role| role.may(task))
    }

    /// Whether plans over the seller's limit may be approved.
    pub fn may_exceed_limit(&self) -> bool {
        self.iter().any(Role::may_exceed_limit)
    }

    /// The roles, in the order of the docs.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}
