//! A promise to pay: a day, and all or part of the balance.
//! Must never promise more than is owed.
use jiff::civil::Date;

use super::text::{Text, amount, date, leaves_payable, payable};
use super::{Contact, Limits, Typed, Wrong, Wrongs, contact};
use crate::{Amount, words};

const NOTE: Text = Text { field: "note", max: 1_000, missing: "" };

/// A promise as typed, in the order of the page: date, amount, note, contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseForm {
    /// Day by which it is paid, in the seller's zone.
    pub date: Date,
    /// What is promised, in minor units: more than 0, at most the balance.
    pub amount: Amount,
    /// Who promises.
    pub contact: Contact,
    /// Anything the seller should know.
    pub note: Option<String>,
}

/// Reads the fields `date`, `promised` (`full`, or `part` with `amount`), `note`, `name`,
/// `email` and `phone`.
///
/// # Errors
/// Everything that is wrong, in that order.
pub fn promise(typed: &Typed, limits: &Limits<'_>) -> Result<PromiseForm, Vec<Wrong>> {
    let mut wrongs = Wrongs::default();
    let day = date(typed.get("date"), limits.today, limits.promise_until());
    let day = wrongs.note("date", day);
    let amount = promised(typed, limits, &mut wrongs);
    let note = if NOTE.is_empty(typed) { Ok(None) } else { NOTE.lines(typed).map(Some) };
    let note = wrongs.note(NOTE.field, note);
    let contact = contact::read(typed, &mut wrongs);
    let form =
        (|| Some(PromiseForm { date: day?, amount: amount?, contact: contact?, note: note? }))();
    wrongs.form(form)
}

fn promised(typed: &Typed, limits: &Limits<'_>, wrongs: &mut Wrongs) -> Option<Amount> {
    match typed.get("promised") {
        "full" => wrongs.note("promised", payable(limits.balance)),
        "part" => wrongs.note("amount", part(typed, limits)),
        _ => {
            wrongs.add("promised", "Choose whether you promise the whole balance or a part of it.");
            None
        }
    }
}

fn part(typed: &Typed, limits: &Limits<'_>) -> Result<Amount, String> {
    let part = amount(typed.get("amount"), limits.balance.currency)?;
    if part.minor > limits.balance.minor {
        return Err(format!("Promise at most the balance of {}.", words::amount(limits.balance)));
    }
    leaves_payable(part, limits.balance)?;
    payable(part)
}
