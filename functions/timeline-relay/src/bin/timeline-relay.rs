//! The table's stream. Wiring only.
use lambda_runtime::{Error, LambdaEvent, service_fn};
use platform::Setup;
use timeline_relay::StreamBatch;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let bus = setup.bus();
    setup.finish()?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<StreamBatch>| async {
        let request_id = event.context.request_id;
        let published = timeline_relay::relay(&store, &bus, event.payload)
            .await
            .inspect_err(|fault| tracing::error!(%fault, request_id, "batch not published"))?;
        tracing::info!(published, request_id, "relayed");
        Ok::<_, Error>(())
    }))
    .await
}
