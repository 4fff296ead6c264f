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
    let Some(file) = store.load(invoice).await? else { return Ok(None) };
    if file.invoice.tenant != operator.tenant {
        platform::log::foreign_tenant(operator, &invoice.to_string());
        return Ok(None);
    }
    Ok(file.case(case).is_some().then_some((file, case)))
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such case.")
}

/// An operator as Cognito names them, or as a caller names another: a word, not a text.
fn is_operator_id(text: &str) -> bool {
    let length = text.chars().take(129).count();
    (1..=128).contains(&length) && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}
