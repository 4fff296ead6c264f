//! GET /console/sign-in, callback and signed-out, POST /console/sign-out. Wiring only.
use console::{Console, errors, sign_in};
use platform::clock::moment;
use platform::{Setup, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let console = Console::start(&mut setup)?;
    setup.finish()?;
    let handle = |request| sign_in::handle(&console, &store, request, moment());
    http::serve("console-login", Some(store.clone()), handle, errors::apology).await
}
