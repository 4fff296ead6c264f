//! The parts of the settings, each a form of its own, and what each asks the API for.
//! Must never send a part that was not on the form.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::typed::{Row, rows};
use crate::form::Form;
use crate::mend::Wrongs;
use crate::stop::Problem;

/// Longest code that the API takes, in characters.
const CODE_MAX: usize = 40;
/// The numbers of the policy.
const LIMITS: [&str; 5] =
    ["instalments_max", "term_days_max", "instalment_min", "approval_limit", "promise_days_max"];

/// A part of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Company,
    Policy,
    Reasons,
    DaysOff,
    Mail,
}

impl Part {
    /// The part of that address.
    pub(super) fn of(word: &str) -> Option<Self> {
        let all = [Self::Company, Self::Policy, Self::Reasons, Self::DaysOff, Self::Mail];
        all.into_iter().find(|part| part.word() == word)
    }

    /// Its address, which is its anchor too.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Policy => "policy",
            Self::Reasons => "reasons",
            Self::DaysOff => "days-off",
            Self::Mail => "mail",
        }
    }

    /// What is said once it is saved.
    pub(super) fn saved(self) -> &'static str {
        match self {
            Self::Company => {
                "Company saved. Invoices imported from now on show it. Those that are here already \
                 keep the name, colour, time zone and contact they came with; only the name that \
                 mails come from and the address for answers change for them too."
            }
            Self::Policy => "Policy saved. It holds for what payers propose from now on.",
            Self::Reasons => "Reasons saved. Disputes that are open keep theirs.",
            Self::DaysOff => "Days off saved. Deadlines of new disputes pass over them.",
            Self::Mail => "Mail saved. The next one goes out with these words.",
        }
    }

    /// What the API is asked to save.
    pub(super) fn wish(self, form: &Form, wrongs: &mut Wrongs) -> Value {
        let mut wish = match self {
            Self::Company => json!({ "tenant": {
                "name": form.text("tenant.name"),
                "brand_colour": form.text("tenant.brand_colour"),
                "zone": form.text("tenant.zone"),
                "reply_to": form.text("tenant.reply_to"),
            } }),
            Self::Policy => json!({ "policy": policy(form, wrongs) }),
            Self::Reasons => json!({ "reasons": reasons(&rows(form)) }),
            Self::DaysOff => {
                let days: Vec<&str> = form.text("holidays").split_whitespace().collect();
                json!({ "holidays": days })
            }
            Self::Mail => Self::mail(form),
        };
        match (form.text("version").parse::<u64>(), &mut wish) {
            (Ok(version), Value::Object(fields)) => {
                fields.insert("version".to_owned(), json!(version));
            }
            _ => wrongs.add("", "Reload the page and try again: the form was not whole."),
        }
        wish
    }

    /// The words of the mail, as the API takes them.
    pub(super) fn mail(form: &Form) -> Value {
        json!({ "mail": { "subject": form.text("mail.subject"), "body": form.text("mail.body") } })
    }

    /// What the API says, at the fields of the form.
    pub(super) fn wrongs(self, form: &Form, problem: &Problem) -> Wrongs {
        let mut wrongs = Wrongs::of(problem, &[]);
        for wrong in &mut wrongs.0 {
            match self {
                Self::Reasons => wrong.field = row_field(&wrong.field, &rows(form)),
                Self::DaysOff if wrong.field.starts_with("holidays.") => {
                    "holidays".clone_into(&mut wrong.field);
                }
                Self::Company | Self::Policy | Self::DaysOff | Self::Mail => {}
            }
        }
        wrongs
    }
}

fn policy(form: &Form, wrongs: &mut Wrongs) -> Value {
    let mut policy = serde_json::Map::new();
    for name in LIMITS {
        let field = format!("policy.{name}");
        match form.text(&field).parse::<i64>() {
            Ok(number) => {
                policy.insert(name.to_owned(), json!(number));
            }
            Err(_) => wrongs.add(field, "Write a whole number, such as 12."),
        }
    }
    Value::Object(policy)
}

/// The reasons that stay, each new one and each document with a code made of its words.
fn reasons(rows: &[Row]) -> Value {
    let mut taken: BTreeSet<String> =
        rows.iter().map(|row| row.code.clone()).filter(|code| !code.is_empty()).collect();
    let kept = rows.iter().filter(|row| !row.gone).map(|row| {
        let is_new = row.code.is_empty();
        let code = if is_new { code_of(&row.label, &mut taken) } else { row.code.clone() };
        let documents = documents(row);
        json!({ "code": code, "label": row.label, "documents": documents })
    });
    Value::Array(kept.collect())
}

fn documents(row: &Row) -> Vec<Value> {
    let evidence = row.evidence();
    let mut taken: BTreeSet<String> =
        evidence.iter().filter_map(|(code, _)| *code).map(str::to_owned).collect();
    let document = |(code, label): (Option<&str>, &str)| {
        let code = code.map_or_else(|| code_of(label, &mut taken), str::to_owned);
        json!({ "code": code, "label": label })
    };
    evidence.into_iter().map(document).collect()
}

/// `Proof of payment` as `proof_of_payment`; with a number if that is taken.
fn code_of(label: &str, taken: &mut BTreeSet<String>) -> String {
    let letters =
        label.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    let words: String = letters.collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    // Room for a number; words of other scripts leave nothing.
    let mut code: String = words.join("_").chars().take(CODE_MAX - 4).collect();
    if code.is_empty() {
        "entry".clone_into(&mut code);
    }
    let free = (2..1_000).map(|number| format!("{code}_{number}"));
    let code = std::iter::once(code.clone()).chain(free).find(|code| !taken.contains(code));
    let code = code.unwrap_or_default();
    taken.insert(code.clone());
    code
}

/// `reasons.2.documents.0.label` of what was sent as the field of the row that it came from.
fn row_field(field: &str, rows: &[Row]) -> String {
    let mut parts = field.split('.');
    let (first, place, name) = (parts.next(), parts.next(), parts.next());
    let place = place.and_then(|place| place.parse::<usize>().ok());
    let (Some("reasons"), Some(place)) = (first, place) else { return field.to_owned() };
    let kept = rows.iter().enumerate().filter(|(_, row)| !row.gone).nth(place);
    let Some((place, _)) = kept else { return String::new() };
    match name {
        Some("documents") => format!("reasons.{place}.documents"),
        _ => format!("reasons.{place}.label"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_company_does_not_promise_to_change_invoices_that_are_here() {
        let said = Part::Company.saved();
        assert!(said.contains("Those that are here already keep the name, colour, time zone"));
        assert!(said.contains("the address for answers change for them too"), "{said}");
    }
}
