//! The form that lets a browser post one file to S3 by itself.
//! Must never leave a field open: what is not fixed here, the sender chooses.
use std::fmt;
use std::time::SystemTime;

use aws_sdk_s3::config::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::document::DOCUMENT_BYTES_MAX;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use ulid::Ulid;

use crate::Fault;

/// Time to start an upload, from the moment the ticket is made.
const VALID: SignedDuration = SignedDuration::from_mins(15);

/// What a browser posts a file with.
#[derive(Clone, Serialize)]
pub struct Ticket {
    /// The upload's identifier, to be submitted in its stead.
    pub id: Ulid,
    /// Where to post to.
    pub url: String,
    /// Fields of the form, in order; `file` comes after them.
    pub fields: Vec<(String, String)>,
}

/// Never shows a field: together they are a permission.
impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({})", self.id)
    }
}

/// A form before it is signed.
pub(super) struct Form<'a> {
    pub(super) bucket: &'a str,
    pub(super) region: &'a str,
    /// Fields that may be sent only as they are.
    pub(super) exact: Vec<(&'static str, String)>,
}

impl Form<'_> {
    /// All fields, the policy and its signature among them. Source: Amazon S3 API reference,
    /// "Browser-based uploads using POST (AWS Signature Version 4)", seen 2026-11: a field
    /// that no condition names is refused.
    pub(super) fn signed(
        mut self,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Vec<(String, String)>, Fault> {
        let until = now.checked_add(VALID).map_err(|error| Fault::Files(error.to_string()))?;
        let day = now.strftime("%Y%m%d");
        let owner = credentials.access_key_id();
        let scope = format!("{owner}/{day}/{}/s3/aws4_request", self.region);
        self.exact.push(("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()));
        self.exact.push(("x-amz-credential", scope));
        self.exact.push(("x-amz-date", now.strftime("%Y%m%dT%H%M%SZ").to_string()));
        if let Some(token) = credentials.session_token() {
            self.exact.push(("x-amz-security-token", token.to_owned()));
        }
        let mut conditions = vec![
            json!({ "bucket": self.bucket }),
            json!(["content-length-range", 1, DOCUMENT_BYTES_MAX]),
        ];
        conditions.extend(self.exact.iter().map(|(field, value)| json!({ *field: value })));
        let policy = policy(until, &conditions);
        let signature = sign(&policy, credentials.secret_access_key(), self.region, now);
        self.exact.push(("policy", policy));
        self.exact.push(("x-amz-signature", signature));
        Ok(self.exact.into_iter().map(|(field, value)| (field.to_owned(), value)).collect())
    }
}

fn policy(until: Timestamp, conditions: &[Value]) -> String {
    let expiration = until.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    STANDARD.encode(json!({ "expiration": expiration, "conditions": conditions }).to_string())
}

/// What is signed of a form is its policy as it is sent, in base64.
fn sign(policy: &str, secret: &str, region: &str, now: Timestamp) -> String {
    let key = generate_signing_key(secret, SystemTime::from(now), region, "s3");
    calculate_signature(key, policy.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: Amazon S3 API reference, "Example: Browser-Based Upload using HTTP POST (Using
    /// AWS Signature Version 4)", with the credentials that AWS's documentation made up.
    #[test]
    fn the_signature_of_the_documented_example_comes_out() {
        let lines = [
            r#"{ "expiration": "2015-12-30T12:00:00.000Z","#,
            r#"  "conditions": ["#,
            r#"    {"bucket": "sigv4examplebucket"},"#,
            r#"    ["starts-with", "$key", "user/user1/"],"#,
            r#"    {"acl": "public-read"},"#,
            r#"    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},"#,
            r#"    ["starts-with", "$Content-Type", "image/"],"#,
            r#"    {"x-amz-meta-uuid": "14365123651274"},"#,
            r#"    {"x-amz-server-side-encryption": "AES256"},"#,
            r#"    ["starts-with", "$x-amz-meta-tag", ""],"#,
            "",
            r#"    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},"#,
            r#"    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},"#,
            r#"    {"x-amz-date": "20151229T000000Z" }"#,
            "  ]",
            "}",
        ];
        let policy = STANDARD.encode(lines.join("\r\n"));
        let now = "2015-12-29T00:00:00Z".parse().unwrap();
        let signature = sign(&policy, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", now);
        assert_eq!(signature, "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    }
}
