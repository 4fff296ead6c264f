//! POST /webhooks/stripe. Wiring only.
use platform::clock::moment;
use platform::http::Reply;
use platform::{Setup, http};
use stripe_webhook::Webhook;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let stripe = setup.stripe().await?;
    let hook = Webhook {
        store: setup.store().await,
        livemode: stripe.is_live(),
        stripe,
        secrets: setup.webhook_secrets().await?,
    };
    setup.finish()?;
    let store = hook.store.clone();
    let handle = |request| stripe_webhook::handle(&hook, request, moment());
    http::serve("stripe-webhook", Some(store), handle, Reply::api_fault).await
}
