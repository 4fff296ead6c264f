//! The list of invoices. Must never show one that the API did not list.
use askama::Template;
use serde::Deserialize;

use crate::shell::{Section, Shown};
use crate::stop::Stop;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "invoices.html", whitespace = "minimize")]
struct ListView<'a> {
    root: &'a str,
    list: &'a List,
}

#[derive(Deserialize)]
struct List {
    invoices: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    number: String,
    customer: String,
}

/// A page of invoices.
///
/// # Errors
/// [`Stop`].
pub async fn list(visit: &Visit) -> Result<Shown, Stop> {
    let list: List = visit.api.get("/invoices", &[("search", visit.param("search"))]).await?;
    Shown::page(Section::Invoices, "Invoices", &ListView { root: &visit.here.root, list: &list })
}
