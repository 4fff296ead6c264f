//! What became different in a seller's settings, for the audit.
//! Must never leave a difference out: what is not told here was not done.
use serde::{Deserialize, Serialize};

use crate::{Policy, Reason, Tenant};

/// A part of the settings, as roles may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Name, colour, zone, and where answers go.
    Tenant,
    /// Limits of plans and promises.
    Policy,
    /// Why an invoice can be disputed.
    Reasons,
    /// Days off.
    Holidays,
    /// Words of the cadence.
    Mail,
}

/// A value that became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Which, such as `policy.instalments_max`.
    pub field: String,
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
}

/// The parts that differ, each once.
pub fn parts(old: &Tenant, new: &Tenant) -> Vec<Part> {
    let differ = [
        (Part::Policy, old.policy != new.policy),
        (Part::Reasons, old.reasons != new.reasons),
        (Part::Holidays, old.holidays != new.holidays),
        (Part::Mail, old.mail != new.mail),
        (Part::Tenant, tenant(old) != tenant(new)),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
}

/// Every field that differs, with its old and its new value.
pub fn changes(old: &Tenant, new: &Tenant) -> Vec<Changed> {
    let fields = [
        tenant(old).into_iter().zip(tenant(new)).collect::<Vec<_>>(),
        policy(&old.policy).into_iter().zip(policy(&new.policy)).collect(),
        lists(old).into_iter().zip(lists(new)).collect(),
    ];
    let fields = fields.into_iter().flatten();
    let differ = fields.filter(|((_, from), (_, to))| from != to);
    differ.map(|((field, from), (_, to))| Changed { field: field.to_owned(), from, to }).collect()
}

type Field = (&'static str, String);

/// Name by name, so that a new field of a seller has to be thought of here.
fn tenant(tenant: &Tenant) -> [Field; 8] {
    let Tenant {
        id,
        name,
        brand_colour,
        zone,
        stripe_account,
        country,
        sender,
        reply_to,
        policy: _,
        reasons: _,
        holidays: _,
        mail: _,
    } = tenant;
    [
        ("tenant.id", id.clone()),
        ("tenant.name", name.clone()),
        ("tenant.brand_colour", brand_colour.clone()),
        ("tenant.zone", zone.clone()),
        ("tenant.stripe_account", stripe_account.clone().unwrap_or_default()),
        ("tenant.country", country.clone()),
        ("tenant.sender", sender.clone()),
        ("tenant.reply_to", reply_to.clone()),
    ]
}

fn policy(policy: &Policy) -> [Field; 5] {
    let Policy { instalments_max, term_days_max, instalment_min, approval_limit, promise_days_max } =
        policy;
    [
        ("policy.instalments_max", instalments_max.to_string()),
        ("policy.term_days_max", term_days_max.to_string()),
        ("policy.instalment_min", instalment_min.to_string()),
        ("policy.approval_limit", approval_limit.to_string()),
        ("policy.promise_days_max", promise_days_max.to_string()),
    ]
}

fn lists(tenant: &Tenant) -> [Field; 4] {
    let days: Vec<String> = tenant.holidays.iter().map(ToString::to_string).collect();
    let reasons: Vec<String> = tenant.reasons.iter().map(reason).collect();
    let mail = tenant.mail.as_ref();
    [
        ("reasons", reasons.join("; ")),
        ("holidays", days.join(", ")),
        ("mail.subject", mail.map(|mail| mail.subject.clone()).unwrap_or_default()),
        ("mail.body", mail.map(|mail| mail.body.clone()).unwrap_or_default()),
    ]
}

/// `already_paid "We have already paid" [proof_of_payment "Proof of payment"]`
fn reason(reason: &Reason) -> String {
    let documents: Vec<String> =
        reason.documents.iter().map(|one| format!("{} \"{}\"", one.code, one.label)).collect();
    let asked =
        if documents.is_empty() { String::new() } else { format!(" [{}]", documents.join(", ")) };
    format!("{} \"{}\"{asked}", reason.code, reason.label)
}
