//! The schedule that publishes what the stream missed. Wiring only.
use platform::clock::moment;
use platform::{Setup, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let bus = setup.bus();
    setup.finish()?;
    worker::scheduled("outbox-sweeper", || timeline_relay::sweep(&store, &bus, moment())).await
}
