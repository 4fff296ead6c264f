//! What operators see of all invoices, who looks after one, and its receipt: one binary per
//! address. Must never show or change another tenant's invoice.
pub mod list;
pub mod owner;
pub mod receipt;

#[cfg(test)]
mod tests;

use domain::InvoiceFile;
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::Operator;
use platform::store::InvoiceStore;
use platform::{Fault, request};
use ulid::Ulid;

/// The invoice that an address names; none if it is not this tenant's.
async fn found(
    store: &InvoiceStore,
    request: &Request,
    operator: &Operator,
) -> Result<Option<InvoiceFile>, Fault> {
    let Ok(id) = Ulid::from_string(&request::path_part(request, "id")) else { return Ok(None) };
    store.load_own(id, operator).await
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such invoice.")
}
