//! From a request to its answer: the session first, then the page or the form in its frame.
//! Must never reach a page without a session.
use domain::Moment;
use lambda_http::{Request, RequestExt as _};
use platform::Fault;
use platform::http::Reply;
use platform::store::InvoiceStore;

use crate::{Console, route, session};

/// Answers a GET.
///
/// # Errors
/// [`Fault`] when there is not even a frame to show the error in.
pub async fn page(
    console: &Console,
    store: &InvoiceStore,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let visit = match session::visit(console, store, &request, &mut moment).await? {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    visit.finish(route::show(&visit), &reference(&request)).await
}

/// Answers a POST.
///
/// # Errors
/// As [`page`].
pub async fn act(
    console: &Console,
    store: &InvoiceStore,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let visit = match session::visit(console, store, &request, &mut moment).await? {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    visit.finish(route::act(&visit, &request), &reference(&request)).await
}

fn reference(request: &Request) -> String {
    let context = request.lambda_context_ref();
    context.map_or_else(|| "none".to_owned(), |context| context.request_id.clone())
}
