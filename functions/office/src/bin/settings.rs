//! GET and PUT /settings, POST /settings/preview. Wiring only.
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let settings = |request, moment| office::settings::handle(&store, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), settings);
    http::serve_operators("settings", &store, &client, handle).await
}
