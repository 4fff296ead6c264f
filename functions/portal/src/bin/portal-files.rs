//! POST /p/{token}/files. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Portal, apology, files};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let portal = Portal::start(&mut setup).await?;
    let uploads = setup.uploads().await?;
    setup.finish()?;
    let store = portal.store.clone();
    let handle = |request| files::handle(&portal, &uploads, request, moment());
    http::serve("portal-files", Some(store), handle, apology).await
}
