//! GET and POST /p/{token}/dispute. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Till, apology, dispute};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let till = Till::start(&mut setup).await?;
    let uploads = setup.uploads().await?;
    setup.finish()?;
    let store = till.portal.store.clone();
    let handle = |request| dispute::handle(&till, &uploads, request, moment());
    http::serve("portal-dispute", Some(store), handle, apology).await
}
