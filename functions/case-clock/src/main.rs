//! The schedule of plans, promises and disputes. Wiring only.
use platform::clock::moment;
use platform::{Setup, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    setup.finish()?;
    worker::scheduled("case-clock", || case_clock::sweep(&store, moment())).await
}
