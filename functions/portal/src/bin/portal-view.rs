//! GET and HEAD /p/{token}. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Portal, apology, view};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let portal = Portal::start(&mut setup).await?;
    setup.finish()?;
    let store = portal.store.clone();
    let handle = |request| view::handle(&portal, request, moment());
    http::serve("portal-view", Some(store), handle, apology).await
}
