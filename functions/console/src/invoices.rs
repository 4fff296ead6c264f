//! The list of invoices: searched, filtered, a page at a time.
//! Must never show one that the API did not list.
use askama::Template;
use platform::operator::Task;
use serde::Deserialize;

use crate::choice::Pick;
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
const STATUSES: [(&str, &str); 10] = [
    ("", "Any"),
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
const AGES: [(&str, &str); 5] =
    [("", "Any"), ("1", "1+ days"), ("30", "30+ days"), ("60", "60+ days"), ("90", "90+ days")];

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

#[derive(Template)]
#[template(path = "invoices.html", whitespace = "minimize")]
struct ListView<'a> {
    here: &'a Here,
    search: &'a str,
    picks: Vec<Pick>,
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
        picks: picks(visit, &people),
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

/// The fields of the filter, beside the search.
fn picks(visit: &Visit, people: &[Colleague]) -> Vec<Pick> {
    let owners = [("", "Anybody"), ("me", "Me"), ("nobody", "Nobody")];
    let chosen = (owners.as_slice(), visit.param("owner"));
    let states = [("", "To be paid"), ("closed", "Paid, closed")];
    // Any number of days can be asked for by the address.
    let days = |days: &str| format!("{days}+ days");
    vec![
        Pick::new(("status", "Status"), STATUSES, visit.param("status")),
        people::pick(visit, people, ("owner", "Owner"), chosen),
        Pick::calling(("overdue_days", "Past due"), AGES, visit.param("overdue_days"), days),
        Pick::new(("state", "Show"), states, visit.param("state")),
    ]
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
