//! Documents: how a payer's script uploads them, how an operator fetches them, and the bucket
//! they lie in. Must never write to the bucket what a story could send through the product.
use serde_json::Value;
use ulid::Ulid;

use crate::forms::{CONTACT, Part, hidden, multipart, urlencoded};
use crate::{Answer, Bill, Payer, Stack, World, eventually};

/// The tag that the scanner leaves on a version.
const SCANNED: &str = "GuardDutyMalwareScanStatus";
/// What separates the parts of an upload; no file of a story has it.
const BOUNDARY: &str = "----plixo-upload-b5c9";

/// What every dispute with documents says, to be found again where it must be kept.
pub const TYPED: &str = "The crates came open; see what is attached.";

/// The bucket, through the emulator's own API.
#[derive(Clone, Debug)]
pub struct Files {
    http: Payer,
    bucket: String,
}

/// One version of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Object key.
    pub key: String,
    /// Version of it.
    pub id: String,
}

/// What S3 takes one file with.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The upload's identifier.
    pub id: String,
    /// Where to post to.
    pub url: String,
    /// Fields of the form, in order.
    pub fields: Vec<(String, String)>,
}

impl Files {
    /// The stack's bucket.
    pub fn new(stack: &Stack) -> Self {
        let bucket = format!("{}/{}", stack.text("aws_endpoint"), stack.text("bucket"));
        Self { http: Payer::new(stack), bucket }
    }

    /// The address of an object, without any permission in it.
    pub fn address(&self, key: &str) -> String {
        format!("{}/{key}", self.bucket)
    }

    /// Every version below a prefix, marks of deletion left out; 1,000 at most.
    pub async fn versions(&self, prefix: &str) -> Vec<Version> {
        let found = self.ask("GET", &format!("?versions&prefix={prefix}"), "").await.text();
        assert!(found.contains("<IsTruncated>false"), "too many to be listed at once");
        let entries = found.split("<Version>").skip(1);
        let entry = |text| Version { key: element(text, "Key"), id: element(text, "VersionId") };
        entries.map(entry).collect()
    }

    /// Every version of the uploads of an invoice, of this hour and the one before.
    pub async fn uploads_of(&self, world: &World, invoice: &str) -> Vec<Version> {
        let mut found = Vec::new();
        for hours in [1, 0] {
            let prefix = format!("uploads/{}/{}/{invoice}/", hour(hours), world.tenant);
            found.extend(self.versions(&prefix).await);
        }
        found
    }

    /// Writes an object, over whatever lies there; its version.
    pub async fn put(&self, key: &str, bytes: &[u8]) -> String {
        let answer = self.send("PUT", &format!("/{key}"), bytes.to_vec()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.header("x-amz-version-id").to_owned()
    }

    /// Puts the scanner's tag on a version, or takes it away.
    pub async fn scanned(&self, version: &Version, verdict: Option<&str>) {
        let tag = |value| format!("<Tag><Key>{SCANNED}</Key><Value>{value}</Value></Tag>");
        let tags = verdict.map(tag).unwrap_or_default();
        let body = format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
        let path = format!("/{}?tagging&versionId={}", version.key, version.id);
        let answer = self.ask("PUT", &path, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// A setting of the bucket, such as `versioning`.
    pub async fn setting(&self, name: &str) -> String {
        self.ask("GET", &format!("?{name}"), "").await.text()
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(method, path, body.as_bytes().to_vec()).await
    }

    async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Answer {
        // The emulator reads the service from the scope and does not check the signature.
        let scope = "test/20260101/us-east-1/s3/aws4_request";
        let signed =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let headers = [("authorization", signed.as_str())];
        self.http.request(method, &format!("{}{path}", self.bucket), &headers, body).await
    }
}

impl Ticket {
    /// The ticket of an answer that is one.
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        let ticket = answer.json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let pairs = ticket["fields"].as_array().expect("fields");
        let fields = pairs.iter().map(|pair| (text(&pair[0]), text(&pair[1])));
        Self { id: text(&ticket["id"]), url: text(&ticket["url"]), fields: fields.collect() }
    }

    /// A field's value.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("no field {name}"), |(_, value)| value.as_str())
    }

    /// The ticket with a field of another value, or one field more.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.fields.retain(|(known, _)| known != name);
        changed.fields.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// The body that posts a file with this ticket, and its content type.
    pub fn body(&self, bytes: &[u8]) -> (String, Vec<u8>) {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let file = Part { field: "file", name: "blob", bytes };
        let body = multipart(BOUNDARY, &fields.collect::<Vec<_>>(), &[file]);
        (format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }
}

impl Payer {
    /// Asks where to upload a file of that name and size, in bytes, as the page's script does.
    pub async fn ask_for_place(&self, link: &str, name: &str, size: usize) -> Answer {
        let body = urlencoded(&[("name", name), ("size", &size.to_string())]);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        self.request("POST", &format!("{link}/files"), &headers, body.into_bytes()).await
    }

    /// Posts a file to S3 with a ticket.
    pub async fn post_to_s3(&self, ticket: &Ticket, bytes: &[u8]) -> Answer {
        let (kind, body) = ticket.body(bytes);
        self.request("POST", &ticket.url, &[("content-type", &kind)], body).await
    }

    /// Uploads a file as the page's script does; its ticket.
    pub async fn upload(&self, link: &str, name: &str, bytes: &[u8]) -> Ticket {
        let ticket = Ticket::of(&self.ask_for_place(link, name, bytes.len()).await);
        let answer = self.post_to_s3(&ticket, bytes).await;
        assert!([200, 201, 204].contains(&answer.status), "{name}: {}", answer.text());
        ticket
    }
}

impl World {
    /// Sends a dispute for that reason with uploads, each `<id>:<kind>`, and files.
    pub async fn dispute_with(
        &self,
        bill: &Bill,
        reason: &str,
        kept: &[String],
        files: &[Part<'_>],
    ) -> Answer {
        let page = self.payer.open(&bill.link, &format!("dispute?reason={reason}")).await;
        let form = hidden(&page, "form");
        let mut fields = vec![
            ("form", form.as_str()),
            ("reason", reason),
            ("disputed", "all"),
            ("description", TYPED),
        ];
        fields.extend(CONTACT);
        fields.extend(kept.iter().map(|value| ("kept", value.as_str())));
        self.payer.post_files(&bill.link, "dispute", &fields, files).await
    }

    /// The latest case, as soon as the scanner has looked at each of its documents.
    pub async fn scanned_case(&self, bill: &Bill) -> Value {
        eventually("every document is looked at", || async {
            let case = self.case(bill).await;
            let documents = case["documents"].as_array().cloned().unwrap_or_default();
            documents.iter().all(|one| one["verdict"] != "pending").then_some(case)
        })
        .await
    }

    /// Asks for a document of a case as the holder of `token`.
    pub async fn ask_for_document(
        &self,
        token: &str,
        bill: &Bill,
        case: &Value,
        document: &str,
    ) -> Answer {
        let case = case["id"].as_str().expect("an id");
        let url = self.api(&format!("/invoices/{}/cases/{case}/documents/{document}", bill.id));
        let bearer = format!("Bearer {token}");
        self.payer.request("GET", &url, &[("authorization", &bearer)], Vec::new()).await
    }

    /// The document of that place, through its short-lived link, as the seller's A/R manager.
    pub async fn download(&self, bill: &Bill, case: &Value, place: usize) -> Answer {
        let id = case["documents"][place]["id"].as_str().expect("a document");
        let answer = self.ask_for_document(&self.token, bill, case, id).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let url = answer.json()["url"].as_str().expect("a link").to_owned();
        let file = self.payer.get(&url).await;
        assert_eq!(file.status, 200, "{}", file.text());
        file
    }

    /// The key of an upload made so many hours ago through the current link of an invoice; its
    /// identifier.
    pub async fn upload_of_hours_ago(&self, bill: &Bill, hours: i64) -> (String, String) {
        let invoice = self.read(&bill.id).await;
        let link = invoice["link"]["id"].as_str().expect("a link").to_owned();
        let made_ms = u64::try_from(past(hours).as_millisecond()).expect("a time");
        #[expect(clippy::disallowed_methods, reason = "a name that no other upload has")]
        let id = Ulid::from_parts(made_ms, Ulid::generate().random()).to_string();
        let place = format!("{}/{}/{link}", self.tenant, bill.id);
        (format!("uploads/{}/{place}/{id}", hour(hours)), id)
    }
}

/// The hour, in UTC, that began keys so many hours ago.
fn hour(hours_ago: i64) -> String {
    past(hours_ago).strftime("%Y-%m-%dT%H").to_string()
}

#[expect(clippy::disallowed_methods, reason = "uploads are named after their hour")]
fn past(hours: i64) -> jiff::Timestamp {
    jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours)
}

/// The content of the first element of that name; empty if there is none.
fn element(text: &str, name: &str) -> String {
    let after = text.split_once(&format!("<{name}>")).map_or("", |(_, after)| after);
    after.split('<').next().unwrap_or_default().to_owned()
}
