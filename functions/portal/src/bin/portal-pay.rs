//! POST /p/{token}/pay. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Till, apology, pay};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let till = Till::start(&mut setup).await?;
    setup.finish()?;
    let store = till.portal.store.clone();
    let handle = |request| pay::handle(&till, request, moment());
    http::serve("portal-pay", Some(store), handle, apology).await
}
