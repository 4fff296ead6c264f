//! The one way out: HTTP/1.1 over TLS on ring, under the SDK's clients and under our own.
//! Must never speak HTTP/2, follow a redirect, or trust what no caller named.
//!
//! The SDK's own connector would bring HTTP/2 along, which no service that we call needs: a
//! tenth of the binary, and with it of the cold start.
use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use hyper::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{
    CaptureConnection, HttpConnector as Tcp, capture_connection,
};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tower_service::Service;

use crate::Fault;

/// For a connection to AWS, which is in the same region: name, TCP and TLS together.
const AWS_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// Causes looked through behind an error.
const CAUSES_MAX: usize = 8;
/// In the subjects of the roots that AWS endpoints chain to.
/// Source: "Amazon Trust Services Repository", seen 2026-11.
const AMAZONS: [&[u8]; 2] = [b"Amazon Root CA", b"Starfield Services Root"];

#[derive(Clone, Debug)]
struct Connector {
    client: legacy::Client<InTime, SdkBody>,
}

/// Connects within a time, or fails as the network does: a handshake that hangs must leave time
/// for another try.
#[derive(Clone)]
struct InTime {
    https: HttpsConnector<Tcp>,
    within: Duration,
}

type Boxed = Box<dyn StdError + Send + Sync>;
type Stream = <HttpsConnector<Tcp> as Service<Uri>>::Response;

/// A client for AWS: only Amazon's own roots, since each root that is read costs at every cold
/// start. `bundle` is a PEM file that is trusted instead.
/// Source: AWS SDKs and Tools reference, `AWS_CA_BUNDLE`, seen 2026-11.
///
/// # Errors
/// [`Fault::Config`] if the bundle cannot be read, or holds no certificate.
pub fn for_aws(bundle: Option<&str>) -> Result<SharedHttpClient, Fault> {
    let roots = match bundle {
        Some(path) => bundled(path)?,
        None => of_the_web(|subject| AMAZONS.iter().any(|name| contains(subject, name))),
    };
    let connector = SharedHttpConnector::new(Connector::new(roots, AWS_CONNECT_TIMEOUT)?);
    Ok(http_client_fn(move |_, _| connector.clone()))
}

/// A connector for what may change whose certificates it uses (Stripe, the sign-in, our own
/// domain): all roots of the web.
pub(crate) fn for_web(connect_timeout: Duration) -> Result<SharedHttpConnector, Fault> {
    Ok(SharedHttpConnector::new(Connector::new(of_the_web(|_| true), connect_timeout)?))
}

impl Connector {
    fn new(roots: RootCertStore, connect_timeout: Duration) -> Result<Self, Fault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Fault::Config(format!("TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = Tcp::new();
        // An emulator speaks plain HTTP; what may, the address says.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let https = HttpsConnector::from((tcp, tls));
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(InTime { https, within: connect_timeout });
        Ok(Self { client })
    }
}

impl Service<Uri> for InTime {
    type Response = Stream;
    type Error = Boxed;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, Boxed>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Boxed>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.within, self.https.call(uri));
        Box::pin(async move {
            connecting
                .await
                .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
        })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let capture = capture_connection(&mut request);
        if let Some(wanted) = request.extensions().get::<CaptureSmithyConnection>() {
            wanted.set_connection_retriever(move || closable(&capture));
        }
        let answer = self.client.request(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await.map_err(failed)?.map(SdkBody::from_body_1_x);
            HttpResponse::try_from(answer)
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The request's connection, for the SDK to close after an answer that makes it try again: the
/// next try shall not meet the same server.
fn closable(capture: &CaptureConnection) -> Option<ConnectionMetadata> {
    capture.connection_metadata().as_ref()?;
    let capture = capture.clone();
    let close = move || {
        if let Some(connection) = capture.connection_metadata().as_ref() {
            connection.poison();
        }
    };
    Some(ConnectionMetadata::builder().proxied(false).poison_fn(close).build())
}

/// What kind of failure it was: the SDK tries again what is the network's, and only that.
fn failed(error: legacy::Error) -> ConnectorError {
    let in_hyper = find::<hyper::Error>(&error);
    let is_io = find::<io::Error>(&error).is_some();
    if in_hyper.is_some_and(hyper::Error::is_user) {
        ConnectorError::user(error.into())
    } else if in_hyper.is_some_and(hyper::Error::is_incomplete_message) {
        ConnectorError::other(error.into(), Some(ErrorKind::TransientError))
    } else if error.is_connect()
        || is_io
        || in_hyper.is_some_and(|error| error.is_closed() || error.is_canceled())
    {
        ConnectorError::io(error.into())
    } else {
        ConnectorError::other(error.into(), None)
    }
}

fn find<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    let mut cause = Some(error);
    for _ in 0..CAUSES_MAX {
        let error = cause?;
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

fn of_the_web(trusted: impl Fn(&[u8]) -> bool) -> RootCertStore {
    let all = webpki_roots::TLS_SERVER_ROOTS.iter();
    RootCertStore { roots: all.filter(|root| trusted(&root.subject)).cloned().collect() }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn bundled(path: &str) -> Result<RootCertStore, Fault> {
    let unusable = |what: &dyn std::fmt::Display| Fault::Config(format!("AWS_CA_BUNDLE: {what}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() {
        return Err(unusable(&"no certificate in it"));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests;
