//! GET and POST /p/{token}/plan. Wiring only.
use platform::clock::moment;
use platform::{Setup, http};
use portal::{Till, apology, plan};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let till = Till::start(&mut setup).await?;
    setup.finish()?;
    let store = till.portal.store.clone();
    let handle = |request| plan::handle(&till, request, moment());
    http::serve("portal-plan", Some(store), handle, apology).await
}
