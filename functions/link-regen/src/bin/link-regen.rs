//! POST /invoices/{id}/link. Wiring only.
use link_regen::Regeneration;
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let regen = Regeneration {
        store: setup.store().await,
        stripe: setup.stripe().await?,
        keys: setup.link_keys().await?,
        public_url: setup.optional("PORTAL_URL"),
    };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = regen.store.clone();
    let regenerate = |request, moment| link_regen::handle(&regen, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), regenerate);
    http::serve_operators("link-regen", &store, &client, handle).await
}
