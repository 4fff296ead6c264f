//! Every path and method that no other function takes. Wiring only.
use platform::http;
use portal::{apology, refusal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    platform::log::start(None);
    let handle = |request: lambda_http::Request| async move { Ok(refusal::handle(&request)) };
    http::serve("portal-refusal", None, handle, apology).await
}
