//! GET /notices and POST /invoices/{id}/notices/{notice}. Wiring only.
use office::notices::Noticing;
use platform::clock::moment;
use platform::http::Reply;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start().await?;
    let noticing = Noticing { store: setup.store().await, queues: setup.dead_letters()? };
    setup.finish()?;
    let store = noticing.store.clone();
    let notice = |request, moment| office::notices::handle(&noticing, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), notice);
    http::serve("notices", Some(store.clone()), handle, Reply::api_fault).await
}
