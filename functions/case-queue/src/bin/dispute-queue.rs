//! The queue of disputes. Wiring only.
use domain::queue::Queue;
use platform::clock::moment;
use platform::{Setup, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    setup.finish()?;
    let file = |entry| case_queue::file(&store, Queue::Disputes, entry, moment());
    worker::queue("dispute-queue", file).await
}
