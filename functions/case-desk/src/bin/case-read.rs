//! GET /invoices/{id}/cases/{case} and …/documents/{document}. Wiring only.
use case_desk::read::Reading;
use platform::clock::moment;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let reading = Reading { store: setup.store().await, uploads: setup.uploads().await? };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = reading.store.clone();
    let handle = |request| case_desk::read::handle(&reading, request, moment());
    http::serve_operators("case-read", &store, &client, handle).await
}
