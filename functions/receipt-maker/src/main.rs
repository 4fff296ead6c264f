//! The receipts queue. Wiring only.
use platform::clock::moment;
use platform::{Setup, worker};
use receipt_maker::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let desk =
        Desk { store: setup.store().await, files: setup.files(), stripe: setup.stripe().await? };
    setup.finish()?;
    worker::queue("receipt-maker", |entry| receipt_maker::handle(&desk, entry, moment())).await
}
