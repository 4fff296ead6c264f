//! POST /invoices/import. Wiring only.
use invoice_import::Importing;
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let importing = Importing { store: setup.store().await, files: setup.files() };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = importing.store.clone();
    let import = |request, moment| invoice_import::handle(&importing, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), import);
    http::serve_operators("invoice-import", &store, &client, handle).await
}
