//! What operators see of plans, promises and disputes, and what they do about them: one
//! binary per address. Must never show or change another tenant's case.
pub mod act;
pub mod list;
pub mod read;

mod describe;

#[cfg(test)]
mod tests;

use domain::InvoiceFile;
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::Operator;
use platform::store::InvoiceStore;
use platform::{Fault, request};
use ulid::Ulid;

/// The case that an address names, with all of its invoice; none if it is not this tenant's.
async fn found(
    store: &InvoiceStore,
    request: &Request,
    operator: &Operator,
) -> Result<Option<(InvoiceFile, Ulid)>, Fault> {
    let part = |name| Ulid::from_string(&request::path_part(request, name)).ok();
    let Some((invoice, case)) = part("id").zip(part("case")) else { return Ok(None) };
    let Some(file) = store.load_own(invoice, operator).await? else { return Ok(None) };
    Ok(file.case(case).is_some().then_some((file, case)))
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such case.")
}
