//! Documents that payers attach: handed over to S3, read back, judged, given to operators.
//! Must never put what a payer typed into a key, nor make an object public.
mod disposition;
mod place;
mod sweep;
mod ticket;
mod verdict;

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    ProvideCredentials as _, SharedCredentialsProvider, StalledStreamProtectionConfig,
};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Document;
use domain::document::{DOCUMENT_BYTES_MAX, NotAccepted, detect, safe_name, saved_name};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use ulid::Ulid;

use crate::Fault;

pub use place::Place;
pub use sweep::{Page, Uploaded};
pub use ticket::Ticket;
pub use verdict::Verdict;

/// What every upload is stored as: a browser that gets to it saves it and shows nothing.
const STORED_TYPE: &str = "application/octet-stream";
/// Metadata that holds the file's name, in base64: headers are ASCII.
const NAME: &str = "name";
/// One attempt; 25 MB at 2 MB/s take 13 s.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);
/// A call with its attempts.
const CALL_TIMEOUT: Duration = Duration::from_secs(25);
/// How long a download can be begun: an operator's browser follows it at once.
pub const DOWNLOAD_VALID: Duration = Duration::from_mins(1);
/// An upload that is older can no longer be submitted: from 20 hours on it may be swept, and
/// must not disappear between being read and being referred to.
const UPLOAD_AGE_MAX_MS: i64 = 19 * 60 * 60 * 1000;

/// The uploads of the bucket.
#[derive(Clone, Debug)]
pub struct Uploads {
    client: Client,
    credentials: SharedCredentialsProvider,
    bucket: String,
    region: String,
    url: String,
}

/// A document as it lies in the bucket, not yet looked at.
pub struct Upload {
    /// Identifier.
    pub id: Ulid,
    /// Object key.
    pub key: String,
    /// Version of the object that `bytes` are.
    pub object_version: String,
    /// Name it had at the payer's, made safe.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Shows no content.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({}, {} bytes)", self.id, self.bytes.len())
    }
}

impl Upload {
    /// The document of a case that pins exactly these bytes. `kind` says what it proves.
    ///
    /// # Errors
    /// [`NotAccepted`] if its content is not.
    pub fn accept(&self, kind: &str) -> Result<Document, NotAccepted> {
        Ok(Document {
            id: self.id,
            kind: kind.to_owned(),
            name: self.name.clone(),
            size_bytes: self.bytes.len() as u64,
            content: detect(&self.name, &self.bytes)?,
            sha256: hex::encode(Sha256::digest(&self.bytes)),
            key: self.key.clone(),
            object_version: self.object_version.clone(),
        })
    }
}

impl Uploads {
    /// The uploads of a bucket; `endpoint` is an emulator's, none on AWS. Needs no network.
    ///
    /// # Errors
    /// [`Fault::Config`] without a region, credentials or a usable bucket name.
    pub async fn new(
        sdk: &SdkConfig,
        bucket: String,
        endpoint: Option<String>,
    ) -> Result<Self, Fault> {
        let missing = |what: &str| Fault::Config(format!("uploads: no {what}"));
        let region = sdk.region().ok_or_else(|| missing("region"))?.to_string();
        let credentials = sdk.credentials_provider().ok_or_else(|| missing("credentials"))?;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let config = aws_sdk_s3::config::Builder::from(sdk)
            .timeout_config(timeouts)
            // Files come in pieces: one that stops coming is given up.
            .stalled_stream_protection(StalledStreamProtectionConfig::enabled().build())
            // An emulator has no host name per bucket.
            .force_path_style(endpoint.is_some())
            .build();
        // Where a browser posts to is what the SDK itself would call, in every partition.
        let place = Params::builder()
            .bucket(&bucket)
            .region(&region)
            .force_path_style(endpoint.is_some())
            .set_endpoint(endpoint)
            .build()
            .map_err(|error| Fault::Config(format!("uploads: {error}")))?;
        let resolved = DefaultResolver::new().resolve_endpoint(&place).await;
        let resolved = resolved.map_err(|error| Fault::Config(format!("uploads: {error}")))?;
        let url = resolved.url().to_owned();
        Ok(Self { client: Client::from_conf(config), credentials, bucket, region, url })
    }

    /// The origin that browsers post to, for the `connect-src` of a page's policy.
    pub fn origin(&self) -> &str {
        let host = self.url.find("://").map_or(0, |scheme| scheme + 3);
        let path = self.url.get(host..).and_then(|rest| rest.find('/'));
        path.and_then(|path| self.url.get(..host + path)).unwrap_or(&self.url)
    }

    /// What a browser needs to upload one file of that name by itself, within 15 minutes: the
    /// fields of a form, to be sent before its field `file`.
    ///
    /// # Errors
    /// [`Fault::Files`] if there are no credentials to sign with.
    pub async fn ticket(
        &self,
        place: &Place,
        id: Ulid,
        name: &str,
        now: Timestamp,
    ) -> Result<Ticket, Fault> {
        let credentials = self.credentials.provide_credentials().await;
        let credentials = credentials.map_err(|error| Fault::Files(crate::fault::chain(&error)))?;
        let name = safe_name(name);
        let exact = vec![
            ("key", place.key(id)),
            ("Content-Type", STORED_TYPE.to_owned()),
            ("Content-Disposition", disposition::attachment(&name)),
            ("x-amz-meta-name", URL_SAFE_NO_PAD.encode(&name)),
        ];
        let form = ticket::Form { bucket: &self.bucket, region: &self.region, exact };
        Ok(Ticket { id, url: self.url.clone(), fields: form.signed(&credentials, now)? })
    }

    /// Stores a file that came through a function of ours.
    ///
    /// # Errors
    /// [`Fault::Files`].
    pub async fn put(
        &self,
        place: &Place,
        id: Ulid,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<(), Fault> {
        let name = safe_name(name);
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(place.key(id))
            .content_type(STORED_TYPE)
            .content_disposition(disposition::attachment(&name))
            .metadata(NAME, URL_SAFE_NO_PAD.encode(&name))
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| fault("put upload", &error))?;
        Ok(())
    }

    /// The newest version of an upload, in full; none if it was never made at this place, or
    /// is about to be swept.
    ///
    /// # Errors
    /// [`Fault::Files`]; also if the function may not list the bucket, since S3 then says
    /// "denied" of what is not there.
    pub async fn read(
        &self,
        place: &Place,
        id: Ulid,
        now: Timestamp,
    ) -> Result<Option<Upload>, Fault> {
        let made_ms = i64::try_from(id.timestamp_ms()).unwrap_or(i64::MAX);
        if now.as_millisecond().saturating_sub(made_ms) > UPLOAD_AGE_MAX_MS {
            return Ok(None);
        }
        let key = place.key(id);
        let asked = self.client.get_object().bucket(&self.bucket).key(&key).send().await;
        let object = match asked {
            Ok(object) => object,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(fault("get upload", &error)),
        };
        // Before a byte is read: a function's memory is what it has.
        let length = object.content_length().and_then(|length| u64::try_from(length).ok());
        if length.is_none_or(|length| length > DOCUMENT_BYTES_MAX) {
            return Err(Fault::Files("upload too large".to_owned()));
        }
        let Some(object_version) = object.version_id().map(str::to_owned) else {
            return Err(Fault::Config("uploads: the bucket keeps no versions".to_owned()));
        };
        let name = object.metadata().and_then(|metadata| metadata.get(NAME));
        let name = name.and_then(|name| URL_SAFE_NO_PAD.decode(name).ok());
        let name = safe_name(&String::from_utf8_lossy(&name.unwrap_or_default()));
        let body = object.body.collect().await;
        let body = body.map_err(|error| Fault::Files(crate::fault::chain(&error)))?;
        // Without another copy, unlike `to_vec`.
        let bytes = Vec::from(body.into_bytes());
        Ok(Some(Upload { id, key, object_version, name, bytes }))
    }

    /// Where an operator's browser gets the bytes that were submitted, for 60 seconds, to be
    /// saved and not shown. Ask for the verdict first.
    ///
    /// # Errors
    /// [`Fault::Files`] if there are no credentials to sign with.
    pub async fn download_url(&self, document: &Document, now: Timestamp) -> Result<String, Fault> {
        let lasting = PresigningConfig::builder()
            .start_time(SystemTime::from(now))
            .expires_in(DOWNLOAD_VALID)
            .build()
            .map_err(|error| Fault::Files(error.to_string()))?;
        let name = saved_name(&document.name, document.content);
        let signed = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(&document.key)
            .version_id(&document.object_version)
            .response_content_type(STORED_TYPE)
            .response_content_disposition(disposition::attachment(&name))
            .presigned(lasting)
            .await
            .map_err(|error| fault("presign download", &error))?;
        Ok(signed.uri().to_owned())
    }
}

fn fault<E: ProvideErrorMetadata, R>(doing: &str, error: &SdkError<E, R>) -> Fault {
    Fault::Files(format!("{doing}: {}", error.code().unwrap_or("no answer")))
}
