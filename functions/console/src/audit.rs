//! /console/audit: who did what, newest first, and the same as a file.
//! Must never leave out a line that the API gave, known by name or not.
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use platform::http::Reply;
use serde::Deserialize;
use serde_json::Value;

use crate::choice::Pick;
use crate::mend::Wrongs;
use crate::people::{self, Colleague};
use crate::shell::{Section, Shown};
use crate::stop::Stop;
use crate::visit::Visit;

mod words;

#[derive(Deserialize)]
struct Found {
    entries: Vec<Entry>,
    next: Option<String>,
}

/// Something that an operator did.
#[derive(Deserialize)]
struct Entry {
    at: Timestamp,
    user: String,
    user_email: Option<String>,
    what: String,
    invoice: Option<String>,
    number: Option<String>,
    #[serde(default)]
    detail: Value,
}

/// The same as a page shows it.
struct Line {
    at: String,
    who: String,
    what: String,
    detail: String,
    /// Address and number of the invoice.
    invoice: Option<(String, String)>,
}

/// The filter, as the address has it.
struct Wanted {
    user: String,
    from: String,
    to: String,
    cursor: String,
}

#[derive(Template)]
#[template(path = "audit.html", whitespace = "minimize")]
struct AuditView<'a> {
    root: &'a str,
    users: Pick,
    wanted: &'a Wanted,
    wrongs: Wrongs,
    lines: Vec<Line>,
    next: Option<String>,
    /// The parameters of the export.
    export: String,
}

/// A page of the audit.
///
/// # Errors
/// [`Stop`].
pub async fn show(visit: &Visit) -> Result<Shown, Stop> {
    let wanted = Wanted::of(visit);
    let wrongs = wanted.wrongs();
    let people = people::list(visit).await;
    let found = if wrongs.is_empty() {
        read(visit, &wanted).await?
    } else {
        Found { entries: Vec::new(), next: None }
    };
    let me = &visit.person.0.id;
    let fixed = [("", "Everybody"), (me.as_str(), "Me")];
    let chosen = (fixed.as_slice(), wanted.user.as_str());
    let status = if wrongs.is_empty() { 200 } else { 422 };
    let view = AuditView {
        root: &visit.here.root,
        users: people::pick(visit, &people, ("user", "User"), chosen),
        lines: found.entries.iter().map(|entry| line(visit, entry, &people)).collect(),
        next: found.next.map(|cursor| wanted.href(&cursor)),
        export: wanted.href(""),
        wanted: &wanted,
        wrongs,
    };
    Ok(Shown::page(Section::Audit, "Audit", &view)?.status(status))
}

/// The audit as a file.
///
/// # Errors
/// [`Stop`].
pub async fn export(visit: &Visit) -> Result<Shown, Stop> {
    let wanted = Wanted { cursor: String::new(), ..Wanted::of(visit) };
    let (first, end) = wanted.times(visit);
    let query = wanted.timed(&first, &end);
    let file = visit.api.file("/audit/export", &query).await?;
    let from = if wanted.from.is_empty() { "start" } else { &wanted.from };
    let to = if wanted.to.is_empty() { "now" } else { &wanted.to };
    let name = format!("audit-{from}-to-{to}.csv");
    Ok(Reply::download("text/csv; charset=utf-8", &name, file).into())
}

impl Wanted {
    fn of(visit: &Visit) -> Self {
        let text = |name| visit.param(name).to_owned();
        Self { user: text("user"), from: text("from"), to: text("to"), cursor: text("cursor") }
    }

    fn query(&self) -> Vec<(&'static str, &str)> {
        let query = [
            ("user", self.user.as_str()),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("cursor", self.cursor.as_str()),
        ];
        query.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The first instant of the days and the one after the last, in the tenant's zone; what is
    /// no day stays as it was typed.
    fn times(&self, visit: &Visit) -> (String, String) {
        let zone = TimeZone::get(&visit.tenant.zone).unwrap_or(TimeZone::UTC);
        let start = |day: Date| day.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        let time = |text: &str, day: Option<Date>| {
            day.and_then(start).map_or_else(|| text.to_owned(), |at| at.to_string())
        };
        let last = self.to.parse::<Date>().ok();
        let after = last.and_then(|day| day.tomorrow().ok());
        (time(&self.from, self.from.parse().ok()), time(&self.to, after))
    }

    /// What the API is asked for: the filter with times in place of days.
    fn timed<'t>(&'t self, first: &'t str, end: &'t str) -> Vec<(&'static str, &'t str)> {
        let time = |(name, value)| match name {
            "from" => (name, first),
            "to" => (name, end),
            _ => (name, value),
        };
        self.query().into_iter().map(time).collect()
    }

    /// The same filter, from `cursor` on.
    fn href(&self, cursor: &str) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(self.query().into_iter().filter(|(name, _)| *name != "cursor"));
        if !cursor.is_empty() {
            text.append_pair("cursor", cursor);
        }
        format!("?{}", text.finish())
    }

    fn wrongs(&self) -> Wrongs {
        let mut wrongs = Wrongs::default();
        let days = [("from", &self.from), ("to", &self.to)].map(|(field, text)| {
            let day = text.parse::<Date>().ok();
            if day.is_none() && !text.is_empty() {
                wrongs.add(field, "Write the day as 2026-11-30.");
            }
            day
        });
        if let [Some(from), Some(to)] = days
            && from > to
        {
            wrongs.add("to", "This day is before the first one.");
        }
        wrongs
    }

    fn narrows(&self) -> bool {
        !(self.user.is_empty() && self.from.is_empty() && self.to.is_empty())
    }
}

async fn read(visit: &Visit, wanted: &Wanted) -> Result<Found, Stop> {
    let (first, end) = wanted.times(visit);
    visit.api.get("/audit", &wanted.timed(&first, &end)).await
}

fn line(visit: &Visit, entry: &Entry, people: &[Colleague]) -> Line {
    let me = &visit.person.0.id;
    let email = entry.user_email.clone().filter(|_| entry.user != *me);
    let address = |id: &String| format!("{}/console/invoices/{id}", visit.here.root);
    Line {
        at: visit.time_text(entry.at),
        who: email.unwrap_or_else(|| people::called(visit, people, &entry.user)),
        what: words::what(&entry.what),
        detail: words::detail(&entry.what, &entry.detail),
        invoice: entry.invoice.as_ref().map(|id| {
            (address(id), entry.number.clone().unwrap_or_else(|| "the invoice".to_owned()))
        }),
    }
}
