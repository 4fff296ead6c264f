//! GET /console and all pages below it. Wiring only.
use console::{Console, errors, serve};
use platform::clock::moment;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let console = Console::start(&mut setup)?;
    setup.finish()?;
    let handle = |request| serve::page(&console, &store, request, moment());
    http::serve("console-page", Some(store.clone()), handle, errors::apology).await
}
