//! The list of invoices: searched, filtered, a page at a time.
//! Must never show one that the API did not list.
use askama::Template;
use platform::operator::Task;
use serde::Deserialize;

use crate::people::{self, Colleague};
use crate::shell::{Here, Section, Shown};
use crate::stop::Stop;
use crate::visit::Visit;
use crate::words;

/// Invoices of one page.
const PAGE: &str = "25";
/// The filters, as the address carries them on to the next page.
const FILTERS: [&str; 5] = ["search", "status", "owner", "overdue_days", "state"];
/// Statuses that can be asked for, and their words.
const STATUSES: [(&str, &str); 9] = [
    ("Open", "Open"),
    ("Processing", "Payment under way"),
    ("UnderReview", "Under review"),
    ("PlanSubmitted", "Plan proposed"),
    ("PlanActive", "On a plan"),
    ("Promised", "Promised"),
    ("Disputed", "Disputed"),
    ("Paid", "Paid"),
    ("Closed", "Closed"),
];
/// Ages that can be asked for, in days past due.
const AGES: [(&str, &str); 4] =
    [("1", "1+ days"), ("30", "30+ days"), ("60", "60+ days"), ("90", "90+ days")];

#[derive(Deserialize)]
struct List {
    invoices: Vec<Line>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    number: String,
    customer: String,
    balance_text: String,
    due_date: String,
    days_overdue: Option<i64>,
    status: String,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    cadence: Option<String>,
}

/// A line in words.
struct Shows<'a> {
    line: &'a Line,
    due: String,
    age: Option<String>,
    status: &'a str,
    tone: &'static str,
    owner: String,
}

/// A choice of a filter.
struct Choice<'a> {
    value: &'a str,
    words: &'a str,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "invoices.html", whitespace = "minimize")]
struct ListView<'a> {
    here: &'a Here,
    search: &'a str,
    statuses: Vec<Choice<'a>>,
    ages: Vec<Choice<'a>>,
    owners: Vec<Choice<'a>>,
    states: Vec<Choice<'a>>,
    lines: Vec<Shows<'a>>,
    is_filtered: bool,
    is_later: bool,
    can_import: bool,
    next: Option<String>,
}

/// A page of invoices.
///
/// # Errors
/// [`Stop`].
pub async fn list(visit: &Visit) -> Result<Shown, Stop> {
    let mut query: Vec<(&str, &str)> =
        FILTERS.iter().map(|name| (*name, visit.param(name))).collect();
    query.extend([("cursor", visit.param("cursor")), ("limit", PAGE)]);
    let (list, people) =
        futures_util::future::join(visit.api.get::<List>("/invoices", &query), people::list(visit))
            .await;
    let list = list?;
    let view = ListView {
        here: &visit.here,
        search: visit.param("search"),
        statuses: choices(&STATUSES, visit.param("status")),
        ages: choices(&AGES, visit.param("overdue_days")),
        owners: owners(&people, visit.param("owner")),
        states: choices(&[("closed", "Paid, closed")], visit.param("state")),
        lines: list.invoices.iter().map(|line| shows(line, visit, &people)).collect(),
        is_filtered: FILTERS.iter().any(|name| !visit.param(name).is_empty()),
        is_later: !visit.param("cursor").is_empty(),
        can_import: visit.person.may(Task::Import),
        next: list.next.as_deref().map(|cursor| next(visit, cursor)),
    };
    Shown::page(Section::Invoices, "Invoices", &view)
}

fn shows<'a>(line: &'a Line, visit: &Visit, people: &[Colleague]) -> Shows<'a> {
    Shows {
        line,
        due: words::date(&line.due_date),
        age: line.days_overdue.filter(|days| *days > 0).map(words::days_past_due),
        status: words::status(&line.status),
        tone: words::tone(&line.status),
        owner: line
            .owner
            .as_deref()
            .map(|id| people::called(visit, people, id))
            .unwrap_or_default(),
    }
}

fn choices<'a>(all: &[(&'a str, &'a str)], chosen: &str) -> Vec<Choice<'a>> {
    all.iter().map(|(value, words)| Choice { value, words, is_on: *value == chosen }).collect()
}

fn owners<'a>(people: &'a [Colleague], chosen: &str) -> Vec<Choice<'a>> {
    let fixed = [("me", "Me"), ("nobody", "Nobody")];
    let mut all = choices(&fixed, chosen);
    let others = people.iter().map(|one| (one.id.as_str(), one.called()));
    all.extend(others.map(|(value, words)| Choice { value, words, is_on: value == chosen }));
    all
}

/// The address of the next page, with the same filters.
fn next(visit: &Visit, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in FILTERS {
        let value = visit.param(name);
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.append_pair("cursor", cursor);
    format!("{}/console/invoices?{}", visit.here.root, query.finish())
}
