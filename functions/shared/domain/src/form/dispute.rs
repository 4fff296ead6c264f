//! A dispute and the answers that follow: why, how much, what happened, what shows it.
//! Must never pass without the documents that its reason asks for.
use super::text::{Text, amount, leaves_payable};
use super::{Contact, Limits, Typed, Wrong, Wrongs, contact};
use crate::{Amount, Reason, words};

/// Shortest description, in characters: less than that explains nothing.
const DESCRIPTION_MIN: usize = 10;
const DESCRIBE: &str = "Please describe what is wrong, in a sentence or more.";
const DESCRIPTION: Text = Text { field: "description", max: 4_000, missing: DESCRIBE };
const ANSWER: Text =
    Text { field: "answer", max: 4_000, missing: "Write an answer, or attach a document." };

/// A dispute as typed, in the order of the page; its documents come before the contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeForm {
    /// Code of one of the seller's reasons.
    pub reason: String,
    /// What is disputed, in minor units: the balance, or more than 0 and less than it.
    pub amount: Amount,
    /// What happened, in the payer's words.
    pub description: String,
    /// Who disputes.
    pub contact: Contact,
}

/// Reads the fields `reason`, `disputed` (`all`, or `part` with `amount`), `description`,
/// `name`, `email` and `phone`; `attached` are the kinds of the documents that came along.
///
/// # Errors
/// Everything that is wrong, in that order; a document that is missing, as `doc-` and its
/// code, before the contact.
pub fn dispute(
    typed: &Typed,
    limits: &Limits<'_>,
    reasons: &[Reason],
    attached: &[String],
) -> Result<DisputeForm, Vec<Wrong>> {
    let mut wrongs = Wrongs::default();
    let reason = reasons.iter().find(|reason| reason.code == typed.get("reason"));
    let reason = wrongs.note("reason", reason.ok_or("Choose a reason.".to_owned()));
    let amount = disputed(typed, limits, &mut wrongs);
    let description = wrongs.note(DESCRIPTION.field, description(typed));
    let asked_for = reason.map_or(&[][..], |reason| &reason.documents);
    for document in asked_for.iter().filter(|document| !attached.contains(&document.code)) {
        let says = format!("Please attach: {}.", document.label);
        wrongs.add(format!("doc-{}", document.code), says);
    }
    let contact = contact::read(typed, &mut wrongs);
    let form = (|| {
        Some(DisputeForm {
            reason: reason?.code.clone(),
            amount: amount?,
            description: description?,
            contact: contact?,
        })
    })();
    wrongs.form(form)
}

/// Reads the field `answer`, for a question of the seller; a document says enough without it.
///
/// # Errors
/// What is wrong with it.
pub fn answer(typed: &Typed, documents: usize) -> Result<String, Vec<Wrong>> {
    let mut wrongs = Wrongs::default();
    let only_documents = documents > 0 && ANSWER.is_empty(typed);
    let text = if only_documents { Ok(String::new()) } else { ANSWER.lines(typed) };
    let text = wrongs.note(ANSWER.field, text);
    wrongs.form(text)
}

fn disputed(typed: &Typed, limits: &Limits<'_>, wrongs: &mut Wrongs) -> Option<Amount> {
    match typed.get("disputed") {
        "all" => Some(limits.balance),
        "part" => wrongs.note("amount", part(typed, limits)),
        _ => {
            wrongs.add("disputed", "Choose whether you dispute the whole balance or a part of it.");
            None
        }
    }
}

fn part(typed: &Typed, limits: &Limits<'_>) -> Result<Amount, String> {
    let part = amount(typed.get("amount"), limits.balance.currency)?;
    if part.minor >= limits.balance.minor {
        let balance = words::amount(limits.balance);
        return Err(format!(
            "A part is less than {balance}. For the whole balance, choose “All of it”."
        ));
    }
    leaves_payable(part, limits.balance)?;
    Ok(part)
}

fn description(typed: &Typed) -> Result<String, String> {
    let text = DESCRIPTION.lines(typed)?;
    if text.chars().count() < DESCRIPTION_MIN { Err(DESCRIBE.to_owned()) } else { Ok(text) }
}
