//! What is handed out for uploads and downloads, without a network: addresses and permissions.
//! Must never need S3: what S3 makes of them, the stories against the stack show.
#![cfg(test)]
use std::collections::BTreeMap;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_types::SdkConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Document;
use domain::document::{Content, NotAccepted};
use jiff::Timestamp;
use platform::uploads::{Place, Ticket, Upload, Uploads};
use serde_json::{Value, json};
use ulid::Ulid;

const NOW: &str = "2026-11-22T20:40:00Z";

fn sdk(session: Option<&str>) -> SdkConfig {
    let credentials = Credentials::new("AKID", "secret", session.map(str::to_owned), None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

async fn uploads(endpoint: Option<&str>) -> Uploads {
    let endpoint = endpoint.map(str::to_owned);
    Uploads::new(&sdk(Some("session")), "plixo-files".to_owned(), endpoint).await.unwrap()
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn place() -> Place {
    Place { tenant: "northwind".to_owned(), invoice: Ulid(7), link: Ulid(9) }
}

fn id() -> Ulid {
    Ulid::from_parts(now().as_millisecond().try_into().unwrap(), 5)
}

async fn ticket(name: &str) -> Ticket {
    uploads(None).await.ticket(&place(), id(), name, now()).await.unwrap()
}

#[tokio::test]
async fn a_browser_posts_to_the_bucket_and_to_nothing_else() {
    let aws = uploads(None).await;
    assert_eq!(aws.origin(), "https://plixo-files.s3.eu-central-1.amazonaws.com");
    let emulator = uploads(Some("http://127.0.0.1:4566")).await;
    assert_eq!(emulator.origin(), "http://127.0.0.1:4566");
    let ticket = emulator.ticket(&place(), id(), "a.pdf", now()).await.unwrap();
    assert_eq!(ticket.url, "http://127.0.0.1:4566/plixo-files");
}

#[tokio::test]
async fn a_ticket_fixes_every_field_it_has() {
    let ticket = ticket("../Rechnung ü.pdf").await;
    let fields: BTreeMap<_, _> = ticket.fields.iter().cloned().collect();
    let policy = STANDARD.decode(&fields["policy"]).unwrap();
    let policy: Value = serde_json::from_slice(&policy).unwrap();
    assert_eq!(policy["expiration"], "2026-11-22T20:55:00.000Z");
    let conditions = policy["conditions"].as_array().unwrap();
    assert!(conditions.contains(&json!({ "bucket": "plixo-files" })));
    assert!(conditions.contains(&json!(["content-length-range", 1, 26_214_400])));
    for (field, value) in &fields {
        let fixed = conditions.contains(&json!({ field: value }));
        assert!(fixed || ["policy", "x-amz-signature"].contains(&field.as_str()), "{field}");
    }
    assert_eq!(fields["key"], place().key(id()));
    assert_eq!(fields["Content-Type"], "application/octet-stream");
    assert_eq!(fields["x-amz-meta-name"], "UmVjaG51bmcgw7wucGRm");
    assert_eq!(fields["x-amz-security-token"], "session");
    assert_eq!(fields["x-amz-credential"], "AKID/20261122/eu-central-1/s3/aws4_request");
    assert_eq!(fields["x-amz-date"], "20261122T204000Z");
    assert_eq!(conditions.len(), fields.len());
}

#[tokio::test]
async fn nothing_typed_is_in_a_key() {
    let evil = ticket("../../receipts/x\r\n.pdf").await;
    let plain = ticket("a.pdf").await;
    assert_eq!(evil.fields[0], plain.fields[0]);
    assert_eq!(evil.fields[0].1, place().key(id()));
}

#[tokio::test]
async fn a_ticket_shows_no_permission_in_a_log() {
    let ticket = ticket("a.pdf").await;
    assert_eq!(format!("{ticket:?}"), format!("Ticket({})", id()));
}

#[tokio::test]
async fn a_download_is_of_the_pinned_version_and_short_and_saved() {
    let document = Document {
        id: id(),
        kind: "proof_of_payment".to_owned(),
        name: "scan.exe".to_owned(),
        size_bytes: 3,
        content: Content::Png,
        sha256: String::new(),
        key: place().key(id()),
        object_version: "v1".to_owned(),
    };
    let url = uploads(None).await.download_url(&document, now()).await.unwrap();
    let (path, query) = url.split_once('?').unwrap();
    let expected =
        format!("https://plixo-files.s3.eu-central-1.amazonaws.com/{}", place().key(id()));
    assert_eq!(path, expected);
    for part in [
        "versionId=v1",
        "X-Amz-Expires=60",
        "X-Amz-Date=20261122T204000Z",
        "response-content-type=application%2Foctet-stream",
        "response-content-disposition=attachment%3B%20filename%3D%22scan.exe.png%22",
    ] {
        assert!(query.contains(part), "{part} in {query}");
    }
}

#[test]
fn a_document_pins_the_bytes_that_were_read() {
    let mut upload = Upload {
        id: id(),
        key: place().key(id()),
        object_version: "v1".to_owned(),
        name: "note.txt".to_owned(),
        bytes: b"abc".to_vec(),
    };
    let document = upload.accept("other").unwrap();
    assert_eq!((document.size_bytes, document.content), (3, Content::Text));
    // Source: FIPS 180-2 appendix B.1.
    assert_eq!(document.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    upload.bytes.clear();
    assert_eq!(upload.accept("other"), Err(NotAccepted::Empty));
}
