//! The schedule of forgotten uploads. Wiring only.
use platform::clock::moment;
use platform::{Setup, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let uploads = setup.uploads().await?;
    setup.finish()?;
    let sweep = || upload_sweeper::sweep(&store, &uploads, moment());
    worker::scheduled("upload-sweeper", sweep).await
}
