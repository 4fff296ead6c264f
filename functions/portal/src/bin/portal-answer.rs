//! GET and POST /p/{token}/answer. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Till, answer, apology};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let till = Till::start(&mut setup).await?;
    let uploads = setup.uploads().await?;
    setup.finish()?;
    let store = till.portal.store.clone();
    let handle = |request| answer::handle(&till, &uploads, request, moment());
    http::serve("portal-answer", Some(store), handle, apology).await
}
