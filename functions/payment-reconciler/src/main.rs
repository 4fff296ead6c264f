//! The schedule of reconciliation. Wiring only.
use platform::clock::moment;
use platform::{Setup, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let stripe = setup.stripe().await?;
    setup.finish()?;
    let run = || payment_reconciler::reconcile(&store, &stripe, moment());
    worker::scheduled("payment-reconciler", run).await
}
