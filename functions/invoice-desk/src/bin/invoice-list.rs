//! GET /invoices. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let handle = |request| invoice_desk::list::handle(&store, request, moment());
    http::serve_operators("invoice-list", &store, &client, handle).await
}
