//! What is trusted, and what is called the network's fault, without a network beyond this machine.
#![cfg(test)]
use std::net::TcpListener;

use aws_smithy_runtime_api::client::http::HttpConnector as _;

use super::*;

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
    let connector = for_web(Duration::from_millis(500)).unwrap();
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri(address).unwrap();
    connector.call(request).await.unwrap_err()
}

/// A server that takes one connection, says `answer`, and hangs up.
fn says(answer: &'static [u8]) -> String {
    use std::io::{Read as _, Write as _};
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
    assert!(ask("http://no-such-host.invalid/").await.is_io());
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
