//! The schedule of link expiry. Wiring only.
use platform::clock::moment;
use platform::{Setup, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    setup.finish()?;
    worker::scheduled("expiry-sweeper", || expiry_sweeper::sweep(&store, moment())).await
}
