//! Which page an address means. Must never decide who may see it: the API does.
use lambda_http::Request;

use crate::invoices;
use crate::shell::Shown;
use crate::stop::{Problem, Stop};
use crate::visit::Visit;

/// The page at an address.
///
/// # Errors
/// [`Stop`], which becomes an error page.
pub async fn show(visit: &Visit) -> Result<Shown, Stop> {
    let parts: Vec<&str> = visit.path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => Ok(visit.go("invoices")),
        ["invoices"] => invoices::list(visit).await,
        _ => Err(Problem::not_found().into()),
    }
}

/// What a form that was sent to an address does.
///
/// # Errors
/// [`Stop`], which becomes an error page.
pub async fn act(visit: &Visit, request: &Request) -> Result<Shown, Stop> {
    let _form = visit.form(request).await?;
    let parts: Vec<&str> = visit.path.iter().map(String::as_str).collect();
    #[expect(clippy::match_single_binding, reason = "pages add theirs")]
    match parts.as_slice() {
        _ => Err(Problem::not_found().into()),
    }
}
