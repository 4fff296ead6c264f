//! The step between choosing a decision and sending it: what the payer will be told.
//! Must never promise the payer anything that the letters do not say.
use askama::Template;
use domain::words::amount;
use domain::{Amount, CaseKind, Status};

use super::inspect::Draft;
use super::model::CaseFile;
use super::words;
use crate::shell::{Here, Section, Shown};
use crate::stop::Stop;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "decide.html", whitespace = "minimize")]
struct ConfirmView<'a> {
    here: &'a Here,
    case: &'a CaseFile,
    base: String,
    heading: String,
    /// What happens, in sentences.
    effects: Vec<String>,
    button: &'static str,
    draft: &'a Draft,
}

/// The page on which a decision is looked at once more.
///
/// # Errors
/// [`Stop`] if the template fails to write.
pub(crate) fn page(
    visit: &Visit,
    case: &CaseFile,
    draft: &Draft,
    credited: Option<Amount>,
) -> Result<Shown, Stop> {
    let (heading, button) = titles(&draft.decision);
    let view = ConfirmView {
        here: &visit.here,
        base: format!("{}/console/invoices/{}/cases/{}", visit.here.root, case.invoice.id, case.id),
        heading: format!("{heading} {}", case.reference),
        effects: effects(case, &draft.decision, credited),
        button,
        draft,
        case,
    };
    let section = match case.kind() {
        CaseKind::Plan | CaseKind::Promise => Section::Plans,
        CaseKind::Dispute => Section::Disputes,
    };
    Shown::page(section, format!("{} {}: check", words::kind(case.kind()), case.reference), &view)
}

fn titles(decision: &str) -> (&'static str, &'static str) {
    match decision {
        "approve" => ("Approve plan", "Approve and tell the payer"),
        "decline" => ("Decline plan", "Decline and tell the payer"),
        "accept" => ("Accept dispute", "Accept and tell the payer"),
        "partly_accept" => ("Accept a part of dispute", "Accept this part and tell the payer"),
        _ => ("Reject dispute", "Reject and tell the payer"),
    }
}

/// What the decision does, as the letters and the invoice will say it.
fn effects(case: &CaseFile, decision: &str, credited: Option<Amount>) -> Vec<String> {
    let balance = case.invoice.balance;
    if decision == "approve" {
        return approved(case.invoice.status);
    }
    let taken = credited.map_or(0, |credited| credited.minor);
    let left = Amount { minor: balance.minor.saturating_sub(taken).max(0), ..balance };
    let mut effects: Vec<String> = Vec::new();
    let told = match decision {
        "decline" => "the plan is declined",
        "accept" => "the dispute is accepted",
        "partly_accept" => "a part of the dispute is accepted",
        _ => "the dispute is not accepted",
    };
    effects.push(format!("The payer gets an email that {told}, with your note."));
    if let Some(credited) = credited {
        let (credited, now) = (amount(credited), amount(left));
        effects.push(format!("{credited} is credited: the balance becomes {now}."));
    }
    effects.push(if left.minor == 0 {
        "Nothing is left to pay, and reminders end.".to_owned()
    } else {
        still_owed(case.invoice.status, &amount(left))
    });
    effects
}

fn approved(status: Status) -> Vec<String> {
    let mut effects = vec![
        "The payer gets an email that the plan is agreed, with all its instalments.".to_owned(),
        "Three days before each instalment is due, they get an email with the link to pay it."
            .to_owned(),
        "Reminders for the whole balance stop while the plan is kept.".to_owned(),
    ];
    let held = |why: &str| format!("{why}: until that has ended, no instalment is asked for.");
    effects.extend(hold(status).map(held));
    effects
}

/// A decision opens the invoice again, unless something else holds it: then the letter has no
/// link, and the cadence rests.
fn still_owed(status: Status, left: &str) -> String {
    match hold(status) {
        None => format!(
            "The email brings a new link to pay {left}. Older links stop working, and reminders \
             go on."
        ),
        Some(why) => format!(
            "The email says that {left} is left to pay, but brings no link. {why}: until that has \
             ended, no reminder goes out."
        ),
    }
}

/// What holds the invoice whatever is decided about the case.
fn hold(status: Status) -> Option<&'static str> {
    match status {
        Status::Processing => Some("A bank payment is on its way"),
        Status::UnderReview => {
            Some("The invoice is under review, since money came that does not match")
        }
        Status::Open
        | Status::Paid
        | Status::PlanSubmitted
        | Status::PlanActive
        | Status::Promised
        | Status::Disputed
        | Status::Closed => None,
    }
}
