//! A payment plan: equal instalments, or days and amounts of the payer's own.
//! Must never take a plan that does not add up to the balance.
use std::cmp::Ordering;

use jiff::civil::Date;

use super::text::{Text, amount, date, payable};
use super::{Contact, Limits, Typed, Wrong, Wrongs, contact};
use crate::schedule::{Instalment, Interval, equal};
use crate::{Amount, words};

const WHY: Text =
    Text { field: "why", max: 4_000, missing: "Tell us why you would like to pay in instalments." };

/// A plan as typed, in the order of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanForm {
    /// Two or more, each after the one before; they add up to the balance.
    pub instalments: Vec<Instalment>,
    /// Why, in the payer's words.
    pub reason: String,
    /// Who proposes it.
    pub contact: Contact,
}

/// Reads the fields `terms` (`equal`, with `count`, `interval` and `first`; or `own`, with
/// `date_1`, `amount_1` and so on), `why`, `name`, `email` and `phone`.
///
/// # Errors
/// Everything that is wrong, in that order; what is wrong with equal instalments together, at
/// `count`, and a wrong sum, at the last amount.
pub fn plan(typed: &Typed, limits: &Limits<'_>) -> Result<PlanForm, Vec<Wrong>> {
    let mut wrongs = Wrongs::default();
    let instalments = instalments(typed, limits, &mut wrongs);
    let reason = wrongs.note(WHY.field, WHY.lines(typed));
    let contact = contact::read(typed, &mut wrongs);
    let form =
        (|| Some(PlanForm { instalments: instalments?, reason: reason?, contact: contact? }))();
    wrongs.form(form)
}

fn instalments(typed: &Typed, limits: &Limits<'_>, wrongs: &mut Wrongs) -> Option<Vec<Instalment>> {
    if !limits.plan_possible() {
        wrongs.add("terms", "This balance cannot be paid in instalments.");
        return None;
    }
    match typed.get("terms") {
        "equal" => equal_terms(typed, limits, wrongs),
        "own" => own_terms(typed, limits, wrongs),
        _ => {
            wrongs.add("terms", "Choose equal instalments, or days and amounts of your own.");
            None
        }
    }
}

fn equal_terms(typed: &Typed, limits: &Limits<'_>, wrongs: &mut Wrongs) -> Option<Vec<Instalment>> {
    let most = limits.policy.instalments_max;
    let count = typed.get("count").trim().parse().ok().filter(|count| (2..=most).contains(count));
    let count = count.ok_or_else(|| format!("Choose how many instalments, from 2 to {most}."));
    let count = wrongs.note("count", count);
    let interval = match typed.get("interval") {
        "weekly" => Ok(Interval::Weekly),
        "two_weeks" => Ok(Interval::EveryTwoWeeks),
        "monthly" => Ok(Interval::Monthly),
        _ => Err("Choose how often you would like to pay.".to_owned()),
    };
    let interval = wrongs.note("interval", interval);
    let first = date(typed.get("first"), limits.today, limits.plan_until());
    let first = wrongs.note("first", first);
    let together = acceptable(equal(limits.balance, count?, interval?, first?), limits);
    wrongs.note("count", together)
}

fn acceptable(
    plan: Option<Vec<Instalment>>,
    limits: &Limits<'_>,
) -> Result<Vec<Instalment>, String> {
    let least = limits.least_instalment();
    let plan = plan
        .filter(|plan| plan.iter().all(|instalment| instalment.amount.minor >= least.minor))
        .ok_or_else(|| {
            format!("Choose fewer instalments: each must be at least {}.", words::amount(least))
        })?;
    for instalment in &plan {
        payable(instalment.amount)?;
    }
    let until = limits.plan_until();
    match plan.last() {
        Some(end) if end.due > until => Err(format!(
            "The last instalment would be on {}. It can be on {} at the latest: \
             choose fewer instalments, or pay them sooner.",
            words::date(end.due),
            words::date(until)
        )),
        _ => Ok(plan),
    }
}

fn own_terms(typed: &Typed, limits: &Limits<'_>, wrongs: &mut Wrongs) -> Option<Vec<Instalment>> {
    let most = limits.policy.instalments_max;
    let is_filled = |field: String| !typed.get(&field).trim().is_empty();
    let rows: Vec<u16> = (1..=most)
        .filter(|row| is_filled(format!("date_{row}")) || is_filled(format!("amount_{row}")))
        .collect();
    let mut plan = Some(Vec::new());
    let mut sum_minor = Some(0_i64);
    let mut before = None;
    for row in &rows {
        let due = own_date(typed.get(&format!("date_{row}")), before, limits);
        let due = wrongs.note(&format!("date_{row}"), due);
        before = due.or(before);
        let paid = own_amount(typed.get(&format!("amount_{row}")), limits);
        sum_minor =
            sum_minor.zip(paid.as_ref().ok()).map(|(sum, paid)| sum.saturating_add(paid.minor));
        let paid = paid.and_then(|paid| large_enough(paid, limits)).and_then(payable);
        let paid = wrongs.note(&format!("amount_{row}"), paid);
        plan = plan.zip(due.zip(paid)).map(|(mut plan, (due, amount))| {
            plan.push(Instalment { due, amount });
            plan
        });
    }
    let last = rows.last().copied().unwrap_or(0);
    if rows.len() < 2 {
        let next = last.saturating_add(1).min(most);
        let says = "Add at least two instalments, each with a date and an amount.";
        wrongs.add(format!("date_{next}"), says);
        return None;
    }
    if rows_beyond(typed, most) {
        wrongs.add(format!("date_{last}"), format!("Use at most {most} instalments."));
    }
    let sum = Amount { minor: sum_minor?, ..limits.balance };
    let adds_up = adds_up(sum, limits.balance);
    wrongs.note(&format!("amount_{last}"), adds_up)?;
    plan
}

fn own_date(text: &str, before: Option<Date>, limits: &Limits<'_>) -> Result<Date, String> {
    if text.trim().is_empty() {
        return Err("Add the date of this instalment.".to_owned());
    }
    let due = date(text, limits.today, limits.plan_until())?;
    match before {
        Some(before) if due <= before => {
            Err(format!("Choose a date after {}.", words::date(before)))
        }
        _ => Ok(due),
    }
}

fn own_amount(text: &str, limits: &Limits<'_>) -> Result<Amount, String> {
    if text.trim().is_empty() {
        return Err("Add the amount of this instalment.".to_owned());
    }
    amount(text, limits.balance.currency)
}

fn large_enough(paid: Amount, limits: &Limits<'_>) -> Result<Amount, String> {
    let least = limits.least_instalment();
    if paid.minor < least.minor {
        return Err(format!("Each instalment must be at least {}.", words::amount(least)));
    }
    Ok(paid)
}

/// Whether rows were filled that no page of ours has: they would be dropped.
fn rows_beyond(typed: &Typed, most: u16) -> bool {
    let is_row = |name: &str| {
        let row = name.strip_prefix("date_").or_else(|| name.strip_prefix("amount_"));
        row.map(|row| row.parse().is_ok_and(|row: u16| (1..=most).contains(&row)))
    };
    typed.0.iter().any(|(name, value)| is_row(name) == Some(false) && !value.trim().is_empty())
}

fn adds_up(sum: Amount, balance: Amount) -> Result<(), String> {
    let differs = match sum.minor.cmp(&balance.minor) {
        Ordering::Equal => return Ok(()),
        Ordering::Less => "is missing",
        Ordering::Greater => "is too much",
    };
    let minor = sum.minor.saturating_sub(balance.minor).saturating_abs();
    Err(format!(
        "The instalments add up to {}. They must add up to {}: {} {differs}.",
        words::amount(sum),
        words::amount(balance),
        words::amount(Amount { minor, ..balance })
    ))
}
