//! The table's stream. Wiring only.
use lambda_runtime::{Error, LambdaEvent, service_fn};
use platform::Setup;
use timeline_relay::StreamBatch;
use tracing::Instrument as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut setup = Setup::start()?;
    let store = setup.store().await;
    let bus = setup.bus();
    setup.finish()?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<StreamBatch>| {
        let request_id = event.context.request_id;
        let span = tracing::info_span!("batch", route = "timeline-relay", %request_id);
        let work = timeline_relay::relay(&store, &bus, event.payload);
        async move {
            let published =
                work.await.inspect_err(|fault| tracing::error!(%fault, "batch not published"))?;
            tracing::info!(published, "relayed");
            Ok::<_, Error>(())
        }
        .instrument(span)
    }))
    .await
}
