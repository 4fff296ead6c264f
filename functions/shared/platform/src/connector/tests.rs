//! What is trusted, and what is called the network's fault, without a network beyond this machine.
#![cfg(test)]
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

/// Longer than any of these takes, so that the one that waits is known by its kind.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
const CONNECTIONS_MAX: usize = 10;

#[test]
fn aws_is_trusted_by_amazons_roots_and_no_other() {
    let amazons = of_the_web(|subject| AMAZONS.iter().any(|name| contains(subject, name)));
    assert_eq!(amazons.len(), 5, "Amazon Root CA 1 to 4, Starfield Services G2");
    assert!(of_the_web(|_| true).len() > 100);
}

#[test]
fn a_bundle_without_a_certificate_stops_the_start() {
    for path in ["/nowhere/bundle.pem", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
        let fault = for_aws(Some(path)).unwrap_err();
        assert!(fault.to_string().contains("AWS_CA_BUNDLE"), "{fault}");
    }
}

async fn ask(address: &str) -> ConnectorError {
    let connector = for_web(CONNECT_TIMEOUT).unwrap();
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri(address).unwrap();
    connector.call(request).await.unwrap_err()
}

/// A server that takes one connection, says `answer`, and hangs up.
fn says(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4_096]);
        let _ = stream.write_all(answer);
    });
    address.to_string()
}

#[tokio::test]
async fn what_is_the_networks_fault_can_be_tried_again() {
    // A port that was free a moment ago.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(ask(&format!("http://{nobody}/")).await.is_io());
    let cut = ask(&format!("http://{}/", says(b"HTTP/1.1 200 OK\r\nContent-"))).await;
    assert!(cut.is_io() || cut.as_other() == Some(ErrorKind::TransientError), "{cut:?}");
    let hung_up = ask(&format!("http://{}/", says(b""))).await;
    assert!(hung_up.is_io() || hung_up.as_other() == Some(ErrorKind::TransientError));
}

#[tokio::test]
async fn what_is_no_http_is_not_the_networks_fault() {
    let error = ask(&format!("http://{}/", says(b"SMTP ready\r\n\r\n"))).await;
    assert!(!error.is_io() && error.as_other().is_none(), "{error:?}");
    // Nor is a server that has no certificate: TLS ends where none is spoken.
    assert!(ask(&format!("https://{}/", says(b"HTTP/1.1 200 OK\r\n\r\n"))).await.is_io());
}

#[tokio::test]
async fn a_server_that_takes_the_connection_and_never_speaks_tls_is_the_networks_fault() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody takes it from the backlog, and nobody refuses it.
    let address = format!("https://{address}/");
    let error = tokio::time::timeout(CONNECT_TIMEOUT * 20, ask(&address)).await;
    assert!(error.unwrap().is_io());
}

/// Answers every request on every connection with a 503, and counts the connections.
fn overloaded() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    std::thread::spawn(move || {
        for stream in listener.incoming().take(CONNECTIONS_MAX).flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || answer_503(stream));
        }
    });
    (format!("http://{address}/"), connections)
}

fn answer_503(mut stream: impl std::io::Read + std::io::Write) {
    while stream.read(&mut [0; 4_096]).is_ok_and(|read| read > 0) {
        let answer = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_connection_that_the_sdk_closes_is_not_used_again() {
    let (address, connections) = overloaded();
    let connector = for_web(CONNECT_TIMEOUT).unwrap();
    let ask = async || {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(address.as_str()).unwrap();
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        assert_eq!(connector.call(request).await.unwrap().status().as_u16(), 503);
        connection.get().expect("the SDK logs an error where there is none")
    };
    ask().await;
    let kept = ask().await;
    assert_eq!(connections.load(Ordering::SeqCst), 1, "kept alive");
    kept.poison();
    ask().await;
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

/// A server with a certificate for `name`, by an authority whose own is written to a file.
fn certified(name: &str) -> (String, PathBuf) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let bundle = std::env::temp_dir().join(format!("bundle-{}-{port}.pem", std::process::id()));
    std::fs::write(&bundle, authority.self_signed(&authority_key).unwrap().pem()).unwrap();

    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let own = own.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
    let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], secret)
        .unwrap();
    let tls = Arc::new(tls);
    std::thread::spawn(move || {
        for stream in listener.incoming().take(CONNECTIONS_MAX).flatten() {
            serve_tls(stream, &tls);
        }
    });
    (format!("https://localhost:{port}/"), bundle)
}

fn serve_tls(stream: TcpStream, tls: &Arc<ServerConfig>) {
    answer_503(StreamOwned::new(ServerConnection::new(Arc::clone(tls)).unwrap(), stream));
}

/// The status that a server answers those who trust `roots`.
async fn status(address: &str, roots: RootCertStore) -> Result<u16, ConnectorError> {
    let connector = Connector::new(roots, CONNECT_TIMEOUT * 20).unwrap();
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri(address).unwrap();
    connector.call(request).await.map(|answer| answer.status().as_u16())
}

fn trusting(bundle: &std::path::Path) -> RootCertStore {
    bundled(bundle.to_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_bundle_is_trusted_and_nothing_else_is() {
    let (address, bundle) = certified("localhost");
    assert_eq!(status(&address, trusting(&bundle)).await.unwrap(), 503);
    let (_, others) = certified("localhost");
    assert!(status(&address, trusting(&others)).await.is_err(), "another authority");
    assert!(status(&address, of_the_web(|_| true)).await.is_err(), "the roots of the web");
    assert_eq!(trusting(&bundle).len(), 1, "in their place, not with them");
}

#[tokio::test]
async fn the_certificate_of_another_host_is_refused() {
    let (address, bundle) = certified("elsewhere.example");
    assert!(status(&address, trusting(&bundle)).await.is_err());
}
