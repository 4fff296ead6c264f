//! The loops of functions that no person calls: schedules, queues, the stream.
//! Must never swallow a failure: it is logged once and handed back to the trigger.
use domain::Entry;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::Instrument as _;

use crate::Fault;
use crate::bus::Envelope;

/// What a scheduled run came to; the log line and the answer to a manual call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sweep {
    /// Things that were due.
    pub due: usize,
    /// Things that were acted on.
    pub done: usize,
    /// Things that failed and stay due.
    pub failed: usize,
}

/// Serves a schedule: each tick is one bounded run.
///
/// # Errors
/// Whatever ends the runtime's loop.
pub async fn scheduled<H, F>(route: &'static str, run: H) -> Result<(), Error>
where
    H: Fn() -> F + Sync,
    F: Future<Output = Result<Sweep, Fault>> + Send,
{
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let span = tracing::info_span!("run", route, request_id = %event.context.request_id);
        let work = run();
        async move {
            let sweep = work.await.inspect_err(|fault| tracing::error!(%fault, "run failed"))?;
            if sweep.failed > 0 {
                crate::log::count("SweepFailed", sweep.failed);
            }
            tracing::info!(due = sweep.due, done = sweep.done, failed = sweep.failed, "ran");
            Ok::<_, Error>(json!(sweep))
        }
        .instrument(span)
    }))
    .await
}

#[derive(Debug, Deserialize)]
struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(rename = "messageId")]
    id: String,
    body: String,
}

/// Serves a queue of timeline entries. A message that fails goes back alone; its batch-mates
/// are done. After five tries the queue puts it aside for an operator.
///
/// # Errors
/// Whatever ends the runtime's loop.
pub async fn queue<H, F>(route: &'static str, handle: H) -> Result<(), Error>
where
    H: Fn(Entry) -> F + Sync,
    F: Future<Output = Result<(), Fault>> + Send,
{
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Batch>| {
        let span = tracing::info_span!("batch", route, request_id = %event.context.request_id);
        async move {
            let mut failures = Vec::new();
            for message in event.payload.records {
                if let Err(fault) = handle_message(&message, handle).await {
                    tracing::error!(%fault, message_id = message.id, "message failed");
                    failures.push(json!({ "itemIdentifier": message.id }));
                }
            }
            Ok::<_, Error>(json!({ "batchItemFailures": failures }))
        }
        .instrument(span)
    }))
    .await
}

async fn handle_message<H, F>(message: &Message, handle: &H) -> Result<(), Fault>
where
    H: Fn(Entry) -> F,
    F: Future<Output = Result<(), Fault>>,
{
    // A version we do not know is not read by half: it waits for a newer handler.
    let envelope: Envelope = serde_json::from_str(&message.body)
        .map_err(|error| Fault::Item(crate::fault::unreadable("message", &error)))?;
    if envelope.detail.version != domain::fact::FACT_VERSION {
        return Err(Fault::Item(format!("entry of version {}", envelope.detail.version)));
    }
    handle(envelope.detail).await
}
