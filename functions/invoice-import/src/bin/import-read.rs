//! GET /imports, /imports/{import} and …/rejects. Wiring only.
use invoice_import::Importing;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let importing = Importing { store: setup.store().await, files: setup.files() };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = importing.store.clone();
    let handle = |request| invoice_import::read::handle(&importing, request);
    http::serve_operators("import-read", &store, &client, handle).await
}
