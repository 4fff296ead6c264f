//! GET /notices and POST /invoices/{id}/notices/{notice}. Wiring only.
use office::notices::Noticing;
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let noticing = Noticing { store: setup.store().await, queues: setup.dead_letters()? };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = noticing.store.clone();
    let notice = |request, moment| office::notices::handle(&noticing, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), notice);
    http::serve_operators("notices", &store, &client, handle).await
}
