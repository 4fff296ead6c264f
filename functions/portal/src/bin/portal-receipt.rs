//! GET /p/{token}/receipt. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Portal, apology, receipt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let portal = Portal::start(&mut setup).await?;
    let files = setup.files();
    setup.finish()?;
    let store = portal.store.clone();
    let handle = |request| receipt::handle(&portal, &files, request, moment());
    http::serve("portal-receipt", Some(store), handle, apology).await
}
