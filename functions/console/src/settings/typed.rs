//! What stands in the fields of the settings: what is saved, or what was typed over it.
//! Must never drop what was typed.
use domain::tenant::{Evidence, Reason};

use super::Settings;
use super::part::Part;
use crate::form::Form;

/// Rows of reasons that are read from a form: 20 and a new one.
pub(super) const ROWS_MAX: usize = 21;

/// The values of all fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) brand_colour: String,
    pub(super) zone: String,
    pub(super) reply_to: String,
    pub(super) policy: Vec<Limit>,
    pub(super) reasons: Vec<Row>,
    pub(super) holidays: String,
    pub(super) subject: String,
    pub(super) body: String,
}

/// A number of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) field: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: String,
}

/// A reason with its documents, one a line; without a code it is a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it stands on the page, from 0.
    pub(super) place: usize,
    pub(super) code: String,
    pub(super) label: String,
    pub(super) documents: String,
    /// Code and label of the documents as they are saved, one a line.
    pub(super) known: String,
    pub(super) gone: bool,
}

impl Typed {
    /// What is saved, and an empty row for one more reason.
    pub(super) fn of(settings: &Settings) -> Self {
        let Settings { tenant, policy, reasons, holidays, mail, .. } = settings;
        let limit =
            |field, label, hint, value: i64| Limit { field, label, hint, value: value.to_string() };
        let in_units = "In whole units of the invoice's currency: 25 is $25 or €25.";
        let policy = vec![
            limit("policy.instalments_max", "Most instalments", "", policy.instalments_max.into()),
            limit(
                "policy.term_days_max",
                "Longest plan, in days",
                "From the proposal to its last instalment.",
                policy.term_days_max.into(),
            ),
            limit("policy.instalment_min", "Smallest instalment", in_units, policy.instalment_min),
            limit(
                "policy.approval_limit",
                "Plans over this need the Controller",
                in_units,
                policy.approval_limit,
            ),
            limit(
                "policy.promise_days_max",
                "Latest promise, in days",
                "From the day it is made.",
                policy.promise_days_max.into(),
            ),
        ];
        let mut rows: Vec<Row> = reasons.iter().enumerate().map(Row::of).collect();
        rows.push(Row { place: rows.len(), ..Row::default() });
        Self {
            name: tenant.name.clone(),
            brand_colour: tenant.brand_colour.clone(),
            zone: tenant.zone.clone(),
            reply_to: tenant.reply_to.clone(),
            policy,
            reasons: rows,
            holidays: holidays.join("\n"),
            subject: mail.subject.clone(),
            body: mail.body.clone(),
        }
    }

    /// Puts what was typed into one part over what is saved.
    pub(super) fn take(&mut self, form: &Form, part: Part) {
        let text = |field: &str| form.text(field).to_owned();
        match part {
            Part::Company => {
                self.name = text("tenant.name");
                self.brand_colour = text("tenant.brand_colour");
                self.zone = text("tenant.zone");
                self.reply_to = text("tenant.reply_to");
            }
            Part::Policy => self.policy.iter_mut().for_each(|one| one.value = text(one.field)),
            Part::Reasons => {
                self.reasons = rows(form);
                self.reasons.push(Row { place: self.reasons.len(), ..Row::default() });
            }
            Part::DaysOff => self.holidays = text("holidays"),
            Part::Mail => {
                self.subject = text("mail.subject");
                self.body = text("mail.body");
            }
        }
    }
}

impl Row {
    fn of((place, reason): (usize, &Reason)) -> Self {
        let documents: Vec<&str> = reason.documents.iter().map(|one| one.label.as_str()).collect();
        Self {
            place,
            code: reason.code.clone(),
            label: reason.label.clone(),
            documents: documents.join("\n"),
            known: known(reason),
            gone: false,
        }
    }

    /// The documents with their codes: a line that is known keeps its own, be it with new words
    /// in its old place; `None` is a new one.
    pub(super) fn evidence(&self) -> Vec<(Option<&str>, &str)> {
        let known: Vec<(&str, &str)> =
            self.known.lines().filter_map(|line| line.split_once(' ')).collect();
        let lines = || self.documents.lines().map(str::trim).filter(|line| !line.is_empty());
        let code = |(place, line): (usize, &str)| {
            let same = known.iter().find(|(_, label)| *label == line);
            let reworded =
                known.get(place).filter(|(_, label)| !lines().any(|line| line == *label));
            same.or(reworded).map(|(code, _)| *code)
        };
        lines().enumerate().map(|(place, line)| (code((place, line)), line)).collect()
    }

    /// The field of one of its values.
    pub(super) fn field(&self, name: &str) -> String {
        format!("reasons.{}.{name}", self.place)
    }

    /// Whether nothing was typed into the row for a new reason.
    pub(super) fn is_blank(&self) -> bool {
        self.code.is_empty() && self.label.is_empty() && self.documents.is_empty()
    }
}

fn known(reason: &Reason) -> String {
    let line = |one: &Evidence| format!("{} {}", one.code, one.label);
    reason.documents.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The rows of the form, without a new one that was left empty.
pub(super) fn rows(form: &Form) -> Vec<Row> {
    let row = |place: usize| {
        let text = |name: &str| form.text(&format!("reasons.{place}.{name}")).to_owned();
        let gone = text("gone") == "yes";
        Row {
            place,
            code: text("code"),
            label: text("label"),
            documents: text("documents"),
            known: text("known"),
            gone,
        }
    };
    let count = form.text("rows").parse::<usize>().unwrap_or(0).min(ROWS_MAX);
    let kept = (0..count).map(row).filter(|row| !row.is_blank());
    kept.enumerate().map(|(place, row)| Row { place, ..row }).collect()
}
