//! POST /invoices/{id}/cases/{case}/owner, …/question and …/decision. Wiring only.
use case_desk::act::Acting;
use platform::clock::moment;
use platform::{Setup, http, idempotency};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let mut setup = Setup::start()?;
    let acting = Acting { store: setup.store().await, stripe: setup.stripe().await? };
    let client = setup.required("CLIENT_ID");
    setup.finish()?;
    let store = acting.store.clone();
    let act = |request, moment| case_desk::act::handle(&acting, request, moment);
    let handle = |request| idempotency::once(&store, request, moment(), act);
    http::serve_operators("case-act", &store, &client, handle).await
}
