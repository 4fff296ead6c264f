//! POST /invoices/{id}/owner. Wiring only.
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let assign = |request, moment| invoice_desk::owner::handle(&store, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), assign);
    http::serve_operators("invoice-owner", &store, &client, handle).await
}
