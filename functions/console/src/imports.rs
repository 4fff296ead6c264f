//! /console/imports: a file comes in, its result by row, and what came before.
//! Must never make somebody guess which rows are in.
use askama::Template;
use jiff::Timestamp;
use lambda_http::http::Method;
use platform::http::Reply;
use platform::operator::Task;
use serde::Deserialize;

use crate::api::Write;
use crate::form::Form;
use crate::mend::Wrongs;
use crate::people::{self, Colleague};
use crate::shell::{Flash, Here, Section, Shown};
use crate::stop::{Problem, Stop};
use crate::visit::Visit;

/// Rejects shown on a page; the file has all of them.
const REJECTS_SHOWN: usize = 500;
/// What a file that cannot be read has wrong, at most shown.
const WRONGS_SHOWN: usize = 20;

#[derive(Deserialize)]
struct History {
    imports: Vec<Import>,
    next: Option<String>,
}

/// One import as the API tells it.
#[derive(Deserialize)]
struct Import {
    id: String,
    at: Timestamp,
    by: String,
    currency: String,
    imported: u64,
    unchanged: u64,
    rejected: u64,
    #[serde(default)]
    remaining: u64,
    file_name: Option<String>,
    #[serde(default)]
    rejects: Vec<Reject>,
}

#[derive(Deserialize)]
struct Reject {
    row: u64,
    field: String,
    reason: String,
}

/// What the import itself answers.
#[derive(Deserialize)]
struct Report {
    import: Option<String>,
    imported: u64,
    rejected: u64,
    #[serde(default)]
    remaining: u64,
}

/// An import as a page shows it.
struct ImportView {
    href: String,
    title: String,
    about: String,
    import: Import,
}

#[derive(Template)]
#[template(path = "imports.html", whitespace = "minimize")]
struct ListView<'a> {
    here: &'a Here,
    may_import: bool,
    currency: &'a str,
    wrongs: &'a Wrongs,
    imports: Vec<ImportView>,
    next: Option<String>,
    later: bool,
}

#[derive(Template)]
#[template(path = "import.html", whitespace = "minimize")]
struct OneView<'a> {
    here: &'a Here,
    may_import: bool,
    one: ImportView,
    /// Whether the file of rejects has more than the page shows.
    more: bool,
}

/// The form for a file, and the imports before.
///
/// # Errors
/// [`Stop`].
pub async fn list(visit: &Visit) -> Result<Shown, Stop> {
    page(visit, "USD", &Wrongs::default()).await
}

/// One import with its rejects.
///
/// # Errors
/// [`Stop`].
pub async fn one(visit: &Visit, id: &str) -> Result<Shown, Stop> {
    let path = path_of(id)?;
    let import: Import = visit.api.get(&path, &[]).await?;
    let people = people::list(visit).await;
    let one = view(visit, import, &people);
    let more = one.import.rejects.len() >= REJECTS_SHOWN;
    let title = one.title.clone();
    let here = &visit.here;
    let view = OneView { here, may_import: visit.person.may(Task::Import), one, more };
    Shown::page(Section::Imports, title, &view)
}

/// The rejected rows, ready to be mended and sent again.
///
/// # Errors
/// [`Stop`].
pub async fn rejects(visit: &Visit, id: &str) -> Result<Shown, Stop> {
    let path = path_of(id)?;
    let file = visit.api.file(&format!("{path}/rejects"), &[]).await?;
    let name = format!("rejected-rows-{id}.csv");
    Ok(Reply::download("text/csv; charset=utf-8", &name, file).into())
}

/// Imports the file that was sent.
///
/// # Errors
/// [`Stop`].
pub async fn send(visit: &Visit, form: &Form) -> Result<Shown, Stop> {
    let currency = form.text("currency").to_ascii_uppercase();
    let mut wrongs = Wrongs::default();
    let Some(file) = &form.file else {
        wrongs.add("file", "Choose a CSV file.");
        return page(visit, &currency, &wrongs).await;
    };
    let parameters = form_urlencoded::Serializer::new(String::new())
        .append_pair("currency", &currency)
        .append_pair("file_name", &file.name)
        .finish();
    let path = format!("/invoices/import?{parameters}");
    let (key, body) = (form.key(), file.bytes.clone());
    let write = Write { path: &path, key: &key, content_type: "text/csv", body };
    match visit.api.send::<Report>(Method::POST, write).await {
        Ok(report) => Ok(done(visit, &report)),
        Err(Stop::Problem(problem)) if matches!(problem.status, 400 | 413 | 415 | 422) => {
            page(visit, &currency, &unreadable(&problem)).await
        }
        Err(stop) => Err(stop),
    }
}

fn done(visit: &Visit, report: &Report) -> Shown {
    let place = report.import.as_ref().map(|id| format!("imports/{id}"));
    let place = place.unwrap_or_else(|| "imports".to_owned());
    let flash = match (report.remaining, report.rejected) {
        (1.., _) => Flash::bad(
            "Time ran out before the end of the file. Send the same file again: rows that are in \
             are skipped.",
        ),
        (0, 0) => Flash::good(format!("Done: {}.", rows(report.imported, "imported"))),
        (0, rejected) => {
            let (imported, rejected) =
                (rows(report.imported, "imported"), rows(rejected, "rejected"));
            Flash::bad(format!("{imported}, {rejected}. Mend the rejected rows and import them."))
        }
    };
    visit.to(&place, &flash)
}

/// What is wrong with a file of which nothing came in.
fn unreadable(problem: &Problem) -> Wrongs {
    let mut wrongs = Wrongs::default();
    if problem.title == "Unknown currency" {
        wrongs.add("currency", "Write the currency as three letters, such as USD.");
        return wrongs;
    }
    wrongs.add("file", problem.text());
    for error in problem.errors.iter().take(WRONGS_SHOWN) {
        let column = if error.field.is_empty() { "The file" } else { &error.field };
        wrongs.add("", format!("{column}: {}", error.reason));
    }
    wrongs
}

async fn page(visit: &Visit, currency: &str, wrongs: &Wrongs) -> Result<Shown, Stop> {
    let cursor = visit.param("cursor");
    let history: History = visit.api.get("/imports", &[("cursor", cursor)]).await?;
    let people = people::list(visit).await;
    let next = history.next.map(|cursor| {
        let mut text = form_urlencoded::Serializer::new(String::new());
        format!("?{}", text.append_pair("cursor", &cursor).finish())
    });
    let view = ListView {
        here: &visit.here,
        may_import: visit.person.may(Task::Import),
        currency,
        wrongs,
        imports: history.imports.into_iter().map(|one| view(visit, one, &people)).collect(),
        next,
        later: !cursor.is_empty(),
    };
    let status = if wrongs.is_empty() { 200 } else { 422 };
    Ok(Shown::page(Section::Imports, "Imports", &view)?.status(status))
}

fn view(visit: &Visit, import: Import, people: &[Colleague]) -> ImportView {
    let at = visit.time_text(import.at);
    let by = people::called(visit, people, &import.by);
    ImportView {
        href: format!("{}/console/imports/{}", visit.here.root, import.id),
        title: import.file_name.clone().unwrap_or_else(|| format!("Import of {at}")),
        about: format!("{at}, by {by}, in {}", import.currency),
        import,
    }
}

/// `1 row imported`, `12 rows imported`.
fn rows(count: u64, what: &str) -> String {
    if count == 1 { format!("1 row {what}") } else { format!("{count} rows {what}") }
}

fn path_of(id: &str) -> Result<String, Stop> {
    let is_id = id.len() == 26 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_id { Ok(format!("/imports/{id}")) } else { Err(Problem::not_found().into()) }
}
