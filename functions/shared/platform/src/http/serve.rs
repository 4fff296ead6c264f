//! The loop of a function that answers requests, and its one log line for each.
//! Must never log a path: it may hold a token.
use lambda_http::{Context, Request, RequestExt as _};
use tracing::Instrument as _;

use super::Reply;
use super::spent::Spent;
use crate::Fault;
use crate::operator::{self, Denied};
use crate::store::InvoiceStore;

/// Serves requests one at a time until the process ends. `route` is the function's name for
/// the log: the path itself holds a token. `on_fault` makes the apology.
///
/// # Errors
/// Whatever ends the runtime's loop.
pub async fn serve<H, F>(
    route: &'static str,
    store: Option<InvoiceStore>,
    handle: H,
    on_fault: fn(&Fault, &str) -> Reply,
) -> Result<(), lambda_http::Error>
where
    H: Fn(Request) -> F + Sync,
    F: Future<Output = Result<Reply, Fault>> + Send,
{
    lambda_http::run(lambda_http::service_fn(|request: Request| {
        let reference = request_id(request.lambda_context_ref());
        let span = tracing::info_span!("request", route, request_id = %reference);
        let before = store.as_ref().map(Spent::of);
        let work = handle(request);
        let store = store.as_ref();
        async move {
            let reply = work.await.unwrap_or_else(|fault| {
                tracing::error!(%fault, retryable = fault.is_retryable(), "request failed");
                on_fault(&fault, &reference)
            });
            let spent =
                store.map(Spent::of).zip(before).map(|(after, before)| after.since(&before));
            let spent = spent.unwrap_or_default();
            tracing::info!(
                status = reply.status(),
                round_trips = spent.round_trips,
                read_units = spent.read_units,
                write_units = spent.write_units,
                "answered"
            );
            Ok::<_, lambda_http::Error>(reply)
        }
        .instrument(span)
    }))
    .await
}

/// Serves operators: [`serve`], but for requests whose token was not made for `client`, which get
/// 401. API Gateway holds a token against the pool, not against the app it was made for.
///
/// # Errors
/// Whatever ends the runtime's loop.
pub async fn serve_operators<H, F>(
    route: &'static str,
    store: &InvoiceStore,
    client: &str,
    handle: H,
) -> Result<(), lambda_http::Error>
where
    H: Fn(Request) -> F + Sync,
    F: Future<Output = Result<Reply, Fault>> + Send,
{
    let only_ours = |request: Request| {
        let work = operator::is_for_client(&request, client).then(|| handle(request));
        async move {
            match work {
                Some(work) => work.await,
                None => Ok(Reply::denied(Denied::NoOperator)),
            }
        }
    };
    serve(route, Some(store.clone()), only_ours, Reply::api_fault).await
}

fn request_id(context: Option<&Context>) -> String {
    context.map_or_else(|| "none".to_owned(), |context| context.request_id.clone())
}
