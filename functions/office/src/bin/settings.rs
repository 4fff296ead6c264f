//! GET and PUT /settings, POST /settings/preview. Wiring only.
use platform::clock::moment;
use platform::http::Reply;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start().await?;
    let store = setup.store().await;
    setup.finish()?;
    let settings = |request, moment| office::settings::handle(&store, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), settings);
    http::serve("settings", Some(store.clone()), handle, Reply::api_fault).await
}
