//! /console/notices: what asks for a person, across all invoices, and what waits for an engineer.
//! Must never make a notice go away by itself: somebody says that it is done.
use askama::Template;
use jiff::Timestamp;
use platform::operator::Task;
use serde::Deserialize;

use crate::shell::{Here, Section, Shown};
use crate::stop::Stop;
use crate::visit::Visit;

/// Notices of one page.
const PAGE: &str = "25";

#[derive(Deserialize)]
struct Found {
    notices: Vec<Notice>,
    #[serde(default)]
    queues: Vec<Queue>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Notice {
    id: String,
    invoice: String,
    number: String,
    customer: String,
    text: String,
    at: Timestamp,
}

/// Messages that were put aside after every try.
#[derive(Deserialize)]
struct Queue {
    name: String,
    waiting: u64,
}

#[derive(Template)]
#[template(path = "notices.html", whitespace = "minimize")]
struct NoticesView<'a> {
    here: &'a Here,
    lines: Vec<(&'a Notice, String)>,
    queues: &'a [Queue],
    may_close: bool,
    is_later: bool,
    next: Option<String>,
}

/// A page of notices, newest last.
///
/// # Errors
/// [`Stop`].
pub async fn list(visit: &Visit) -> Result<Shown, Stop> {
    let query = [("cursor", visit.param("cursor")), ("limit", PAGE)];
    let found: Found = visit.api.get("/notices", &query).await?;
    let view = NoticesView {
        here: &visit.here,
        lines: found.notices.iter().map(|one| (one, visit.time_text(one.at))).collect(),
        queues: &found.queues,
        may_close: visit.person.may(Task::CloseNotices),
        is_later: !visit.param("cursor").is_empty(),
        next: found.next.as_deref().map(|cursor| next(visit, cursor)),
    };
    Shown::page(Section::Elsewhere, "Notices", &view)
}

fn next(visit: &Visit, cursor: &str) -> String {
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("cursor", cursor).finish();
    format!("{}/console/notices?{query}", visit.here.root)
}
