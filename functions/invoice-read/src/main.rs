//! GET /invoices/{id}. Wiring only.
use platform::clock::moment;
use platform::http::Reply;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start().await?;
    let store = setup.store().await;
    setup.finish()?;
    let handle = |request| invoice_read::handle(&store, request, moment());
    http::serve("invoice-read", Some(store.clone()), handle, Reply::api_fault).await
}
