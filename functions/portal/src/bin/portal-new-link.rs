//! POST /p/{token}/new-link. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Portal, apology, new_link};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let portal = Portal::start(&mut setup).await?;
    setup.finish()?;
    let store = portal.store.clone();
    let handle = |request| new_link::handle(&portal, request, moment());
    http::serve("portal-new-link", Some(store), handle, apology).await
}
