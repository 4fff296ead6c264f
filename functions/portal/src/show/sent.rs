//! What a payer sent, and what the seller said to it, in words.
//! Must never show who at the seller's decided: the seller speaks.
use domain::case::{Matter, Plan, Question};
use domain::{Case, CaseState, InvoiceFile, Seller, Status, words};

use ulid::Ulid;

use crate::page::{Detail, Mark, Part, Sent, Verdict};

/// What a link shows as sent: what was sent through it, else what is open.
pub(super) fn shown(file: &InvoiceFile, link: Ulid) -> Option<Sent> {
    let own = file.cases.iter().filter(|case| case.link == link).max_by_key(|case| case.id);
    own.or_else(|| file.open_case()).map(|case| sent(case, &file.invoice.seller))
}

/// A case as it was sent, with what was asked and answered since.
fn sent(case: &Case, seller: &Seller) -> Sent {
    let mut details = match &case.matter {
        Matter::Plan(plan) => vec![detail("Reason", &plan.reason)],
        Matter::Promise(promise) => {
            let note = promise.note.iter().map(|note| detail("Note", note));
            let promised =
                format!("{} by {}", words::amount(promise.amount), words::date(promise.date));
            std::iter::once(detail("Promised", &promised)).chain(note).collect()
        }
        Matter::Dispute(dispute) => vec![
            detail("Reason", &dispute.label),
            detail("Disputed", &words::amount(dispute.amount)),
            detail("What is wrong", &dispute.description),
        ],
    };
    let names: Vec<&str> = case.documents.iter().map(|one| one.name.as_str()).collect();
    if !names.is_empty() {
        details.push(detail("Documents", &names.join("\n")));
    }
    let contact = &case.contact;
    let contact = [Some(&contact.name), Some(&contact.email), contact.phone.as_ref()];
    let contact: Vec<&str> = contact.into_iter().flatten().map(String::as_str).collect();
    details.push(detail("Contact", &contact.join("\n")));
    details.extend(case.questions.iter().flat_map(|question| thread(question, seller)));
    let note = case.decision.as_ref().map(|decision| decision.note.as_str());
    details.extend(note.filter(|note| !note.is_empty()).map(|note| detail("Decision", note)));
    let schedule = match &case.matter {
        Matter::Plan(plan) => schedule(plan, case.state),
        Matter::Promise(_) | Matter::Dispute(_) => Vec::new(),
    };
    let (reference, on) = (case.reference(), words::date_of(case.submitted_at, seller));
    let agreed = matches!(case.state, CaseState::Active | CaseState::Completed)
        && matches!(case.matter, Matter::Plan(_));
    Sent { reference, on, agreed, schedule, details }
}

/// What the seller said to the last case, or what became of it, if the payer should know.
pub(super) fn verdict(file: &InvoiceFile) -> Option<Verdict> {
    match file.invoice.status {
        Status::Open | Status::Closed => {}
        Status::Processing
        | Status::UnderReview
        | Status::Paid
        | Status::PlanSubmitted
        | Status::PlanActive
        | Status::Promised
        | Status::Disputed => return None,
    }
    let case = file.cases.iter().max_by_key(|case| case.id)?;
    let title = match case.state {
        CaseState::Declined => "Plan declined",
        CaseState::Accepted => "Dispute accepted",
        CaseState::PartlyAccepted => "Dispute accepted in part",
        CaseState::Rejected => "Dispute not accepted",
        CaseState::Missed => "The promised payment has not arrived",
        CaseState::Submitted
        | CaseState::Asked
        | CaseState::Active
        | CaseState::Completed
        | CaseState::Kept
        | CaseState::Settled => return None,
    };
    let decision = case.decision.as_ref();
    let note = decision.map(|decision| decision.note.clone()).filter(|note| !note.is_empty());
    let credited = decision.and_then(|decision| decision.credited).map(words::amount);
    Some(Verdict { title, note, credited })
}

fn schedule(plan: &Plan, state: CaseState) -> Vec<Part> {
    let next = plan.next().map(|(index, _)| index).filter(|_| state == CaseState::Active);
    let part = |(index, one): (usize, &domain::case::PlanInstalment)| Part {
        due: words::date(one.due),
        amount: words::amount(one.amount),
        mark: match one.paid_by {
            Some(_) => Mark::Paid,
            None if one.missed => Mark::Missed,
            None if next == Some(index) => Mark::Next,
            None => Mark::None,
        },
    };
    plan.instalments.iter().enumerate().map(part).collect()
}

fn thread(question: &Question, seller: &Seller) -> Vec<Detail> {
    let on = |at| words::date_of(at, seller);
    let asked = format!("Question of {}", on(question.asked_at));
    let mut thread = vec![detail(&asked, &question.text)];
    if let Some(answer) = &question.answer {
        let names = answer.documents.iter().map(|one| one.name.as_str());
        let parts = std::iter::once(answer.text.as_str()).chain(names);
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        thread.push(detail(&format!("Answer of {}", on(answer.at)), &parts.join("\n")));
    }
    thread
}

fn detail(label: &str, text: &str) -> Detail {
    Detail { label: label.to_owned(), text: text.to_owned() }
}
