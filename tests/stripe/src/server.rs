//! Binds 127.0.0.1 and serves; a connection can be cut without an answer, as faults ask.
//! It must never bind another address.

use crate::config::Config;
use crate::stand_in::{Shared, StandIn};
use crate::{api, control, pages};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tower::ServiceExt;

const BODY_BYTES_MAX: usize = 1_048_576;
const CONNECTIONS_MAX: usize = 4_096;

/// Marks an answer that must not be sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CutConnection;

/// A running stand-in; stops when dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Running {
    /// Origin, such as `http://127.0.0.1:4242`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Starts a stand-in.
///
/// # Errors
/// When the port is taken or the webhook client cannot be built.
pub async fn start(config: Config) -> io::Result<Running> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
    let address = listener.local_addr()?;
    let http = reqwest::Client::builder()
        .timeout(Duration::from_millis(config.webhook_timeout_ms))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(io::Error::other)?;
    let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let shared = StandIn::new(config, public_url, http);
    let router = router(&shared);
    let tasks = [tokio::spawn(accept(listener, router)), tokio::spawn(sweep_each_second(shared))];
    Ok(Running { address, tasks })
}

/// Everything that is answered.
pub(crate) fn router(shared: &Shared) -> Router {
    Router::new()
        .merge(api::router())
        .merge(pages::router())
        .nest("/_control", control::router())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Shared::clone(shared))
}

async fn accept(listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, most likely: wait rather than spin.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let serving = serve(stream, router.clone());
        tokio::spawn(async move {
            serving.await;
            drop(place);
        });
    }
}

async fn serve(stream: TcpStream, router: Router) {
    let service = service_fn(move |request| answer(router.clone(), request));
    // An error here is a client that went away or a cut we made ourselves; neither is news.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(router: Router, request: Request<Incoming>) -> io::Result<Response> {
    let Ok(response) = router.oneshot(request.map(Body::new)).await;
    if response.extensions().get::<CutConnection>().is_some() {
        return Err(io::Error::other("cut by a fault"));
    }
    Ok(response)
}

async fn sweep_each_second(shared: Shared) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        shared.sweep();
    }
}
