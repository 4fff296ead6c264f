//! Which page an address means. Must never decide who may see it: the API does.
use domain::queue::Queue;
use lambda_http::Request;

use crate::shell::Shown;
use crate::stop::{Problem, Stop};
use crate::visit::Visit;
use crate::{audit, cases, imports, invoice, invoices, notices, settings};

/// The page at an address.
///
/// # Errors
/// [`Stop`], which becomes an error page.
pub async fn show(visit: &Visit) -> Result<Shown, Stop> {
    let parts: Vec<&str> = visit.path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => Ok(visit.go("invoices")),
        ["invoices"] => invoices::list(visit).await,
        ["invoices", id] => invoice::show(visit, id).await,
        ["invoices", id, "timeline"] => invoice::timeline(visit, id).await,
        ["invoices", id, "regenerate"] => invoice::confirm(visit, id).await,
        ["invoices", id, "receipts", payment] => invoice::receipt(visit, id, payment).await,
        ["notices"] => notices::list(visit).await,
        ["plans"] => cases::queue::show(visit, Queue::Plans).await,
        ["disputes"] => cases::queue::show(visit, Queue::Disputes).await,
        ["invoices", invoice, "cases", case] => cases::inspect::show(visit, invoice, case).await,
        ["invoices", invoice, "cases", case, "documents", document] => {
            cases::inspect::document(visit, (*invoice, *case), document).await
        }
        ["imports"] => imports::list(visit).await,
        ["imports", id] => imports::one(visit, id).await,
        ["imports", id, "rejects"] => imports::rejects(visit, id).await,
        ["settings"] => settings::show(visit).await,
        ["audit"] => audit::show(visit).await,
        ["audit", "export"] => audit::export(visit).await,
        _ => Err(Problem::not_found().into()),
    }
}

/// What a form that was sent to an address does.
///
/// # Errors
/// [`Stop`], which becomes an error page.
pub async fn act(visit: &Visit, request: &Request) -> Result<Shown, Stop> {
    let form = visit.form(request)?;
    let parts: Vec<&str> = visit.path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["invoices", id, "owner"] => invoice::assign(visit, &form, id).await,
        ["invoices", id, "link"] => invoice::regenerate(visit, &form, id).await,
        ["invoices", id, "mail"] => invoice::mail(visit, &form, id).await,
        ["invoices", invoice, "cases", case, "owner"] => {
            cases::act::owner(visit, &form, (*invoice, *case)).await
        }
        ["invoices", invoice, "cases", case, "question"] => {
            cases::act::question(visit, &form, (*invoice, *case)).await
        }
        ["invoices", invoice, "cases", case, "decision"] => {
            cases::act::decision(visit, &form, (*invoice, *case)).await
        }
        ["imports"] => imports::send(visit, &form).await,
        ["settings", part] => settings::save(visit, &form, part).await,
        ["invoices", id, "notices", notice] => invoice::done(visit, &form, (*id, *notice)).await,
        _ => Err(Problem::not_found().into()),
    }
}
