//! GET /audit and /audit/export. Wiring only.
use platform::clock::moment;
use platform::http::Reply;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start().await?;
    let store = setup.store().await;
    setup.finish()?;
    let handle = |request| office::audit::handle(&store, request, moment());
    http::serve("audit", Some(store.clone()), handle, Reply::api_fault).await
}
