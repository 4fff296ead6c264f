//! GET /operators and PUT /operators/me. Wiring only.
use platform::clock::moment;
use platform::http::Reply;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start().await?;
    let store = setup.store().await;
    setup.finish()?;
    let note = |request, moment| office::operators::handle(&store, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), note);
    http::serve("operators", Some(store.clone()), handle, Reply::api_fault).await
}
