//! GET /operators and PUT /operators/me. Wiring only.
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let note = |request, moment| office::operators::handle(&store, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), note);
    http::serve_operators("operators", &store, &client, handle).await
}
