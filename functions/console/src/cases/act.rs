//! POST …/owner, …/question and …/decision below a case's address.
//! Must never send a decision that was not shown first as what the payer will be told.
use domain::{Amount, CaseKind};
use serde_json::{Value, json};

use super::inspect::{self, Draft};
use super::model::CaseFile;
use super::{confirm, words};
use crate::form::Form;
use crate::mend::Wrongs;
use crate::shell::{Flash, Shown};
use crate::stop::{Problem, Stop};
use crate::visit::Visit;

/// Longest question or note, in characters, as the API takes it.
const TEXT_MAX: usize = 2_000;
/// The fields that the API names in what it refuses.
const FIELDS: [&str; 4] = ["decision", "credited", "note", "text"];

/// Gives the case to somebody, or to nobody.
///
/// # Errors
/// [`Stop`].
pub async fn owner(
    visit: &Visit,
    form: &Form,
    (invoice, case): (&str, &str),
) -> Result<Shown, Stop> {
    let owner = form.text("owner");
    let body = json!({ "owner": (!owner.is_empty()).then_some(owner) });
    let path = format!("/invoices/{invoice}/cases/{case}/owner");
    let outcome = visit.api.post::<Value>(&path, &form.key(), &body).await;
    let done = match owner {
        "" => "Nobody owns this case now.",
        "me" => "This case is yours now.",
        _ => "The case has a new owner.",
    };
    visit.after(&place(invoice, case), outcome, done)
}

/// Asks the payer.
///
/// # Errors
/// [`Stop`].
pub async fn question(
    visit: &Visit,
    form: &Form,
    (invoice, case): (&str, &str),
) -> Result<Shown, Stop> {
    let mut draft = Draft { text: form.text("text").to_owned(), ..Draft::default() };
    check_text(&mut draft.wrongs, "text", &draft.text, "Write what you want to know.");
    if draft.wrongs.is_empty() {
        let body = json!({ "text": draft.text });
        let path = format!("/invoices/{invoice}/cases/{case}/question");
        match visit.api.post::<Value>(&path, &form.key(), &body).await {
            Err(Stop::Problem(problem)) if is_mendable(&problem) => {
                draft.wrongs = Wrongs::of(&problem, &FIELDS);
            }
            outcome => {
                let done = "The question is on its way to the payer, with a link to answer it.";
                return visit.after(&place(invoice, case), outcome, done);
            }
        }
    }
    let case = inspect::read(visit, invoice, case).await?;
    inspect::page(visit, &case, &draft).await
}

/// Shows what a decision means, then sends it.
///
/// # Errors
/// [`Stop`].
pub async fn decision(
    visit: &Visit,
    form: &Form,
    (invoice, id): (&str, &str),
) -> Result<Shown, Stop> {
    let case = inspect::read(visit, invoice, id).await?;
    let mut draft = Draft {
        decision: form.text("decision").to_owned(),
        credited: form.text("credited").to_owned(),
        note: form.text("note").to_owned(),
        ..Draft::default()
    };
    if form.text("do") == "edit" {
        return inspect::page(visit, &case, &draft).await;
    }
    let credited = check(&case, &mut draft);
    if !draft.wrongs.is_empty() {
        return inspect::page(visit, &case, &draft).await;
    }
    if form.text("do") != "send" {
        return confirm::page(visit, &case, &draft, credited);
    }
    let part = (draft.decision == "partly_accept").then_some(draft.credited.as_str());
    let mut body = json!({ "decision": draft.decision, "note": draft.note });
    if let (Some(part), Value::Object(fields)) = (part, &mut body) {
        fields.insert("credited".to_owned(), json!(part));
    }
    let path = format!("/invoices/{invoice}/cases/{id}/decision");
    match visit.api.post::<Value>(&path, &form.key(), &body).await {
        Err(Stop::Problem(problem)) if is_mendable(&problem) => {
            draft.wrongs = Wrongs::of(&problem, &FIELDS);
            inspect::page(visit, &case, &draft).await
        }
        // Over the limit: what the API says names who may do it.
        Err(Stop::Problem(problem)) if problem.title == "Needs the Controller" => {
            Ok(visit.to(&place(invoice, id), &Flash::bad(problem.text())))
        }
        outcome => {
            let done = format!("{} decided. The payer is told by email.", words::kind(case.kind()));
            visit.after(&place(invoice, id), outcome, &done)
        }
    }
}

/// Checks what can be checked before the API does, and says what is credited.
fn check(case: &CaseFile, draft: &mut Draft) -> Option<Amount> {
    let known: &[&str] = match case.kind() {
        CaseKind::Plan => &["approve", "decline"],
        CaseKind::Dispute => &["accept", "partly_accept", "reject"],
        CaseKind::Promise => &[],
    };
    if !known.contains(&draft.decision.as_str()) {
        draft.wrongs.add("decision", "Choose what you decide.");
    }
    let mut credited = (draft.decision == "accept").then_some(case.amount);
    if draft.decision == "partly_accept" {
        match Amount::parse(&draft.credited, case.amount.currency) {
            Ok(part) if part.minor < case.amount.minor => credited = Some(part),
            Ok(_) => {
                let disputed = domain::words::amount(case.amount);
                let says = format!("Write less than {disputed}, or accept the whole dispute.");
                draft.wrongs.add("credited", says);
            }
            Err(_) => draft.wrongs.add("credited", "Write an amount, such as 12.50."),
        }
    }
    let missing = "Write a note: the payer reads it with the decision.";
    check_text(&mut draft.wrongs, "note", &draft.note, missing);
    credited
}

fn check_text(wrongs: &mut Wrongs, field: &str, text: &str, missing: &str) {
    if text.is_empty() {
        wrongs.add(field, missing);
    } else if text.replace("\r\n", "\n").chars().count() > TEXT_MAX {
        wrongs.add(field, "Write 2,000 characters at most.");
    }
}

/// Whether what was typed can be mended: the form is shown again with it.
fn is_mendable(problem: &Problem) -> bool {
    matches!(problem.status, 400 | 413 | 422)
}

fn place(invoice: &str, case: &str) -> String {
    format!("invoices/{invoice}/cases/{case}")
}
