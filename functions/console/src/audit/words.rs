//! What operators did, in words.
//! Must never fail on a name that is new: it is shown as it is.
use domain::Amount;
use serde_json::Value;

use crate::words::spaced;

/// Changes of settings that are told one by one.
const CHANGES_SHOWN: usize = 10;
/// Longest value of a change that is shown, in characters.
const VALUE_MAX: usize = 80;

/// The name of an entry as a sentence's beginning.
pub(super) fn what(name: &str) -> String {
    let known = match name {
        "LinkRegenerated" => "Made a new link",
        "LinkIssued" => "Made the first link",
        "LinkMailDue" => "Had the link mailed",
        "InvoiceAssigned" => "Changed the invoice’s owner",
        "CaseAssigned" => "Changed a case’s owner",
        "InformationRequested" => "Asked the payer",
        "PlanApproved" => "Approved a plan",
        "PlanDeclined" => "Declined a plan",
        "DisputeDecided" => "Decided a dispute",
        "NoticeClosed" => "Closed a notice",
        "InvoicesImported" => "Imported invoices",
        "SettingsChanged" => "Changed settings",
        "AuditExported" => "Exported the audit",
        "SignedIn" => "Signed in",
        _ => return spaced(name),
    };
    known.to_owned()
}

/// What else there is to say about it, in one line; may be empty.
pub(super) fn detail(name: &str, detail: &Value) -> String {
    let number = |field: &str| detail.get(field).and_then(Value::as_u64).unwrap_or(0);
    let text = |field: &str| detail.get(field).and_then(Value::as_str).unwrap_or_default();
    match name {
        "InvoicesImported" => format!(
            "{} imported, {} already in, {} rejected",
            number("imported"),
            number("unchanged"),
            number("rejected")
        ),
        "AuditExported" => match number("lines") {
            1 => "1 line".to_owned(),
            lines => format!("{lines} lines"),
        },
        "DisputeDecided" => {
            let credited = detail.get("credited").cloned().unwrap_or_default();
            let credited = serde_json::from_value::<Amount>(credited).ok();
            let credited = credited.map(|one| format!(", {} credited", domain::words::amount(one)));
            format!("{}{}", text("outcome").replace('_', " "), credited.unwrap_or_default())
        }
        "NoticeClosed" => spaced(text("what")),
        "LinkMailDue" => text("reason").replace('_', " "),
        "SettingsChanged" => changes(detail),
        _ => String::new(),
    }
}

fn changes(detail: &Value) -> String {
    let changes = detail.get("changes").and_then(Value::as_array);
    let changes = changes.map(Vec::as_slice).unwrap_or_default();
    let told = changes.iter().take(CHANGES_SHOWN).map(|change| {
        let text = |field: &str| change.get(field).and_then(Value::as_str).unwrap_or_default();
        let (from, to) = (shortened(text("from")), shortened(text("to")));
        format!("{}: “{from}” became “{to}”", field_words(text("field")))
    });
    let mut told: Vec<String> = told.collect();
    if changes.len() > CHANGES_SHOWN {
        told.push(format!("and {} more", changes.len() - CHANGES_SHOWN));
    }
    told.join("; ")
}

/// A field of the settings, as the settings page calls it.
fn field_words(field: &str) -> &str {
    match field {
        "tenant.name" => "Name",
        "tenant.brand_colour" => "Colour",
        "tenant.zone" => "Time zone",
        "tenant.reply_to" => "Answers go to",
        "policy.instalments_max" => "Most instalments",
        "policy.term_days_max" => "Longest plan, in days",
        "policy.instalment_min" => "Smallest instalment",
        "policy.approval_limit" => "Plans over this need the Controller",
        "policy.promise_days_max" => "Latest promise, in days",
        "reasons" => "Reasons of disputes",
        "holidays" => "Days off",
        "mail.subject" => "Subject of the mail",
        "mail.body" => "Text of the mail",
        other => other,
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(VALUE_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_new_is_shown_as_it_is() {
        assert_eq!(what("RoofRepainted"), "Roof repainted");
        assert_eq!(what(""), "");
        assert_eq!(detail("RoofRepainted", &Value::Null), "");
    }

    #[test]
    fn a_long_change_is_shortened_and_many_are_counted() {
        let change = serde_json::json!({ "field": "mail.body", "from": "x".repeat(500), "to": "" });
        let many = serde_json::json!({ "changes": vec![change; 12] });
        let told = detail("SettingsChanged", &many);
        assert!(told.len() < 2_000 && told.ends_with("; and 2 more"), "{told}");
    }
}
