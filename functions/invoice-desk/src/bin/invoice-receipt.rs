//! GET /invoices/{id}/receipt. Wiring only.
use invoice_desk::receipt::Receipts;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let receipts = Receipts { store: setup.store().await, files: setup.files() };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = receipts.store.clone();
    let handle = |request| invoice_desk::receipt::handle(&receipts, request);
    http::serve_operators("invoice-receipt", &store, &client, handle).await
}
