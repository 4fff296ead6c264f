//! Why an operator's act is refused, and what to do instead.
//! Must never leave somebody guessing whether it was done before.
use domain::{Amount, Case, CaseKind, CaseState, Refusal, words};
use platform::http::Reply;

use super::Act;
use crate::unknown;

pub(super) fn reply(refusal: Refusal, act: &Act, case: Option<&Case>) -> Reply {
    match (refusal, case) {
        (Refusal::UnknownCase, _) | (_, None) => unknown(),
        (Refusal::NotAtThatStage, Some(case)) => {
            let (title, detail) = stage(act, case);
            Reply::problem(409, title, detail)
        }
        (Refusal::TooManyQuestions, Some(_)) => {
            let detail = "No more can be asked in this case. Decide it, or call the payer.";
            Reply::problem(422, "Too many questions", detail)
        }
        (Refusal::AmountOutOfRange, Some(case)) => {
            let disputed = case.amount();
            let detail = format!(
                "credited: must be more than zero and less than {disputed}, which is disputed, \
                 and leave nothing or at least as much as can be paid online. To credit all of it, \
                 accept the dispute."
            );
            Reply::problem(422, "Amount out of range", &detail)
        }
        // None of the others is a verb's answer to an operator.
        (other, Some(case)) => {
            tracing::warn!(refusal = %other, case = %case.id, "unforeseen refusal");
            Reply::problem(409, "Not possible now", "Read the case again to see where it stands.")
        }
    }
}

/// `limit` is the seller's, in the invoice's currency; `None` if its settings are gone.
pub(crate) fn needs_controller(limit: Option<Amount>) -> Reply {
    let plans = limit.map_or_else(
        || "Plans of this size are".to_owned(),
        |limit| format!("Plans over {} are", words::amount(limit)),
    );
    let detail = format!("{plans} approved by the Controller or Legal.");
    Reply::problem(403, "Needs the Controller", &detail)
}

pub(crate) fn stage(act: &Act, case: &Case) -> (&'static str, &'static str) {
    let decides = act.decides();
    if case.decision.is_some() && !matches!(act, Act::Assign(_)) {
        return (
            "Already decided",
            "This case was decided before, and a decision is final. Read the case to see it.",
        );
    }
    if case.is_over() {
        return ("Case closed", "This case has come to its end. Read the case to see how.");
    }
    match (decides, case.kind()) {
        (Some(CaseKind::Dispute | CaseKind::Promise), CaseKind::Plan) => {
            ("A plan", "A plan is decided by \"approve\" or \"decline\".")
        }
        (Some(CaseKind::Plan | CaseKind::Promise), CaseKind::Dispute) => {
            ("A dispute", "A dispute is decided by \"accept\", \"partly_accept\" or \"reject\".")
        }
        (_, CaseKind::Promise) => {
            ("A promise", "A promise needs no decision and no question: a payment keeps it.")
        }
        (None, CaseKind::Plan | CaseKind::Dispute) if case.state == CaseState::Asked => (
            "Question open",
            "The payer has not answered the last question yet. Wait for the answer, or decide.",
        ),
        (_, CaseKind::Plan | CaseKind::Dispute) => {
            ("Not at that stage", "Read the case again to see where it stands.")
        }
    }
}
