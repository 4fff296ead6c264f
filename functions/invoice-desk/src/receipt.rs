//! GET /invoices/{id}/receipt: the receipt as a PDF, the same bytes as the payer gets.
//! Must never make a receipt: what is not in the bucket yet is not given out.
use domain::{InvoiceFile, Payment, PaymentState};
use lambda_http::{Request, RequestExt as _};
use platform::Fault;
use platform::files::Files;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::InvoiceStore;
use ulid::Ulid;

use crate::{found, unknown};

/// What reading a receipt needs.
#[derive(Debug)]
pub struct Receipts {
    /// The table.
    pub store: InvoiceStore,
    /// The bucket.
    pub files: Files,
}

/// The receipt of the payment that `payment` names; without it of the one that paid the invoice,
/// or of the last of several.
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
    let query = request.query_string_parameters_ref();
    let payment = match wanted(&file, query.and_then(|query| query.first("payment"))) {
        Ok(payment) => payment,
        Err(detail) => return Ok(Reply::problem(404, "No receipt", detail)),
    };
    let Some(receipt) = &payment.receipt else {
        let detail = "The receipt is being made. Ask again in a few seconds.";
        return Ok(Reply::problem(404, "No receipt yet", detail).retry_after_s(5));
    };
    let pdf = receipts.files.receipt(&receipt.key).await?;
    Ok(Reply::pdf(&format!("receipt-{}.pdf", file.invoice.number), pdf))
}

/// The payment whose receipt is asked for, or why there is none.
fn wanted<'f>(file: &'f InvoiceFile, asked: Option<&str>) -> Result<&'f Payment, &'static str> {
    let Some(asked) = asked else {
        let last = file.invoice.paid_by.and_then(|id| file.payment(id));
        return last.ok_or("Nothing was paid on this invoice yet.");
    };
    let payment = Ulid::from_string(asked).ok().and_then(|id| file.payment(id));
    let payment = payment.ok_or("This invoice has no such payment.")?;
    match payment.state {
        PaymentState::Paid => Ok(payment),
        PaymentState::Starting
        | PaymentState::Open
        | PaymentState::Expired
        | PaymentState::Processing
        | PaymentState::Failed
        | PaymentState::Mismatched => Err("Nothing was paid by this payment."),
    }
}
