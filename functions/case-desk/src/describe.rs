//! A case as an operator reads it. Must never show where a document lies: a key is not a link.
use std::collections::HashMap;

use domain::case::{Answer, Matter, Question};
use domain::tenant::Evidence;
use domain::{Case, CaseState, Document, InvoiceFile};
use jiff::Timestamp;
use platform::uploads::Verdict;
use serde_json::{Value, json};
use ulid::Ulid;

/// What the scanner said of documents, as far as it was asked.
pub(crate) type Verdicts = HashMap<Ulid, Verdict>;

pub(crate) fn describe(
    file: &InvoiceFile,
    case: &Case,
    verdicts: &Verdicts,
    now: Timestamp,
) -> Value {
    let invoice = &file.invoice;
    let matter = json!(case.matter);
    json!({
        "id": case.id,
        "invoice": {
            "id": invoice.id,
            "number": invoice.number,
            "customer": invoice.customer,
            "status": invoice.status,
            "balance": invoice.balance,
            "balance_text": invoice.balance.to_string(),
            "due_date": invoice.due_date,
        },
        "kind": case.kind(),
        "reference": case.reference(),
        "state": case.state,
        "is_open": !case.is_over(),
        "owner": case.owner,
        "submitted_at": case.submitted_at,
        "age_s": now.duration_since(case.submitted_at).as_secs().max(0),
        "amount": case.amount(),
        "amount_text": case.amount().to_string(),
        "contact": case.contact,
        "particulars": matter.get("particulars"),
        "policy": policy(case),
        "adherence": adherence(file, case, now),
        "sla": sla(case),
        "documents": documents(&case.documents, verdicts),
        "missing": missing(case, verdicts),
        "questions": case.questions.iter().map(|one| question(one, verdicts)).collect::<Vec<_>>(),
        "decision": case.decision,
    })
}

/// Of a plan: whether it is within what the seller accepts without the Controller.
fn policy(case: &Case) -> Option<Value> {
    let Matter::Plan(plan) = &case.matter else { return None };
    let result = if plan.needs_approval { "needs_approval" } else { "within_policy" };
    Some(json!({ "result": result, "needs_approval": plan.needs_approval }))
}

/// Of an agreed plan: how it is being kept.
fn adherence(file: &InvoiceFile, case: &Case, now: Timestamp) -> Option<Value> {
    let Matter::Plan(plan) = &case.matter else { return None };
    if !matches!(case.state, CaseState::Active | CaseState::Completed) {
        return None;
    }
    let today = now.to_zoned(file.invoice.seller.time_zone()).date();
    let next = plan.next().map(|(place, one)| {
        json!({ "number": place + 1, "due": one.due, "amount": one.amount,
                "amount_text": one.amount.to_string() })
    });
    Some(json!({
        "percent": plan.adherence_percent(today),
        "is_behind": plan.is_behind(),
        "next": next,
    }))
}

/// Of a dispute: how near its deadline is, as the clock has last noted.
fn sla(case: &Case) -> Option<Value> {
    let Matter::Dispute(dispute) = &case.matter else { return None };
    let deadline = &dispute.deadline;
    Some(json!({
        "state": dispute.sla,
        "at_risk_at": deadline.at_risk_at,
        "late_at": deadline.late_at,
    }))
}

fn documents(documents: &[Document], verdicts: &Verdicts) -> Vec<Value> {
    let shown = |document: &Document| {
        json!({
            "id": document.id,
            "kind": document.kind,
            "name": document.name,
            "size_bytes": document.size_bytes,
            "content": document.content,
            "media_type": document.content.media_type(),
            "sha256": document.sha256,
            "verdict": verdicts.get(&document.id).copied().map(word),
        })
    };
    documents.iter().map(shown).collect()
}

/// What the reason asks for and nobody can read: it did not come, or malware came.
pub(crate) fn missing<'c>(case: &'c Case, verdicts: &Verdicts) -> Vec<&'c Evidence> {
    let Matter::Dispute(dispute) = &case.matter else { return Vec::new() };
    let is_sound = |document: &Document| verdicts.get(&document.id) != Some(&Verdict::Infected);
    let is_there = |code: &str| case.all_documents().any(|one| one.kind == code && is_sound(one));
    dispute.evidence.iter().filter(|evidence| !is_there(&evidence.code)).collect()
}

fn question(question: &Question, verdicts: &Verdicts) -> Value {
    let answer = |answer: &Answer| {
        json!({
            "text": answer.text,
            "at": answer.at,
            "documents": documents(&answer.documents, verdicts),
        })
    };
    json!({
        "text": question.text,
        "asked_by": question.asked_by,
        "asked_at": question.asked_at,
        "answer": question.answer.as_ref().map(answer),
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pending => "pending",
        Verdict::Clean => "clean",
        Verdict::Infected => "infected",
        Verdict::Unscannable => "unscannable",
    }
}
