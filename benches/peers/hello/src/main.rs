//! A bare function: `lambda_http` as every function of ours has it, and one fixed text.
//! Must never do anything else: it is what a request costs before we begin.
use lambda_http::{Error, Request, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(hello)).await
}

async fn hello(_: Request) -> Result<&'static str, Error> {
    Ok("hello")
}
