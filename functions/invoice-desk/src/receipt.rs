//! GET /invoices/{id}/receipt: the receipt as a PDF, the same bytes as the payer gets.
//! Must never make a receipt: what is not in the bucket yet is not given out.
use lambda_http::Request;
use platform::Fault;
use platform::files::Files;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::InvoiceStore;

use crate::{found, unknown};

/// What reading a receipt needs.
#[derive(Debug)]
pub struct Receipts {
    /// The table.
    pub store: InvoiceStore,
    /// The bucket.
    pub files: Files,
}

/// The receipt of the payment that paid the invoice, or of the last of several.
///
/// # Errors
/// [`Fault`] when the store or the bucket does not answer.
pub async fn handle(receipts: &Receipts, request: Request) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::ReadReceipt) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let Some(file) = found(&receipts.store, &request, &operator).await? else {
        return Ok(unknown());
    };
    let paid_by = file.invoice.paid_by.and_then(|id| file.payment(id));
    let Some(payment) = paid_by else {
        return Ok(Reply::problem(404, "No receipt", "Nothing was paid on this invoice yet."));
    };
    let Some(receipt) = &payment.receipt else {
        let detail = "The receipt is being made. Ask again in a few seconds.";
        return Ok(Reply::problem(404, "No receipt yet", detail).retry_after_s(5));
    };
    let pdf = receipts.files.receipt(&receipt.key).await?;
    Ok(Reply::pdf(&format!("receipt-{}.pdf", file.invoice.number), pdf))
}
