//! What a payer sent, as an operator reads it: particulars, instalments, evidence, documents.
//! Must never offer a document that the scanner has not called clean.
use domain::case::{Matter, Plan};
use domain::tenant::Evidence;
use domain::words::{amount, size};
use domain::{Amount, CaseState, Currency};

use super::model::{Answered, CaseFile, Paper};
use super::words::{self, Feel, Mark};

/// A label and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) label: &'static str,
    pub(crate) text: String,
    /// Whether it is somebody's own words, which need the room of a whole line.
    pub(crate) wide: bool,
}

/// One instalment of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instalment {
    pub(crate) place: usize,
    pub(crate) due: String,
    pub(crate) amount: String,
    /// How it went, once the plan is agreed.
    pub(crate) mark: Option<Mark>,
}

/// A document that the reason asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) label: String,
    pub(crate) is_there: bool,
}

/// A document that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PaperView {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) mark: Mark,
    /// Where it is downloaded; none if it is withheld.
    pub(crate) href: Option<String>,
}

/// What was sent, without the documents.
pub(crate) fn details(case: &CaseFile) -> Vec<Detail> {
    let mut details = Vec::new();
    let mut add = |label: &'static str, text: String| {
        let wide = matches!(label, "Reason" | "Note" | "What is wrong");
        details.push(Detail { label, text, wide });
    };
    match &case.matter {
        Matter::Plan(plan) => {
            let count = plan.instalments.len();
            add("Plan", format!("{} in {count} instalments", amount(plan.total)));
            add("Reason", plan.reason.clone());
        }
        Matter::Promise(promise) => {
            add("Promised", amount(promise.amount));
            add("By", words::day(promise.date));
            if let Some(note) = &promise.note {
                add("Note", note.clone());
            }
        }
        Matter::Dispute(dispute) => {
            add("Disputed", amount(dispute.amount));
            add("Reason", dispute.label.clone());
            add("What is wrong", dispute.description.clone());
        }
    }
    let contact = &case.contact;
    add("Contact", contact.name.clone());
    add("Email", contact.email.clone());
    if let Some(phone) = &contact.phone {
        add("Phone", phone.clone());
    }
    details
}

/// The instalments of a plan; none of anything else.
pub(crate) fn instalments(case: &CaseFile) -> Vec<Instalment> {
    let Matter::Plan(plan) = &case.matter else { return Vec::new() };
    let agreed = matches!(case.state, CaseState::Active | CaseState::Completed);
    let next = plan.next().map(|(place, _)| place);
    let shown = plan.instalments.iter().enumerate().map(|(place, one)| {
        let mark = match (one.paid_by.is_some(), one.missed) {
            (true, false) => Mark::new(Feel::Good, "Paid in time"),
            (true, true) => Mark::new(Feel::Warn, "Paid late"),
            (false, true) => Mark::new(Feel::Bad, "Missed"),
            (false, false) if next == Some(place) => Mark::new(Feel::Calm, "Next"),
            (false, false) => Mark::new(Feel::Calm, "To come"),
        };
        Instalment {
            place: place + 1,
            due: words::day(one.due),
            amount: amount(one.amount),
            mark: agreed.then_some(mark),
        }
    });
    shown.collect()
}

/// Whether the seller's policy takes the plan as it is; `limit` is in whole units.
pub(crate) fn policy(case: &CaseFile, limit: Option<i64>) -> Option<Mark> {
    let Matter::Plan(Plan { needs_approval, total, .. }) = &case.matter else { return None };
    // Once it is decided it is no question any more.
    if case.state != CaseState::Submitted {
        return None;
    }
    let in_words = |currency: Currency| {
        let limit = limit.map(|units| amount(Amount::of_units(units, currency)));
        limit.unwrap_or_else(|| "the limit".to_owned())
    };
    let limit = in_words(total.currency);
    Some(if *needs_approval {
        Mark::new(Feel::Warn, format!("Plan exceeds {limit}: Controller approval required"))
    } else {
        Mark::new(Feel::Good, "Plan is within policy")
    })
}

/// How an agreed plan is being kept.
pub(crate) fn adherence(case: &CaseFile) -> Option<Mark> {
    let kept = case.adherence.as_ref()?;
    Some(match (kept.is_behind, kept.percent) {
        (true, percent) => {
            let percent = percent.unwrap_or(0);
            Mark::new(Feel::Bad, format!("Behind: {percent}% paid in time"))
        }
        (false, Some(percent)) => Mark::new(Feel::Good, format!("{percent}% paid in time")),
        (false, None) => Mark::new(Feel::Calm, "No instalment was due yet"),
    })
}

/// What the reason asks for, there or not.
pub(crate) fn proofs(case: &CaseFile) -> Vec<Proof> {
    evidence(case)
        .iter()
        .map(|wanted| Proof {
            label: wanted.label.clone(),
            is_there: !case.missing.iter().any(|missing| missing.code == wanted.code),
        })
        .collect()
}

/// The documents that came with the case, or with an answer.
pub(crate) fn papers(case: &CaseFile, answer: Option<&Answered>, base: &str) -> Vec<PaperView> {
    let papers = answer.map_or(&case.documents, |answer| &answer.documents);
    papers.iter().map(|paper| view(paper, evidence(case), base)).collect()
}

fn view(paper: &Paper, evidence: &[Evidence], base: &str) -> PaperView {
    let proves = evidence.iter().find(|wanted| wanted.code == paper.kind);
    let proves = proves.map(|wanted| format!("{}, ", wanted.label)).unwrap_or_default();
    let clean = paper.verdict.as_deref() == Some("clean");
    PaperView {
        name: paper.name.clone(),
        about: format!("{proves}{}", size(paper.size_bytes)),
        mark: words::verdict(paper.verdict.as_deref()),
        href: clean.then(|| format!("{base}/documents/{}", paper.id)),
    }
}

fn evidence(case: &CaseFile) -> &[Evidence] {
    match &case.matter {
        Matter::Dispute(dispute) => &dispute.evidence,
        Matter::Plan(_) | Matter::Promise(_) => &[],
    }
}
