//! GET /invoices/{id}/link and POST /invoices/{id}/link/mail. Wiring only.
use link_regen::share::Sharing;
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let sharing = Sharing {
        store: setup.store().await,
        keys: setup.link_keys().await?,
        public_url: setup.optional("PORTAL_URL"),
    };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = sharing.store.clone();
    let share = |request, moment| link_regen::share::handle(&sharing, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), share);
    http::serve_operators("link-share", &store, &client, handle).await
}
